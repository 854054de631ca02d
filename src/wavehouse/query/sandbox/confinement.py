"""What a process that runs statements of others gives up before it reads the first of them."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterable
from pathlib import Path

from wavehouse.query.sandbox.landlock import confine

# What an interpreter and its libraries read besides themselves.
_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/local/lib", "/usr/share/zoneinfo"),
    *("/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/null"),
    # How much there is of the machine; DuckDB ends where it cannot read in which group the process is.
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/self/cgroup", "/proc/self/mountinfo", "/proc/sys/vm"),
    *("/sys/fs/cgroup", "/sys/devices/system/cpu"),
)
# Addresses that are taken without memory behind them: libraries, and the stacks of threads.
_ADDRESSES = 3_000_000_000
_MOST_OPEN_FILES = 1024


def give_up(memory: int, folders: Iterable[str], scratch: Path, *, network: bool) -> bool:
    """Limit this process to twice `memory` bytes, and to reading `folders` and writing `scratch`.

    Returns whether the system sees to the latter; else the engine's own settings are all there is.
    """
    _limit(resource.RLIMIT_AS, 2 * memory + _ADDRESSES)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _MOST_OPEN_FILES)
    own = [sys.prefix, sys.base_prefix, *(path for path in sys.path if path)]
    readable = [Path(path) for path in (*_SYSTEM, *own, *folders)]
    return confine(readable, [scratch], network=network)


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))
