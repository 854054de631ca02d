"""What the clock has to begin: pure, of a trigger, of how far it has come, and of an instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from wavehouse.pipeline.schedules.definition import StartTrigger

# How late a firing may be that is not made up for: a machine that is busy is not one that was away.
GRACE = timedelta(minutes=1)
# Nobody wants to have more of the past made up for.
_FURTHEST = timedelta(days=366)
_MOST = 100


@dataclass(frozen=True)
class Due:
    """What is to be begun now: `at` is the firing, None for nothing; it stands for so many `others`.

    Once it has begun (or nothing is to be), everything up to `until` has been seen to.
    """

    at: datetime | None
    until: datetime
    others: int = 0


def due(trigger: StartTrigger, after: datetime, now: datetime) -> Due:
    """What a SCHEDULED trigger has to begin, where everything up to `after` has been seen to."""
    if after >= now:
        return Due(None, after)
    missed = trigger.cron.between(max(after, now - _FURTHEST), now)
    if not missed:
        return Due(None, after)
    if trigger.missed == "catch_up":
        wanted = missed[-_MOST:]
        return Due(wanted[0], wanted[0], len(missed) - len(wanted))
    if trigger.missed == "skip" and now - missed[-1] > GRACE:
        return Due(None, missed[-1], len(missed))
    return Due(missed[-1], missed[-1], len(missed) - 1 if trigger.missed == "coalesce" else 0)


def upcoming(trigger: StartTrigger, now: datetime, count: int) -> Sequence[datetime]:
    """The next firings by the clock; none of a trigger that does not go by it."""
    return list(islice(trigger.cron.firings(now), count)) if trigger.type == "SCHEDULED" else []
