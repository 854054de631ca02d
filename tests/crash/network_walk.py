"""Which requests of a scene's command are disturbed, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from tests.crash.depth import EVERYWHERE, NIGHTLY, seed_of, some
from tests.crash.network import READS, WRITES, Disturbance
from tests.crash.scenes import spread
from tests.object_store.faults import Fault, S3Request

SCENES = ("an incremental run", "a first run", "a rollback", "a compaction")

# What `make test` tries: a network that is gone with an answer leaves most to be told apart.
_ORDINARILY = (
    *((name, Fault.RESET_AFTER) for name in SCENES),
    ("an incremental run", Fault.SLOW_DOWN),
    ("an incremental run", Fault.TRUNCATED),
    ("a first run", Fault.RESET_BEFORE),
    ("a compaction", Fault.DELAY),
)
LASTING = tuple((name, fault) for name in SCENES for fault in Fault) if NIGHTLY or EVERYWHERE else _ORDINARILY

_OF_WRITES = (Fault.RESET_AFTER, Fault.SLOW_DOWN, Fault.RESET_BEFORE)
_APART = 3  # requests: what is tried again must not meet the next disturbance
_SOME = 8  # of the writes of a command, and of its reads


def stumbles(requests: Sequence[S3Request], name: str) -> Iterator[list[Disturbance]]:
    """Disturbances that are over soon, each list for one command: by night every fault at every request."""
    writes, reads = (_numbers(requests, methods) for methods in (WRITES, READS))
    # These are waited for, each as long as a client waits, so there are fewer of them.
    late = [Disturbance(Fault.DELAY, at) for at in spread(writes, some(2, 8), seed_of(name))]
    if not (NIGHTLY or EVERYWHERE):
        few = (numbers[1 :: max(_APART, len(numbers) // _SOME)] for numbers in (writes, reads))
        yield [*_mixed(next(few), 0), *_truncated(next(few))]
        yield late
        return
    for first in range(_APART):
        yield list(_truncated(reads[first::_APART]))
        for shift in range(len(_OF_WRITES)):
            yield list(_mixed(writes[first::_APART], shift))
    yield late


def from_there_on(requests: Sequence[S3Request], name: str, fault: Fault) -> Iterator[Disturbance]:
    """Disturbances that last from some request on."""
    methods = READS if fault is Fault.TRUNCATED else WRITES
    numbers = _numbers(requests, methods)
    if not EVERYWHERE:
        # These end the upload of a metadata file: then the catalog is to name it.
        commits = _numbers(requests, methods, key="*.metadata.json", query="uploadId=*")
        chosen = commits if fault is Fault.RESET_AFTER else numbers
        numbers = spread(chosen, some(1, 3), seed_of(f"{name} {fault}"))
    for at in numbers:
        yield Disturbance(fault, at, for_good=True, methods=methods)


def _numbers(requests: Sequence[S3Request], methods: str, key: str = "*", query: str = "*") -> list[int]:
    """The numbers, among the requests by these methods, of those for such keys and queries."""
    mine = [request for request in requests if fnmatchcase(request.method, methods)]
    return [
        number
        for number, request in enumerate(mine, start=1)
        if fnmatchcase(request.key, key) and fnmatchcase(request.query, query)
    ]


def _mixed(numbers: Iterable[int], shift: int) -> Iterator[Disturbance]:
    for turn, at in enumerate(numbers, start=shift):
        yield Disturbance(_OF_WRITES[turn % len(_OF_WRITES)], at)


def _truncated(numbers: Iterable[int]) -> Iterator[Disturbance]:
    return (Disturbance(Fault.TRUNCATED, at, methods=READS) for at in numbers)
