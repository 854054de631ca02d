"""Files that arrive: which are there as a whole, and when there are enough; pure, of listings and instants.

As of Glue's EventBatchingCondition: so many files, or so many seconds after the first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatch
from typing import Protocol

from wavehouse.core.hidden_names import is_hidden
from wavehouse.pipeline.schedules.definition import StartTrigger
from wavehouse.pipeline.schedules.store import Come

# A file's size in bytes and when it was written, as text: what of it has to stay the same.
Stamp = str
# Bytes of names for one command, of the two million that Linux has room for, and what each costs besides.
_LONGEST, _A_WORD = 500_000, 20
# What programs call a file that they are still writing.
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", ".swp")


class Inbox(Protocol):
    """The folder of an EVENT."""

    def listing(self, now: datetime, *, again: bool) -> Mapping[str, Stamp] | None:
        """What is there; None where nothing can have changed, unless it is to be looked at `again`."""

    def close(self) -> None:
        """Look no more."""


def is_meant(name: str, trigger: StartTrigger) -> bool:
    """Whether a file of that name begins anything."""
    return not is_hidden(name) and not name.lower().endswith(_UNFINISHED) and fnmatch(name, trigger.pattern)


@dataclass
class Arrivals:
    """What was seen in one folder. A file that was taken arrives anew when its stamp is another one."""

    _seen: dict[str, tuple[Stamp, datetime]] = field(default_factory=dict)
    _first: datetime | None = None

    def look(self, listing: Mapping[str, Stamp], now: datetime) -> None:
        """Take note of what is there at that instant."""
        before = self._seen
        self._seen = {
            # (An instant that is still to come is that of a clock that was ahead.)
            path: (stamp, min(before[path][1], now))
            if path in before and before[path][0] == stamp
            else (stamp, now)
            for path, stamp in listing.items()
        }

    def still(self, files: Mapping[str, Stamp]) -> dict[str, Stamp]:
        """Those of some files that are there as they were."""
        return {path: stamp for path, stamp in files.items() if self._seen.get(path, ("", None))[0] == stamp}

    def waiting(self, trigger: StartTrigger, taken: Mapping[str, Stamp], now: datetime) -> dict[str, Stamp]:
        """The files that have arrived and were not taken; who is still written to has not."""
        settle = timedelta(seconds=_settle(trigger))
        return {
            path: stamp
            for path, (stamp, since) in sorted(self._seen.items())
            if taken.get(path) != stamp and now - since >= settle
        }

    def batch(self, trigger: StartTrigger, taken: Mapping[str, Stamp], now: datetime) -> dict[str, Stamp]:
        """The files that begin a run now: all that wait, once there are enough or the window is over."""
        waiting = self.waiting(trigger, taken, now)
        if not waiting:
            self._first = None
            return {}
        self._first = min(self._first or now, now)
        full = len(waiting) >= trigger.batch_size
        if not full and now - self._first < timedelta(seconds=trigger.batch_window):
            return {}
        self._first = None
        return waiting

    def unsettled(self, taken: Mapping[str, Stamp]) -> bool:
        """Whether there is anything to look at again, though nothing may have changed."""
        return any(taken.get(path) != stamp for path, (stamp, _) in self._seen.items())


def arrived(
    watch: Callable[[], Inbox],
    trigger: StartTrigger,
    come: Come,
    now: Callable[[], datetime],
    wait: Callable[[float], object] = time.sleep,
) -> dict[str, Stamp]:
    """The files for a run by hand, which does not wait for more: all that were not taken, or in vain.

    Looks twice: who is still written to is left to the next run.
    """
    if trigger.type != "EVENT":
        return {}
    inbox, arrivals = watch(), Arrivals()
    try:
        arrivals.look(inbox.listing(now(), again=True) or {}, now())
        if arrivals.unsettled(come.taken) and _settle(trigger):
            wait(_settle(trigger))
            arrivals.look(inbox.listing(now(), again=True) or {}, now())
    finally:
        inbox.close()
    again = arrivals.still({**come.failed, **come.left})
    return one_run({**again, **arrivals.waiting(trigger, come.taken, now())})


def one_run(files: Mapping[str, Stamp]) -> dict[str, Stamp]:
    """Those that one command can be told of; the others begin the next run."""
    length, found = 0, dict[str, Stamp]()
    for path, stamp in files.items():
        length += len(path.encode("utf-8", "surrogateescape")) + _A_WORD
        if length > _LONGEST and found:
            break
        found[path] = stamp
    return found


def _settle(trigger: StartTrigger) -> float:
    """Seconds that a file stays the same before it counts; an object is there as a whole or not at all."""
    return 0.0 if trigger.folder.startswith("s3://") else trigger.settle
