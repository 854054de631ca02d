"""What a power cut would take: files and names that nobody synced, among those that a commit relies on.

A file is there for certain when its bytes were synced after the last write, and when the folders on the way
to it were, each after the name in it was made (POSIX: the sync of a file does not cover its name).
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.manifest import read_manifest_list
from tests.crash.points import Error, os_error


class Durability:
    """A watch that follows what is synced. `lost` says what was not, when something was committed over it."""

    def __init__(self, root: Path) -> None:
        self.lost: list[str] = []
        self._root = root.absolute()
        self._unsynced: set[str] = set()  # files, by path below the lake
        self._names: dict[str, set[str]] = defaultdict(set)  # new names by folder
        self._checked: set[str] = set()
        self._lock = threading.RLock()
        self.commits = 0

    def reached(
        self,
        point: str,
        where: str = "",
        *,
        error: Error = os_error,  # noqa: ARG002
        half: Callable[[], object] | None = None,  # noqa: ARG002
        grows: bool = True,  # noqa: ARG002
    ) -> None:
        """Follow one operation."""
        path, _, what = point.rpartition(": ")
        with self._lock:
            if what in ("create", "open", "write"):
                self._name(path)
                self._unsynced.add(path)
            elif what == "mkdir":
                self._name(path)
            elif what == "rename":
                self._rename(os.path.relpath(where, self._root), path)
            elif what == "fsync":
                self._unsynced.discard(path)
            elif what == "fsync of the folder":
                self._names.pop(path, None)
            elif what in ("unlink", "remove", "delete"):
                self._unsynced.discard(path)
            elif point.endswith("COPY: after"):
                self._copied(path.removesuffix(": COPY"))
            elif point.endswith("commit: after"):
                self._committed(point.removesuffix(": commit: after"))

    def _name(self, path: str) -> None:
        """A file or folder is about to be made; folders that are not there yet are made with it."""
        while path and not (self._root / path).exists():
            folder, name = os.path.split(path)
            self._names[folder or "."].add(name)
            path = folder

    def _rename(self, source: str, target: str) -> None:
        if target.startswith("staging/_batches/"):
            self._check("the list of a batch", self._landed(json.loads((self._root / source).read_bytes())))
        if source in self._unsynced:
            self._unsynced.remove(source)
            self._unsynced.add(target)
        folder, name = os.path.split(target)
        self._names[folder or "."].add(name)

    def _copied(self, directory: str) -> None:
        for path in (self._root / directory).rglob("*"):
            below = str(path.relative_to(self._root))
            folder, name = os.path.split(below)
            self._names[folder].add(name)
            if path.is_file():
                self._unsynced.add(below)

    def _committed(self, what: str) -> None:
        self.commits += 1
        with closing(sqlite3.connect(f"file:{self._root}/catalog.db?mode=ro", uri=True)) as catalog:
            found = catalog.execute("SELECT metadata_location FROM iceberg_tables").fetchall()
        for (location,) in found:
            if location not in self._checked:
                self._checked.add(location)
                self._check(f"the commit '{what}'", self._needed(location))

    def _needed(self, location: str) -> Iterator[str]:
        """The files that a metadata file names, and those that say what they were made of."""
        yield self._below(location)
        io = PyArrowFileIO()
        metadata = json.loads((self._root / self._below(location)).read_bytes())
        for snapshot in metadata["snapshots"]:
            yield self._below(snapshot["manifest-list"])
            for manifest in read_manifest_list(io.new_input(snapshot["manifest-list"])):
                yield self._below(manifest.manifest_path)
                for entry in manifest.fetch_manifest_entry(io):
                    yield self._below(entry.data_file.file_path)
            ledger = snapshot["summary"].get("wavehouse.ledger")
            if ledger and (self._root / ledger).is_file():
                yield ledger
                yield from self._landed(json.loads((self._root / ledger).read_bytes()))

    def _landed(self, written: dict[str, Any]) -> Iterator[str]:
        yield from (file["path"] for file in (*written["files"], *written.get("held", ())))

    def _below(self, location: str) -> str:
        return os.path.relpath(location.removeprefix("file://"), self._root)

    def _check(self, relying: str, needed: Iterator[str]) -> None:
        for path in needed:
            if path in self._unsynced:
                self._complain(f"{relying} relies on {path}, which was not synced")
            for one in (Path(path), *Path(path).parents):
                if one.name in self._names.get(str(one.parent), ()):
                    self._complain(f"{relying} relies on the name {one}, whose folder was not synced")

    def _complain(self, text: str) -> None:
        if text not in self.lost:
            self.lost.append(text)
