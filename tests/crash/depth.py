"""How far the tests go: `make test` looks at some of all there is, `make nightly` at more."""

from __future__ import annotations

import os
import zlib
from datetime import UTC, datetime

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
# Every point there is, which takes hours.
EVERYWHERE = os.environ.get("CRASH_POINTS") == "all"

# Where the lake of a test can lie; what does not depend on it is tried in all of them by night alone.
PLACES = ("directory", "bucket")
ANY_PLACE = PLACES if NIGHTLY else PLACES[:1]


def some(ordinarily: int, nightly: int) -> int:
    """So many."""
    return nightly if NIGHTLY else ordinarily


def seed_of(name: str) -> int:
    """Where to begin with some of many: not at the same for each name; each night at another."""
    night = f"{datetime.now(UTC):%Y-%m-%d}" if NIGHTLY else ""
    return zlib.crc32(f"{name} {night}".encode())
