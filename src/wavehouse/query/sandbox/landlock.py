"""What a process may open, enforced by Linux: https://docs.kernel.org/userspace-api/landlock.html.

A process can only give up rights by it, for itself and all that it starts, and never get them back.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_FOR_VERSION = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38  # of prctl
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# All rights over files, of the versions that know them: 2 moves files, 3 truncates them, 5 controls devices.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_OF_A_FILE = _READ_FILE | 1 << 0 | 1 << 1 | 1 << 14 | 1 << 15
_TCP, _TCP_SINCE = 0b11, 4
# Not to reach the sockets of other processes by their names, nor to send them signals.
_SCOPES, _SCOPES_SINCE = 0b11, 6


def landlock_version() -> int:
    """The version that this system offers, 0 where it has none."""
    if sys.platform != "linux":
        return 0
    return max(0, _call(_CREATE_RULESET, None, 0, _ASK_FOR_VERSION))


def confine(readable: Iterable[Path], writable: Iterable[Path], *, network: bool) -> bool:
    """Let this thread, and those it will start, read and write these files and what lies below these folders.

    Without `network` it makes no TCP connections, where the version knows of them. What cannot be opened is
    not to be read either. Returns whether the system can do that; raises `OSError` where it fails.
    """
    version = landlock_version()
    if not version:
        return False
    rights = sum(bits for since, bits in _FILE_RIGHTS.items() if version >= since)
    tcp = _TCP if version >= _TCP_SINCE and not network else 0
    attributes = struct.pack("QQQ", rights, tcp, _SCOPES if version >= _SCOPES_SINCE else 0)
    # A system takes no more of them than it knows.
    attributes = attributes[: 8 if version < _TCP_SINCE else 16 if version < _SCOPES_SINCE else 24]
    ruleset = _checked(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for path in readable:
            # (It is gone, or nobody may look there: a query that needs it is told so.)
            with contextlib.suppress(OSError):
                _allow(ruleset, path, (_READ_FILE | _READ_DIR) & rights)
        for path in writable:
            _allow(ruleset, path, rights)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
        _checked(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, path: Path, rights: int) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        granted = rights if stat.S_ISDIR(os.fstat(opened).st_mode) else rights & _OF_A_FILE
        _checked(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", granted, opened), 0)
    finally:
        os.close(opened)


def _checked(number: int, *arguments: object) -> int:
    result = _call(number, *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = libc.syscall(number, *arguments)
    return result
