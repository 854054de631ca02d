"""The files of a promotion: copied one by one, each written down when it is there, so that it can go on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wavehouse.core.errors import CallError, OutsideError, in_words
from wavehouse.store.object_store import ObjectStore
from wavehouse.store.verified_copy import verified_copy


@dataclass(frozen=True)
class Copying:
    """A file to be copied: its size in bytes, and where it is to be."""

    location: str
    size: int
    to: str


@dataclass
class PromotedFiles:
    """What is there already, by its place in the target: size and sha256, as `log` tells it.

    The log begins with the lake that is promoted, and is removed when all is done.
    """

    log: Path
    source: Path
    done: dict[str, tuple[int, str]] = field(default_factory=dict)

    @classmethod
    def begun(cls, log: Path, source: Path) -> PromotedFiles:
        """Those of a promotion that was cut off, else of one that begins.

        Raises `CallError` where the log is of another lake.
        """
        files = cls(log, source)
        if not log.is_file():
            return files
        first, *lines = log.read_text("utf-8").splitlines() or [""]
        if _told(first).get("source") != str(source):
            raise CallError(
                f"a promotion of another lake was cut off here ({_told(first).get('source', '?')})",
                where=str(log.parent),
                remedy="Go on with that one, or name a new directory",
            )
        for line in lines:
            # (The last line may be cut off.)
            if one := _told(line):
                files.done[one["to"]] = (one["size"], one["sha256"])
        return files

    def is_there(self, one: Copying, target: ObjectStore) -> bool:
        """Whether a file was copied before, and still is what it was by its size."""
        known = self.done.get(one.to)
        if known is None or known[0] != one.size:
            return False
        try:
            with target.opened(one.to) as file:
                return file.seek(0, os.SEEK_END) == one.size
        except FileNotFoundError:
            return False

    def copy(
        self, one: Copying, source: ObjectStore, target: ObjectStore, moved: Callable[[int], object]
    ) -> None:
        """Copy a file; raises `OutsideError` for what the disk, the network or the bucket did to it."""
        try:
            sha256 = verified_copy(source, one.location, target, one.to, moved)
            self._write({"to": one.to, "size": one.size, "sha256": sha256})
        except OSError as error:
            raise in_words(error, one.to) from error
        self.done[one.to] = (one.size, sha256)

    def begin(self) -> None:
        """Say whose promotion this is, before anything is copied."""
        if not self.log.is_file():
            self._write({"source": str(self.source)})

    def end(self) -> None:
        """All is there, and is registered."""
        self.log.unlink(missing_ok=True)

    def _write(self, told: dict[str, object]) -> None:
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            with self.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OutsideError(
                f"the target cannot be written to ({error.strerror})",
                where=str(self.log.parent),
                remedy="Check free space and permissions there; then promote again",
            ) from error


def _told(line: str) -> dict[str, Any]:
    try:
        told: Any = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
