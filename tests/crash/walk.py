"""From fault to fault through a scene."""

from __future__ import annotations

from collections.abc import Iterable

from tests.crash.checks import Case, Trial
from tests.crash.depth import EVERYWHERE, NIGHTLY, PLACES, seed_of, some
from tests.crash.points import Fault
from tests.crash.scenes import IN_A_DIRECTORY, Theatre, telling

_FAULTS: tuple[Fault, ...] = ("kill", "eio", "enospc")
# At how many points of a scene a fault strikes. Death is what leaves most behind.
_ORDINARILY: dict[str, int] = {"kill": 4, "eio": 2, "enospc": 1}
_BY_NIGHT: dict[str, int] = {"kill": 16, "eio": 6, "enospc": 6}
# The same, of a lake whose tables lie in a bucket.
_IN_A_BUCKET: dict[tuple[str, str], int] = {
    ("an incremental run", "kill"): 4,
    ("an incremental run", "eio"): 2,
    ("an incremental run", "enospc"): 1,
    ("a first run", "kill"): 1,
    ("a rollback", "kill"): 1,
    ("a compaction", "eio"): 1,
}
_IN_A_BUCKET_BY_NIGHT: dict[str, int] = {"kill": 6, "eio": 3, "enospc": 2}


def walks(names: Iterable[str]) -> list[tuple[str, str, Fault]]:
    """The walks through these scenes, as parameters of a test: a kind of place, a scene, a fault."""
    every = [(place, name, fault) for place in PLACES for name in names for fault in _FAULTS]
    return [(place, name, fault) for place, name, fault in every if _count(place, name, fault)]


def walked(theatre: Theatre, name: str, fault: Fault) -> list[str]:
    """Strike at points of a scene, one by one; returns what does not hold after some."""
    place = theatre.shop.place
    points = [point for point in theatre.points(name) if place.can_have(fault, point)]
    if not EVERYWHERE:
        own = [point for point in points if place.is_own(point)]
        if name in IN_A_DIRECTORY:
            # (What else these do, others do as well.)
            own = [point for point in own if point.startswith("files") or "commit: " in point]
        # Not the same points for each fault.
        points = telling(own, _count(place.name, name, fault), seed_of(f"{name} {fault}"))
    scene = theatre.scene(name)
    complaints = []
    for at, point in enumerate(points):
        # Whoever tidies up before running again must find the same as everybody else.
        complaints += Trial(theatre, Case(scene, point, fault, tidy=at % 3 == 2)).complaints
    return complaints


def _count(place: str, name: str, fault: Fault) -> int:
    """How many points; ordinarily 0 where those in a directory tell enough."""
    if place != "directory" and name in IN_A_DIRECTORY:
        return 0
    if name in IN_A_DIRECTORY:
        return some(3 if fault == "kill" else 1, _BY_NIGHT[fault])
    if place == "directory":
        return some(_ORDINARILY[fault], _BY_NIGHT[fault])
    return _IN_A_BUCKET_BY_NIGHT[fault] if NIGHTLY or EVERYWHERE else _IN_A_BUCKET.get((name, fault), 0)
