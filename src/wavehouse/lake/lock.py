"""One writer at a time: a lock on the lake, given back by the system even when its holder is killed."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from wavehouse.core.progress import Progress
from wavehouse.lake.layout import LakeLayout

# What the holder says of itself fits into so many bytes: they are written over, and the file never shrinks.
_TOLD = 200


@dataclass(frozen=True)
class Holder:
    """Who writes to a lake: its process, since when (ISO, UTC), and which run ('' for other work)."""

    process: int
    since: str
    run: str = ""


@contextmanager
def writing(layout: LakeLayout, progress: Progress, run: str = "") -> Iterator[None]:
    """Hold the lake's lock; says so when another run holds it, and waits for it. `run` is told to others."""
    descriptor = _locked(layout, progress)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    _tell(descriptor, json.dumps(asdict(Holder(os.getpid(), now, run))))
    try:
        yield
    finally:
        _tell(descriptor, "")
        os.close(descriptor)


def holder(layout: LakeLayout) -> Holder | None:
    """Who writes to the lake now, None for nobody."""
    try:
        with (layout.root / ".lock").open("rb") as file:
            told = file.read(_TOLD).strip(b" \0")
            # (Asked only of a file that says so: for a moment it keeps a writer waiting.)
            if not told or not _is_held(file.fileno()):
                return None
        return Holder(**json.loads(told))
    except (OSError, ValueError, TypeError):
        return None


def _is_held(descriptor: int) -> bool:
    """Whether somebody holds the lock; one who was killed does not, whatever is written there."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _tell(descriptor: int, text: str) -> None:
    # A full disk is no reason to stop: then nobody is told who it is.
    with contextlib.suppress(OSError):
        os.pwrite(descriptor, text.encode().ljust(_TOLD), 0)


def _locked(layout: LakeLayout, progress: Progress) -> int:
    path = layout.root / ".lock"
    while True:
        layout.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.note("another run is writing to this lake; waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        # A first run that came to nothing takes its lake away, lock and all: then this one is nobody's.
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_ino == os.fstat(descriptor).st_ino:
                return descriptor
        os.close(descriptor)
