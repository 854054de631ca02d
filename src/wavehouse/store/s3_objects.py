"""Objects in a bucket, through Arrow's client; credentials come from AWS's usual variables and files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cached_property
from typing import BinaryIO

from pyarrow import fs

from wavehouse.store.object_store import S3Endpoint, StoredFile


class PatientRetries(fs.AwsStandardS3RetryStrategy):  # type: ignore[misc]
    """Tries a request again often enough that a store which stumbles for some seconds is not noticed."""

    attempts = 6

    def __init__(self) -> None:
        super().__init__(max_attempts=self.attempts)


class S3Objects:
    """An `ObjectStore` of s3:// locations."""

    def __init__(self, endpoint: S3Endpoint) -> None:
        self._endpoint = endpoint

    @cached_property
    def _client(self) -> fs.S3FileSystem:
        scheme, _, host = self._endpoint.url.rpartition("://")
        return fs.S3FileSystem(
            endpoint_override=host or None,
            scheme=scheme or "https",
            region=self._endpoint.region or None,
            retry_strategy=PatientRetries(),
        )

    def read(self, location: str) -> bytes:
        """The contents of an object."""
        with self._client.open_input_file(_key(location)) as file:
            content: bytes = file.read()
        return content

    def opened(self, location: str) -> AbstractContextManager[BinaryIO]:
        """An object to read from any place in it."""
        file: AbstractContextManager[BinaryIO] = self._client.open_input_file(_key(location))
        return file

    def write(self, location: str, content: Iterable[bytes]) -> None:
        """Write an object whole, in parts where it is large, over one that is there."""
        with self._client.open_output_stream(_key(location)) as stream:
            for piece in content:
                stream.write(piece)

    def remove(self, location: str) -> None:
        """Remove an object, if it is there."""
        try:
            self._client.delete_file(_key(location))
        except FileNotFoundError:
            return

    def remove_folder(self, location: str) -> None:
        """Remove all objects below a prefix."""
        for file in self.files(location):
            self.remove(file.location)

    def files(self, location: str) -> Iterator[StoredFile]:
        """Every object below a prefix, sorted."""
        selector = fs.FileSelector(_key(location), allow_not_found=True, recursive=True)
        for info in sorted(self._client.get_file_info(selector), key=lambda info: info.path):
            if info.type == fs.FileType.File:
                yield _stored(info)

    def find(self, location: str) -> StoredFile | None:
        """The object of exactly that location, None where there is none."""
        (info,) = self._client.get_file_info([_key(location)])
        return _stored(info) if info.type == fs.FileType.File else None

    def make_durable(self, locations: Iterable[str]) -> None:
        """Nothing: a bucket has what it has answered for."""


def _stored(info: fs.FileInfo) -> StoredFile:
    return StoredFile(f"s3://{info.path}", info.size, info.mtime or datetime.now(UTC))


def _key(location: str) -> str:
    return location.removeprefix("s3://").rstrip("/")
