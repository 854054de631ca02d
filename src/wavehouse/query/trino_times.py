"""Trino's types of times by their names: how many digits they have, and in which zone an instant is told.

`timestamp(3)` has three digits behind the point; `timestamp` is what tables hold, of six (Trino's name for
it is `timestamp(6)`). So it is with `timestamp(3) with time zone`. In Trino each instant has a zone of its
own; here all of a column have one, and its type says which: `timestamp with time zone Europe/Berlin`. Where
none is said it is UTC.
"""

from __future__ import annotations

import re

TIMESTAMP = "timestamp"
INSTANT = "timestamp with time zone"
DAY_TO_SECOND = "interval day to second"
YEAR_TO_MONTH = "interval year to month"
UTC = "UTC"
MAX_DIGITS = 6
_TIMESTAMP = re.compile(r"timestamp(?:\((\d)\))?")
_INSTANT = re.compile(r"timestamp(?:\((\d)\))? with time zone(?: (\S+))?")
_QUOTED_OR_DETAIL = re.compile(r'("(?:[^"]|"")*")|(?<=timestamp)\(\d\)|(?<=time zone) [\w/+:-]+')


def timestamp(digits: int) -> str:
    """The timestamp with so many digits behind the point."""
    return TIMESTAMP if digits == MAX_DIGITS else f"timestamp({digits})"


def instant(digits: int, zone: str = UTC) -> str:
    """The timestamp with time zone with so many digits behind the point, in that zone."""
    told = INSTANT if digits == MAX_DIGITS else f"timestamp({digits}) with time zone"
    return told if zone == UTC else f"{told} {zone}"


def is_timestamp(type_: str) -> bool:
    """Whether it is a timestamp without time zone."""
    return _TIMESTAMP.fullmatch(type_) is not None


def is_instant(type_: str) -> bool:
    """Whether it is a timestamp with time zone."""
    return _INSTANT.fullmatch(type_) is not None


def is_time(type_: str) -> bool:
    """Whether it is a date, a timestamp or an instant."""
    return type_ == "date" or is_timestamp(type_) or is_instant(type_)


def is_interval(type_: str) -> bool:
    """Whether it is an interval of either kind."""
    return type_ in (DAY_TO_SECOND, YEAR_TO_MONTH)


def digits_of(type_: str) -> int:
    """How many digits a timestamp or an instant has behind the point; a date has none."""
    found = _INSTANT.fullmatch(type_) or _TIMESTAMP.fullmatch(type_)
    return 0 if found is None else int(found[1] or MAX_DIGITS)


def zone_of(type_: str) -> str:
    """The zone in which an instant is told."""
    found = _INSTANT.fullmatch(type_)
    return (found and found[2]) or UTC


def in_zone(type_: str, zone: str) -> str:
    """The same instant told in another zone."""
    return instant(digits_of(type_), zone)


def with_digits(type_: str, digits: int) -> str:
    """The same kind of time with so many digits behind the point."""
    return instant(digits, zone_of(type_)) if is_instant(type_) else timestamp(digits)


def common_time(left: str, right: str) -> str | None:
    """The type to which two times are coerced: a timestamp is an instant of the session's zone, UTC."""
    if not (is_time(left) and is_time(right)):
        return None
    digits = max(digits_of(left), digits_of(right))
    if not is_instant(left) and not is_instant(right):
        return timestamp(digits)
    return instant(digits, zone_of(left)) if zone_of(left) == zone_of(right) else None


def told_type(type_: str) -> str:
    """The type as an answer names it: without digits and zone, as Athena does."""
    if TIMESTAMP not in type_:
        return type_
    return _QUOTED_OR_DETAIL.sub(lambda found: found[1] or "", type_)


def duckdb_time(type_: str) -> str | None:
    """DuckDB's type for a time or an interval, None for other types.

    Intervals are numbers, as they are in Trino: milliseconds and months.
    """
    if is_instant(type_):
        return "TIMESTAMPTZ"
    if is_timestamp(type_):
        return "TIMESTAMP"
    return {DAY_TO_SECOND: "BIGINT", YEAR_TO_MONTH: "INTEGER"}.get(type_)
