"""Files of this machine and of buckets, each where its location says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from functools import cached_property
from typing import BinaryIO

from wavehouse.store.object_store import LocalFiles, ObjectStore, S3Endpoint, StoredFile


class FilesAnywhere:
    """An `ObjectStore` of paths and s3:// locations; buckets are reached by `s3`, else at AWS."""

    def __init__(self, s3: S3Endpoint | None = None) -> None:
        self._s3 = s3 or S3Endpoint()

    @cached_property
    def _buckets(self) -> ObjectStore:
        from wavehouse.store.s3_objects import S3Objects

        return S3Objects(self._s3)

    def _at(self, location: str) -> ObjectStore:
        return self._buckets if location.startswith("s3://") else LocalFiles()

    def read(self, location: str) -> bytes:
        """The contents of a file."""
        return self._at(location).read(location)

    def opened(self, location: str) -> AbstractContextManager[BinaryIO]:
        """A file to read from any place in it."""
        return self._at(location).opened(location)

    def write(self, location: str, content: Iterable[bytes]) -> None:
        """Write a file whole, durably, over one that is there."""
        self._at(location).write(location, content)

    def remove(self, location: str) -> None:
        """Remove a file, if it is there."""
        self._at(location).remove(location)

    def remove_folder(self, location: str) -> None:
        """Remove a folder with all that is in it, if it is there."""
        self._at(location).remove_folder(location)

    def files(self, location: str) -> Iterator[StoredFile]:
        """Every file below a folder, sorted."""
        return self._at(location).files(location)

    def find(self, location: str) -> StoredFile | None:
        """The file of exactly that location, None where there is none."""
        return self._at(location).find(location)

    def make_durable(self, locations: Iterable[str]) -> None:
        """Make sure that files which were written are there after a power cut."""
        for location in locations:
            self._at(location).make_durable([location])
