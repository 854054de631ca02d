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
# How far back is looked first.
_NEAR = timedelta(hours=2)


@dataclass(frozen=True)
class Due:
    """What is to be begun now: `at` is the firing, None for nothing; it stands for so many `others`.

    Once it has begun (or nothing is to be), everything up to `until` has been seen to. Of very many others
    only `more` than so many is known.
    """

    at: datetime | None
    until: datetime
    others: int = 0
    more: bool = False


def due(trigger: StartTrigger, after: datetime, now: datetime) -> Due:
    """What a SCHEDULED trigger has to begin, where everything up to `after` has been seen to."""
    if after >= now:
        return Due(None, after)
    furthest = max(after, now - _FURTHEST)
    if not trigger.cron.fires(furthest, now):
        return Due(None, after)
    missed, more = _last(trigger, furthest, now)
    if trigger.missed == "catch_up":
        wanted = missed[-_MOST:]
        return Due(wanted[0], wanted[0], len(missed) - len(wanted), more)
    if trigger.missed == "skip" and now - missed[-1] > GRACE:
        return Due(None, missed[-1], len(missed), more)
    if trigger.missed == "skip":
        return Due(missed[-1], missed[-1])
    return Due(missed[-1], missed[-1], len(missed) - 1, more)


def _last(trigger: StartTrigger, after: datetime, now: datetime) -> tuple[list[datetime], bool]:
    """The last firings, more of them than are made up for, and whether there may be others before them.

    (Half a million minutes of a year would be counted in a minute; nobody would do anything with the figure.)
    """
    back = _NEAR
    while True:
        begin = max(after, now - back)
        found = trigger.cron.between(begin, now)
        if begin == after or len(found) > _MOST:
            return found, begin > after
        back *= 4


def upcoming(trigger: StartTrigger, now: datetime, count: int) -> Sequence[datetime]:
    """The next firings by the clock; none of a trigger that does not go by it."""
    return list(islice(trigger.cron.firings(now), count)) if trigger.type == "SCHEDULED" else []
