"""Days, times of day and time zones, as Java reads them."""

from __future__ import annotations

import re
from datetime import date, time
from functools import cache
from zoneinfo import available_timezones

from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean

_TWELVE_HOURS = re.compile(r"(\d{1,2}):(\d\d) ([AP])M")
_TWENTY_FOUR_HOURS = re.compile(r"(\d\d):(\d\d)")
_OFFSET = re.compile(r"(?:UTC|GMT|UT)?[+-](?:(\d{1,2})|(\d\d):?(\d\d)(?::?(\d\d))?)", re.ASCII)
_MAX_OFFSET = 18 * 3600
# Names that zoneinfo has and Java has not, or not without being told what they mean.
_NOT_IN_JAVA = {"EST", "HST", "MST", "ROC", "Factory", "localtime"}


def day(text: str) -> date:
    """`2024-02-29` as a day; raises `DefinitionError` for one that is in no calendar."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DefinitionError(
            f"there is no day {text}", remedy="A day is written year-month-day, and exists"
        ) from None


def time_of_day(text: str) -> time:
    """`9:30 AM` or `21:45` as a time; raises `DefinitionError` for one that is on no clock."""
    hour, minute, latest = 99, 99, 23
    if found := _TWELVE_HOURS.fullmatch(text):
        hour, minute, latest = int(found[1]), int(found[2]), 12
        if hour <= latest:
            # 12 AM is midnight; Java takes 0 for the same.
            hour, latest = hour % 12 + (12 if found[3] == "P" else 0), 23
    elif found := _TWENTY_FOUR_HOURS.fullmatch(text):
        hour, minute = int(found[1]), int(found[2])
        if (hour, minute) == (24, 0):
            hour = 0
    if hour > latest or minute > 59:
        raise DefinitionError(f"there is no time {text}", remedy="Write it like 9:30 AM or like 21:45")
    return time(hour, minute)


def check_zone(name: str) -> None:
    """Raise `DefinitionError` unless `name` is a time zone (`Europe/Berlin`) or an offset (`+02:00`)."""
    if name in ("Z", "UT") or name in _zones() or _is_offset(name):
        return
    raise DefinitionError(f"there is no time zone '{name}'", remedy=did_you_mean(name, _zones()))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - _NOT_IN_JAVA | {"UTC", "GMT"})


def _is_offset(text: str) -> bool:
    found = _OFFSET.fullmatch(text)
    if found is None:
        return False
    hours, minutes, seconds = int(found[1] or found[2]), int(found[3] or 0), int(found[4] or 0)
    return minutes < 60 and seconds < 60 and hours * 3600 + minutes * 60 + seconds <= _MAX_OFFSET
