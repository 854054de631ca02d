"""Files that are there after a power cut: written aside, synced, then renamed into place."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def sync_directory(directory: Path) -> None:
    """Make the names in `directory` durable: a file's own sync does not cover its name."""
    _sync(directory)


def sync_files(paths: Iterable[Path], *, below: Path | None = None) -> None:
    """Make the files and their names durable (each file, then each folder once).

    With `below`, also the names of the folders between that one and the files: they may be new, too.
    """
    folders = set()
    for path in paths:
        _sync(path)
        folders.add(path.parent)
        if below:
            folders |= {folder for folder in path.parents if folder.is_relative_to(below)}
    for folder in sorted(folders):
        _sync(folder)


def missing_folders(path: Path) -> list[Path]:
    """The folders on the way to `path` that are not there yet: once they are, their names must be synced."""
    return [folder for folder in path.parents if not folder.exists()]


def write_durably(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a whole file, in pieces if need be: afterwards the old content is there, or all of the new."""
    made = missing_folders(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as file:
            for piece in [content] if isinstance(content, bytes) else content:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    for folder in (path, *made):
        sync_directory(folder.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
