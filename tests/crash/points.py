"""What a process does to its storage, in names that are the same at every run; and who hears of it.

A point is one operation: `staging/albums/<run>/<hash>.csv: rename`, or
`stage spotify.tracks: commit: before`.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from typing import Literal, NoReturn, Protocol

import duckdb

Fault = Literal["kill", "eio", "enospc", "short", "death"]
Error = Callable[[int, str], Exception]

_MASKS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r"\d{8}T\d{9}Z-[0-9a-f]{8}"), "<run>"),
    (re.compile(r"snap-\d+-"), "snap-<id>-"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "<hash>"),
    (re.compile(r"\.\d+\.part\b"), ".<pid>.part"),
)


def masked(text: str) -> str:
    """`text` without what differs from run to run."""
    for pattern, name in _MASKS:
        text = pattern.sub(name, text)
    return text


def os_error(number: int, where: str) -> Exception:
    """What the operating system says."""
    return OSError(number, os.strerror(number), where or None)


def duckdb_error(number: int, where: str) -> Exception:
    """What DuckDB says when a file cannot be written."""
    return duckdb.IOException(f'IO Error: Could not write file "{where}": {os.strerror(number)}')


def sqlite_error(number: int, _where: str) -> Exception:
    """What SQLite says when its file cannot be written."""
    said = "database or disk is full" if number == errno.ENOSPC else "disk I/O error"
    return sqlite3.OperationalError(said)


class Watch(Protocol):
    """Is told of each operation right before it is done."""

    def reached(
        self,
        point: str,
        where: str = "",
        *,
        error: Error = os_error,
        half: Callable[[], object] | None = None,
        grows: bool = True,
    ) -> None:
        """The point `point`, at the path `where`. `half` does a part of the operation; one that `grows` needs
        space on the disk; `error` makes what it raises when it fails."""


class Recorder:
    """Keeps the names of all points: one that comes again is called `name #2`."""

    def __init__(self) -> None:
        self.points: list[str] = []
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()

    def reached(
        self,
        point: str,
        where: str = "",  # noqa: ARG002
        *,
        error: Error = os_error,  # noqa: ARG002
        half: Callable[[], object] | None = None,  # noqa: ARG002
        grows: bool = True,  # noqa: ARG002
    ) -> None:
        """Note the name."""
        self.note(point)

    def note(self, point: str) -> str:
        """Note the name; returns it with its number."""
        with self._lock:
            name = masked(point)
            self._seen[name] += 1
            count = self._seen[name]
            self.points.append(f"{name} #{count}" if count > 1 else name)
            return self.points[-1]


class Death(BaseException):  # nothing may catch it
    """The end of a process that other things in the same process outlive."""


class Striker(Recorder):
    """Strikes at one point, at half of what is done there where it has one.

    `kill` ends the process; `death` ends it for those that go on living: nothing it does afterwards is done.
    `eio` fails once. `enospc` fails from there on, whatever needs space. `short` does half, and says nothing.
    """

    def __init__(self, point: str, fault: Fault) -> None:
        super().__init__()
        self.struck = False
        self._point = point
        self._fault = fault

    def reached(
        self,
        point: str,
        where: str = "",
        *,
        error: Error = os_error,
        half: Callable[[], object] | None = None,
        grows: bool = True,
    ) -> None:
        """Strike, where it is the point."""
        if self.note(point) == self._point:
            self.struck = True
            if half:
                half()
            self._strike(where, error)
        elif self.struck and self._fault == "death":
            raise Death
        elif self.struck and self._fault == "enospc" and grows:
            raise error(errno.ENOSPC, where)

    def _strike(self, where: str, error: Error) -> None:
        if self._fault == "kill":
            die()
        if self._fault == "death":
            raise Death
        if self._fault in ("eio", "enospc"):
            raise error(errno.EIO if self._fault == "eio" else errno.ENOSPC, where)


class DeathAt(Recorder):
    """Lets a process die, for those that go on living, at the operation with that number, from 0, among those
    whose name ends so."""

    def __init__(self, number: int, ending: str = "") -> None:
        super().__init__()
        self.met = False
        self._left = number
        self._ending = ending

    def reached(
        self,
        point: str,
        where: str = "",  # noqa: ARG002
        *,
        error: Error = os_error,  # noqa: ARG002
        half: Callable[[], object] | None = None,
        grows: bool = True,  # noqa: ARG002
    ) -> None:
        """Die, and stay dead."""
        name = self.note(point)
        if not self.met and point.endswith(self._ending):
            self._left -= 1
            if self._left < 0:
                self.met = True
                if half:
                    half()
        if self.met:
            raise Death(name)


def die() -> NoReturn:
    """End as a process ends that is killed: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("alive after SIGKILL")
