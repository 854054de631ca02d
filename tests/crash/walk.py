"""From fault to fault through a scene."""

from __future__ import annotations

import zlib

from tests.crash.checks import Case, Trial
from tests.crash.depth import NIGHTLY
from tests.crash.points import Fault
from tests.crash.scenes import Theatre, telling

# How many points of a scene `make test` looks at. Death is what leaves most behind.
_ORDINARILY: dict[str, int] = {"kill": 8, "eio": 4, "enospc": 4}


def walked(theatre: Theatre, name: str, fault: Fault) -> list[str]:
    """Strike at points of a scene, one by one; returns what does not hold after some."""
    points = theatre.points(name)
    if not NIGHTLY:
        # Not the same points for each fault, and the same at each run.
        points = telling(points, _ORDINARILY[fault], zlib.crc32(f"{name} {fault}".encode()))
    scene = theatre.scene(name)
    complaints = []
    for at, point in enumerate(points):
        # Whoever tidies up before running again must find the same as everybody else.
        complaints += Trial(theatre, Case(scene, point, fault, tidy=at % 3 == 2)).complaints
    return complaints
