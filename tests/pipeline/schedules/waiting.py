"""Waiting for what another process writes: by being told of changes, not by the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from watchfiles import watch

T = TypeVar("T")

# Seconds after which something must be wrong, however busy a machine is.
_LONGEST = 300


def until(folder: Path, found: Callable[[], T | None]) -> T:
    """What `found` gives once it is something; it is asked again when anything in `folder` changes."""
    end = time.monotonic() + _LONGEST
    for _ in watch(folder, yield_on_timeout=True, rust_timeout=500, debounce=50, step=20):
        if (one := found()) is not None:
            return one
        assert time.monotonic() < end, f"nothing came about in {folder}"
    raise AssertionError("interrupted")
