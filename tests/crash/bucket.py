"""A lake whose tables lie in a bucket: all that is kept and brought back with its directory are objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from pyarrow import fs
from tests.crash.place import Directory
from tests.crash.points import Fault
from tests.object_store.seaweedfs import S3Server
from tests.object_store.warehouse_file import write_warehouse_file

_AT_ONCE = 8  # requests
_TABLES = "warehouse/"  # what the names of operations on the tables' files begin with, wherever they lie

_Looks = tuple[datetime, int]  # when it was written, and its size


class Bucket(Directory):
    """A lake in a directory, with its tables in a bucket of its own.

    Metadata names objects absolutely, so they always come back under the same keys.
    """

    name = "bucket"

    def __init__(self, root: Path, server: S3Server) -> None:
        super().__init__(root)
        self._server = server
        self._client = server.client()
        self._bucket = f"crash-{uuid4()}"
        self._client.create_dir(self._bucket)
        self._objects: dict[str, dict[str, bytes]] = {"": {}}  # by name of what is kept, by path
        self._known: dict[str, _Looks] = {}
        self._at_once = ThreadPoolExecutor(_AT_ONCE)
        self.bring_back("")

    def close(self) -> None:
        """Take the bucket away."""
        self._at_once.shutdown()
        self._client.delete_dir(self._bucket)

    def can_have(self, fault: Fault, point: str) -> bool:
        """A bucket is never full."""
        return fault != "enospc" or not point.startswith(_TABLES)

    def is_own(self, point: str) -> bool:
        """What is done to the tables, and what the catalog says of it."""
        return point.startswith(_TABLES) or "commit: " in point

    def keep(self, name: str) -> None:
        """A copy, and the contents of all objects."""
        super().keep(name)
        paths = list(self._listed())
        self._objects[name] = dict(zip(paths, self._at_once.map(self._read, paths), strict=True))

    def bring_back(self, name: str) -> None:
        """The same files and objects as then; of nothing, what says where the tables lie."""
        super().bring_back(name)
        if not name:
            self.root.mkdir()
            self._reached_by(self._server.url)
        wanted, there = self._objects[name], self._listed()
        # An object that somebody else has written since then is not what it was, whatever its name.
        good = {path for path, looks in there.items() if self._known.get(path) == looks}
        self._all(self._client.delete_file, there.keys() - wanted.keys())
        missing = wanted.keys() - good
        self._all(lambda path: self._write(path, wanted[path]), missing)
        if missing:
            there = self._listed()
            self._known = {path: there[path] for path in wanted}

    @contextmanager
    def through(self, url: str) -> Iterator[None]:
        """Have the bucket reached by another way, until the end of the block."""
        self._reached_by(url)
        try:
            yield
        finally:
            self._reached_by(self._server.url)

    def _reached_by(self, url: str) -> None:
        write_warehouse_file(self.root, f"s3://{self._bucket}/lake", url)

    def _listed(self) -> dict[str, _Looks]:
        """All objects, as one can tell them from others by the same name."""
        found = self._client.get_file_info(fs.FileSelector(self._bucket, recursive=True))
        return {info.path: (info.mtime, info.size) for info in found if info.is_file}

    def _all(self, work: Callable[[str], object], paths: Iterable[str]) -> None:
        list(self._at_once.map(work, paths))

    def _read(self, path: str) -> bytes:
        with self._client.open_input_file(path) as file:
            content: bytes = file.read()
        return content

    def _write(self, path: str, content: bytes) -> None:
        with self._client.open_output_stream(path) as stream:
            stream.write(content)
