"""Files seen before: one that was not touched since need not be read again to be known by its hash.

The rule is that of git's index: size, inode, modification and change time are as they were, and both times
lie well before the moment of the look (a file written in the same instant could change unseen).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from pathlib import Path

from wavehouse.store.object_store import StoredFile

_SAFE_NS = 2_000_000_000  # coarser than the clock of any file system that is met

Entry = tuple[int, int, int, int, int, str]


class SeenFiles:
    """What is known of files by absolute path, of objects by location; kept in one JSON file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, Entry] = {}
        self._changed = False
        try:
            self._entries = {name: tuple(entry) for name, entry in json.loads(path.read_bytes()).items()}
        except (OSError, ValueError, TypeError, AttributeError):
            self._entries = {}  # it only saves time: what cannot be read is found out again

    def sha256(self, path: Path) -> str:
        """SHA-256 (hex) of a file's bytes as they are."""
        looked, stat = time.time_ns(), path.stat()
        entry = self._entries.get(str(path.absolute()))
        if (
            entry
            and entry[:4] == _identity(stat)
            and entry[4] - max(stat.st_mtime_ns, stat.st_ctime_ns) > _SAFE_NS
        ):
            return entry[5]
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        self.remember(path, stat, looked, found)
        return found

    def sha256_of_object(self, found: StoredFile) -> str | None:
        """SHA-256 (hex) of an object of a bucket, where it is as it was when it was read; else None."""
        entry = self._entries.get(found.location)
        if entry and entry[:2] == (found.size, _ns(found)) and entry[4] - entry[1] > _SAFE_NS:
            return entry[5]
        return None

    def remember_object(self, found: StoredFile, looked: int, sha256: str) -> None:
        """The object was as `found` says at `looked` (nanoseconds since 1970), and had this hash."""
        self._entries[found.location] = (found.size, _ns(found), 0, 0, looked, sha256)
        self._changed = True

    def remember(self, path: Path, stat: os.stat_result, looked: int, sha256: str) -> None:
        """`path` was as `stat` says at `looked` (nanoseconds since 1970), and had this hash."""
        self._entries[str(path.absolute())] = (*_identity(stat), looked, sha256)
        self._changed = True

    def save(self) -> None:
        """Keep it for the next run; not synced, since it can be found out again."""
        if self._changed and self._path.parent.is_dir():
            aside = self._path.with_suffix(".part")
            with contextlib.suppress(OSError):
                aside.write_text(json.dumps(self._entries))
                aside.replace(self._path)


def _ns(found: StoredFile) -> int:
    return int(found.modified.timestamp() * 1e9)


def _identity(stat: os.stat_result) -> tuple[int, int, int, int]:
    return (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
