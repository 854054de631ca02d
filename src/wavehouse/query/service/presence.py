"""Whether the process still runs that was to answer a query: told by a lock, which ends with it.

The number of a process says little: another one gets it, and in containers every server has the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import uuid
from pathlib import Path

_FOLDER = "serving"
_NAME = re.compile(r"[0-9a-f]{32}")


class Presence:
    """Says with a lock below `folder` that we run; `name` is '' where no lock can be had there."""

    def __init__(self, folder: Path) -> None:
        self._path, self._held, self.name = folder / _FOLDER / uuid.uuid4().hex, -1, ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _remove_left(folder)
            self._held = _locked(self._path)
            self.name = self._path.name
        except OSError:
            self.end()

    def end(self) -> None:
        """Say that we run no more."""
        with contextlib.suppress(OSError):
            self._path.unlink()
        if self._held >= 0:
            os.close(self._held)
            self._held = -1


def is_present(folder: Path, name: str) -> bool:
    """Whether the process of that name still holds its lock."""
    if not _NAME.fullmatch(name):
        return False
    try:
        descriptor = os.open(folder / _FOLDER / name, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return True  # nobody can tell
    finally:
        os.close(descriptor)
    return False


def _locked(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # (Another one that has just started may have taken it for left.)
            if path.stat().st_ino == os.fstat(descriptor).st_ino:
                return descriptor
        except FileNotFoundError:
            pass
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _remove_left(folder: Path) -> None:
    """Remove the files of processes that were killed."""
    for path in (folder / _FOLDER).iterdir():
        if not is_present(folder, path.name):
            path.unlink(missing_ok=True)
