"""Objects in a bucket: each is there at once, when all of it has come; and the answer may get lost."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import duckdb
from pyarrow import fs
from tests.crash.points import Error, Watch
from tests.crash.watched_files import Patch, WatchedFile
from tests.object_store.seaweedfs import S3Server

from wavehouse.store.object_store import S3Endpoint
from wavehouse.store.s3_objects import S3Objects


def arrow_error(_number: int, where: str) -> Exception:
    """What Arrow's client says when it has tried often enough."""
    return OSError(
        f"When completing multiple part upload for key '{where}': AWS Error NETWORK_CONNECTION during "
        "CompleteMultipartUpload operation: curlCode: 56, Failure when receiving data from the peer"
    )


def http_error(_number: int, where: str) -> Exception:
    """What DuckDB says when it has tried often enough."""
    return duckdb.HTTPException(f"HTTP Error: Request returned HTTP 503 for HTTP PUT to '{where}'")


class Prefix:
    """The objects below a prefix: a `Warehouse`."""

    def __init__(self, location: str, endpoint: S3Endpoint) -> None:
        self.location = location
        self.far = True
        self.error: Error = arrow_error
        self.copy_error: Error = http_error
        self._endpoint = endpoint

    @cached_property
    def files(self) -> fs.FileSystem:
        """All objects, through a client of our own."""
        return S3Server(self._endpoint.url.rpartition("://")[2]).client()

    def break_off(self, written: Sequence[str]) -> None:
        """Leave the first of several objects: one that has not come as a whole is not there."""
        for path in written[len(written) // 2 :]:
            self.files.delete_file(path)

    def stream(self, stream: Any, name: str, watch: Watch) -> Any:
        """What is written goes out when it is closed."""
        return _Upload(stream, name, watch)

    def patches(self, name_of: Callable[[str], str], watch: Watch) -> list[Patch]:
        """What else is done to objects."""
        remove = S3Objects.remove

        def removed(objects: S3Objects, location: str) -> None:
            name = name_of(location)
            watch.reached(f"{name}: remove", location, error=arrow_error, grows=False)
            remove(objects, location)
            watch.reached(f"{name}: removed", location, error=arrow_error, grows=False)

        return [(S3Objects, "remove", removed)]


class _Upload(WatchedFile):
    """An object that is made: nothing can go wrong before its stream is closed."""

    def write(self, data: Any) -> Any:
        """Keep it for later."""
        return self._file.write(data)

    def close(self) -> None:
        """Upload it; what went wrong is known here."""
        if self._closed:
            return
        self._closed = True
        try:
            self._watch.reached(f"{self._name}: close", self._name, error=arrow_error, grows=False)
        except BaseException:
            # When nothing refers to it any more, it ends the upload by itself: so let something, for ever.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._file))
            raise
        self._file.close()
        self._watch.reached(f"{self._name}: closed", self._name, error=arrow_error, grows=False)
