"""Where a lake's tables lie: a directory, or a bucket; files are named by location (a path, or s3://…)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from wavehouse.store.durable import sync_files, write_durably


@dataclass(frozen=True)
class StoredFile:
    """A file: its size in bytes, and when it was written (UTC)."""

    location: str
    size: int
    modified: datetime


@dataclass(frozen=True)
class S3Endpoint:
    """How a bucket is reached: '' for AWS itself. Who may is found out from the usual variables of AWS."""

    url: str = ""
    region: str = ""


class ObjectStore(Protocol):
    """Files by location. What the disk or the network refuses is raised as `OSError`."""

    def read(self, location: str) -> bytes:
        """The contents of a file."""

    def opened(self, location: str) -> AbstractContextManager[BinaryIO]:
        """A file to read from any place in it."""

    def write(self, location: str, content: Iterable[bytes]) -> None:
        """Write a file whole, durably, over one that is there. What fails in the middle may leave a part."""

    def remove(self, location: str) -> None:
        """Remove a file, if it is there."""

    def remove_folder(self, location: str) -> None:
        """Remove a folder with all that is in it, if it is there."""

    def files(self, location: str) -> Iterator[StoredFile]:
        """Every file below a folder, sorted."""

    def find(self, location: str) -> StoredFile | None:
        """The file of exactly that location, None where there is none."""

    def make_durable(self, locations: Iterable[str]) -> None:
        """Make sure that files which were written are there after a power cut."""


@dataclass(frozen=True)
class LocalFiles:
    """Files of this machine; those of a lake lie below `root`."""

    root: Path | None = None

    def read(self, location: str) -> bytes:
        """The contents of a file."""
        return Path(location).read_bytes()

    def opened(self, location: str) -> AbstractContextManager[BinaryIO]:
        """A file to read from any place in it."""
        return Path(location).open("rb")

    def write(self, location: str, content: Iterable[bytes]) -> None:
        """Write a file whole, durably, over one that is there."""
        write_durably(Path(location), content)

    def remove(self, location: str) -> None:
        """Remove a file, if it is there."""
        Path(location).unlink(missing_ok=True)

    def remove_folder(self, location: str) -> None:
        """Remove a folder with all that is in it, if it is there."""
        shutil.rmtree(location, ignore_errors=True)

    def files(self, location: str) -> Iterator[StoredFile]:
        """Every file below a folder, sorted; a link that leads out of it is none of its files."""
        top = os.path.realpath(location)
        for path in sorted(Path(location).rglob("*")):
            if path.is_file() and (not path.is_symlink() or Path(os.path.realpath(path)).is_relative_to(top)):
                stat = path.stat()
                yield StoredFile(str(path), stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))

    def find(self, location: str) -> StoredFile | None:
        """The file of exactly that location, None where there is none."""
        path = Path(location)
        if not path.is_file():
            return None
        stat = path.stat()
        return StoredFile(str(path), stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))

    def make_durable(self, locations: Iterable[str]) -> None:
        """Sync the files and their names."""
        sync_files([Path(location) for location in locations], below=self.root)
