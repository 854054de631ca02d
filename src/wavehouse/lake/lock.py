"""One writer at a time: a lock on the lake, given back by the system even when its holder is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from wavehouse.core.progress import Progress
from wavehouse.lake.layout import LakeLayout


@contextmanager
def writing(layout: LakeLayout, progress: Progress) -> Iterator[None]:
    """Hold the lake's lock; says so when another run holds it, and waits for it."""
    descriptor = _locked(layout, progress)
    try:
        yield
    finally:
        os.close(descriptor)


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
