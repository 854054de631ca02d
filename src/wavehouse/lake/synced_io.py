"""PyIceberg's file access with every written file synced: nothing in it calls fsync by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyiceberg.io import OutputStream
from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO

from wavehouse.lake.head import plain_location
from wavehouse.store.durable import missing_folders, sync_directory, sync_files


class _SyncedStream:
    """An output stream that makes its file durable when it is closed, with the folders `made` for it."""

    def __init__(self, stream: OutputStream, path: Path, made: list[Path]) -> None:
        self._stream = stream
        self._path = path
        self._made = made

    def close(self) -> None:
        self._stream.close()
        sync_files([self._path])
        for folder in self._made:
            sync_directory(folder.parent)

    def __enter__(self) -> _SyncedStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _SyncedFile(PyArrowFile):
    def create(self, overwrite: bool = False) -> OutputStream:
        path = Path(plain_location(self.location))
        made = missing_folders(path)
        return _SyncedStream(super().create(overwrite), path, made)


class SyncedFileIO(PyArrowFileIO):
    """Named in the catalog's properties as `py-io-impl`."""

    def new_output(self, location: str) -> PyArrowFile:
        """A file to write, durable once it is closed."""
        file = super().new_output(location)
        file.__class__ = _SyncedFile
        return file
