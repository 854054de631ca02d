"""A copy of a file in another store, which is read again before anybody relies on it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from wavehouse.core.errors import OutsideError
from wavehouse.store.object_store import ObjectStore

_PIECE = 8_000_000  # bytes


def verified_copy(
    source: ObjectStore,
    location: str,
    target: ObjectStore,
    to: str,
    moved: Callable[[int], object] = lambda _: None,
) -> str:
    """Copy a file over whatever is at `to`, and return its sha256; `moved` is told the bytes of each piece.

    What was written is read back: raises `OutsideError`, with nothing at `to`, where that is something else,
    and `OSError` for what a disk or the network refuses.
    """
    wanted = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        for piece in _pieces(source, location):
            wanted.update(piece)
            moved(len(piece))
            yield piece

    target.write(to, pieces())
    found = hashlib.sha256()
    for piece in _pieces(target, to):
        found.update(piece)
    if found.digest() != wanted.digest():
        target.remove(to)
        raise OutsideError(
            f"what was written is not what was read from {location}",
            where=to,
            remedy="Check the disk or the bucket, and copy again: what is there already is not copied twice",
        )
    return wanted.hexdigest()


def _pieces(store: ObjectStore, location: str) -> Iterator[bytes]:
    with store.opened(location) as file:
        while piece := file.read(_PIECE):
            yield piece
