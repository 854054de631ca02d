"""What the files of tables lie in: how a write to it breaks off, and what is said of it then."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from pyarrow import fs, parquet
from tests.crash.points import Error, Watch, duckdb_error, os_error
from tests.crash.watched_files import Patch, WatchedFile
from tests.crash.watched_objects import Prefix

from wavehouse.lake.layout import LakeLayout

_FOOT = 8  # bytes at the end of a Parquet file; any metadata file is longer


class Warehouse(Protocol):
    """Files below a location, as the engine and PyIceberg write them.

    `far`: what is done there may be done without an answer, and takes no space on the lake's own disk.
    `error` makes what PyIceberg meets when it fails, `copy_error` what the engine meets.
    """

    location: str
    far: bool
    error: Error
    copy_error: Error

    @property
    def files(self) -> fs.FileSystem:
        """The files, by path: a location without s3://."""

    def break_off(self, written: Sequence[str]) -> None:
        """Leave of the files (by path) that a COPY has written what one leaves that breaks off."""

    def stream(self, stream: Any, name: str, watch: Watch) -> Any:
        """A metadata file that is being written, each operation told to the watch."""

    def patches(self, name_of: Callable[[str], str], watch: Watch) -> list[Patch]:
        """What takes whose place where its files are changed in other ways; `name_of` names a location."""


def warehouse_of(layout: LakeLayout) -> Warehouse:
    """That of a lake."""
    if layout.s3 is None:
        return Folder(layout.warehouse)
    return Prefix(layout.warehouse, layout.s3)


class Folder:
    """The files of a lake that has its tables itself."""

    def __init__(self, location: str) -> None:
        self.location = location
        self.far = False
        self.error: Error = os_error
        self.copy_error: Error = duckdb_error
        self.files: fs.FileSystem = fs.LocalFileSystem()

    def break_off(self, written: Sequence[str]) -> None:
        """Leave half of each file."""
        for path in written:
            os.truncate(path, Path(path).stat().st_size // 2)

    def stream(self, stream: Any, name: str, watch: Watch) -> Any:
        """A file that grows piece by piece."""
        return _MetadataStream(stream, name, watch)

    def patches(self, name_of: Callable[[str], str], watch: Watch) -> list[Patch]:  # noqa: ARG002
        """Nothing: they are changed as all files are."""
        return []


class _MetadataStream(WatchedFile):
    """A metadata file: its many small writes are one point, torn at the longest piece of a kind."""

    def __init__(self, stream: Any, name: str, watch: Watch) -> None:
        super().__init__(stream, name, watch)
        self._torn = False

    def write(self, data: Any) -> Any:
        """Write, or half of it, the first time that there is anything to speak of."""
        if self._torn or len(data) < 2 * _FOOT:
            return self._file.write(data)
        self._torn = True
        return super().write(data)


def shorten(files: fs.FileSystem, path: str) -> None:
    """Take the last row out of a Parquet file, which is a good file still."""
    table = parquet.read_table(path, partitioning=None, filesystem=files)
    parquet.write_table(table.slice(0, len(table) - 1), path, filesystem=files)
