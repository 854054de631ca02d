"""When a schedule fires: cron in a time zone, in Glue's six fields or in five.

The arithmetic of fields is APScheduler's, on the clock of a wall that never changes; what instant a time on
that wall is, and what becomes of those that a change of the clocks skips or repeats, is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_GLUE = re.compile(r"cron\((?P<fields>[^()]*)\)")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DAY = re.compile(r"(?P<first>\w+)(?:-(?P<last>\w+))?(?:/(?P<step>\d+))?|\*(?:/(?P<every>\d+))?")
_ORDINALS = ("1st", "2nd", "3rd", "4th", "5th")
# The years of Glue's form (https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html).
_YEARS = "1970-2199"
_BEGINNING = datetime(1970, 1, 2, tzinfo=UTC)
# Hours that are not named one by one.
_ANY_HOUR = re.compile(r"\*(/\d+)?|\d+/\d+|0-23(/\d+)?")


@dataclass(frozen=True)
class Cron:
    """A schedule as it is written; raises `ValueError`, in plain words, for one that means nothing.

    Five fields are minute, hour, day of the month, month and day of the week (0 and 7 are Sunday); where both
    kinds of days are given, either will do. `cron(…)` has a sixth, the year; Sunday is 1 there, and one kind
    of days is `?`.
    """

    text: str
    zone: str = "UTC"

    def __post_init__(self) -> None:
        """Read it at once, so that a mistake is one of the definition."""
        if not self._triggers:
            raise ValueError("a schedule needs fields")
        # (One whose years are over is right all the same: it has fired.)
        if next(self.firings(_BEGINNING), None) is None:
            raise ValueError(f"'{self.text}' never fires: there is no such day")

    def firings(self, after: datetime) -> Iterator[datetime]:
        """The instants after `after` at which it fires, in UTC, in their order.

        A time that the clocks skip fires when they have been moved on, one that they repeat fires the first
        time; but an hour that is not named (`*`) is one of real time: nothing is made up for there, and a
        repeated hour fires in both.
        """
        zone = ZoneInfo(self.zone)
        # (Whatever the clocks do, a day before it is before it.)
        wall = after.astimezone(zone).replace(tzinfo=UTC, fold=0) - timedelta(days=1)
        last = after.astimezone(UTC)
        waiting: list[datetime] = []
        while (following := self._next_wall(wall)) is not None:
            wall = following
            waiting += self._instants(wall.replace(tzinfo=None), zone)
            # (An hour that is repeated lies behind others on the wall, but before them in time.)
            sure = (wall - timedelta(hours=3)).replace(tzinfo=None).replace(tzinfo=zone).astimezone(UTC)
            for instant in sorted({one for one in waiting if one <= sure}):
                if instant > last:
                    last = instant
                    yield instant
            waiting = [one for one in waiting if one > sure]
        for instant in sorted(set(waiting)):
            if instant > last:
                yield instant

    def fires(self, after: datetime, until: datetime) -> bool:
        """Whether it fires after `after` up to and with `until`; cheap when asked of one `after` again."""
        first = _first(self, after)
        return first is not None and first <= until

    def between(self, after: datetime, until: datetime) -> list[datetime]:
        """The firings after `after` up to and with `until`."""
        found = []
        for instant in self.firings(after):
            if instant > until:
                break
            found.append(instant)
        return found

    @cached_property
    def _triggers(self) -> tuple[CronTrigger, ...]:
        glue = _GLUE.fullmatch(self.text.strip())
        fields = (glue["fields"] if glue else self.text).split()
        if glue is None and self.text.strip().startswith("cron("):
            raise ValueError(f"'{self.text}' has no closing parenthesis")
        wanted = 6 if glue else 5
        if len(fields) != wanted:
            raise ValueError(f"'{self.text}' has {len(fields)} fields, and {wanted} are needed")
        if glue:
            return (_trigger(self.text, fields[:5], fields[5], _glue_days(self.text, fields)),)
        day, weekday = fields[2], fields[4]
        if "*" not in (day[0], weekday[0]):
            by_day = _trigger(self.text, fields, "*", (day, "*"))
            return (by_day, _trigger(self.text, fields, "*", ("*", _weekdays(self.text, weekday, 0))))
        return (_trigger(self.text, fields, "*", (day, _weekdays(self.text, weekday, 0))),)

    @property
    def _any_hour(self) -> bool:
        fields = self.text.strip().removeprefix("cron(").split()
        return _ANY_HOUR.fullmatch(fields[1]) is not None

    def _next_wall(self, wall: datetime) -> datetime | None:
        found = [one.get_next_fire_time(wall, wall + timedelta(seconds=1)) for one in self._triggers]
        return min((one for one in found if one is not None), default=None)

    def _instants(self, wall: datetime, zone: ZoneInfo) -> list[datetime]:
        first = wall.replace(tzinfo=zone).astimezone(UTC)
        if first.astimezone(zone).replace(tzinfo=None) != wall:  # skipped: the offset before it leads behind
            return [] if self._any_hour else [first]
        again = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
        return [first, again] if self._any_hour and again != first else [first]


# (A clock asks for what comes after the same instant until it has come.)
@lru_cache(256)
def _first(cron: Cron, after: datetime) -> datetime | None:
    return next(cron.firings(after), None)


def _trigger(text: str, fields: list[str], year: str, days: tuple[str, str]) -> CronTrigger:
    minute, hour, _, month, _ = fields
    given = {"minute": minute, "hour": hour, "day": days[0], "month": month, "day_of_week": days[1]}
    if "?" in (minute, hour, month, year):
        raise ValueError(f"'{text}': '?' may stand for a day alone")
    try:
        return CronTrigger(**given, second=0, year=_YEARS if year == "*" else year, timezone=UTC)
    except ValueError as error:
        raise ValueError(f"'{text}' is no schedule: {error}") from None


def _glue_days(text: str, fields: list[str]) -> tuple[str, str]:
    """Day and day of the week, one of which is `?`."""
    day, weekday = fields[2], fields[4]
    if (day == "?") == (weekday == "?"):
        raise ValueError(f"'{text}': of the days, those of the month or of the week, exactly one is '?'")
    if "W" in day.upper():
        raise ValueError(f"'{text}': 'W', the nearest weekday, is not covered")
    if weekday == "?":
        return "last" if day.upper() == "L" else day, "*"
    if numbered := re.fullmatch(r"(\w+)#([1-5])", weekday):
        return f"{_ORDINALS[int(numbered[2]) - 1]} {_weekday(text, numbered[1], 1)}", "*"
    if last := re.fullmatch(r"(\w+)L", weekday, re.IGNORECASE):
        return f"last {_weekday(text, last[1], 1)}", "*"
    return "*", _weekdays(text, weekday, 1)


def _weekdays(text: str, field: str, sunday: int) -> str:
    """Days of the week by name: numbers mean another day to everybody."""
    found: set[str] = set()
    for part in field.split(","):
        match = _DAY.fullmatch(part)
        if match is None:
            raise ValueError(f"'{text}': '{part}' is no day of the week")
        step = int(match["step"] or match["every"] or 1)
        if step < 1:
            raise ValueError(f"'{text}': '{part}' goes in steps of nothing")
        if match["first"] is None:
            found.update(_DAYS[::step])
            continue
        first = _DAYS.index(_weekday(text, match["first"], sunday))
        last = _DAYS.index(_weekday(text, match["last"], sunday)) if match["last"] else first
        if match["step"] and not match["last"]:
            last = len(_DAYS) - 1
        # (FRI-MON goes over the end of the week, and 0-7 from one Sunday to the next.)
        over = last < first or (last == first and match["last"] not in (None, match["first"]))
        span = range(first, last + 7 * over + 1, step)
        found.update(_DAYS[at % 7] for at in span)
    return "*" if len(found) == len(_DAYS) else ",".join(day for day in _DAYS if day in found)


def _weekday(text: str, day: str, sunday: int) -> str:
    if day.casefold() in _DAYS:
        return day.casefold()
    if day.isdigit() and 0 <= int(day) - sunday <= (6 if sunday else 7):
        return _DAYS[(int(day) - sunday) % 7]
    raise ValueError(f"'{text}': '{day}' is no day of the week")
