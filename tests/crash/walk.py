"""From fault to fault through a scene."""

from __future__ import annotations

import os
import zlib
from datetime import UTC, datetime

from tests.crash.checks import Case, Trial
from tests.crash.depth import NIGHTLY, some
from tests.crash.points import Fault
from tests.crash.scenes import Theatre, telling

# At how many points of a scene a fault strikes. Death is what leaves most behind.
_ORDINARILY: dict[str, int] = {"kill": 8, "eio": 4, "enospc": 4}
_BY_NIGHT: dict[str, int] = {"kill": 32, "eio": 12, "enospc": 12}
_ALL = "CRASH_POINTS"  # `all` in this variable: every point there is, which takes hours


def walked(theatre: Theatre, name: str, fault: Fault) -> list[str]:
    """Strike at points of a scene, one by one; returns what does not hold after some."""
    points = theatre.points(name)
    if os.environ.get(_ALL) != "all":
        # Not the same points for each fault; the same at each run, and other ones each night.
        night = f"{datetime.now(UTC):%Y-%m-%d}" if NIGHTLY else ""
        seed = zlib.crc32(f"{name} {fault} {night}".encode())
        points = telling(points, some(_ORDINARILY[fault], _BY_NIGHT[fault]), seed)
    scene = theatre.scene(name)
    complaints = []
    for at, point in enumerate(points):
        # Whoever tidies up before running again must find the same as everybody else.
        complaints += Trial(theatre, Case(scene, point, fault, tidy=at % 3 == 2)).complaints
    return complaints
