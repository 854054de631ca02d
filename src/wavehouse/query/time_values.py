"""Times in DuckDB: on the clock of a zone, rounded to digits, and as texts."""

from __future__ import annotations

import re
from datetime import UTC as UTC_ZONE
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.trino_times import (
    DAY_TO_SECOND,
    MAX_DIGITS,
    TIMESTAMP,
    UTC,
    YEAR_TO_MONTH,
    digits_of,
    is_instant,
    zone_of,
)
from wavehouse.query.typed import Typed

_DAY_TO_SECOND = "{0} // 86400000, ({0} // 3600000) % 24, ({0} // 60000) % 60, ({0} // 1000) % 60, {0} % 1000"
_YEAR_TO_MONTH = "{0} // 12, {0} % 12"
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})", re.ASCII)


def zone(name: str) -> str:
    """The zone with that name, as types have it; raises `QueryError` where there is none."""
    if name in (UTC, "Z"):
        return UTC
    offset_or_place(name)
    return UTC if name in ("+00:00", "-00:00") else name


def offset_or_place(name: str) -> tzinfo:
    """The zone with that name for Python; raises `QueryError` where there is none."""
    found = _OFFSET.fullmatch(name)
    if found:
        shift = timedelta(hours=int(found[2]), minutes=int(found[3]))
        # https://trino.io/docs/current/language/types.html: up to 14 hours.
        if shift <= timedelta(hours=14):
            return timezone(-shift if found[1] == "-" else shift)
    try:
        if "/" in name or name == UTC:
            return UTC_ZONE if name == UTC else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass
    raise QueryError(f"there is no time zone '{name}'", remedy="Write UTC, +01:00 or Europe/Berlin")


def is_place(name: str) -> bool:
    """Whether it is a zone whose clocks change, or may have: not UTC and not an offset."""
    return name != UTC and not _OFFSET.fullmatch(name)


def _minutes(name: str) -> int:
    found = _OFFSET.fullmatch(name)
    sign = -1 if found and found[1] == "-" else 1
    return sign * (int(found[2]) * 60 + int(found[3])) if found else 0


def clock(value: Typed) -> str:
    """The date and time on the clock: a TIMESTAMP of DuckDB, of an instant in its zone."""
    if not is_instant(value.type):
        return value.sql if value.type != "date" else f"CAST({value.sql} AS TIMESTAMP)"
    told = zone_of(value.type)
    if is_place(told):
        return f"timezone({literal(told)}, {value.sql})"
    minutes, in_utc = _minutes(told), f"timezone('UTC', {value.sql})"
    return f"({in_utc} + INTERVAL ({minutes}) MINUTE)" if minutes else in_utc


def by_clock(sql: str, told: str) -> str:
    """The instant at which the clock of a zone shows `sql`, a TIMESTAMP. A place needs more than that."""
    minutes = _minutes(told)
    return f"timezone('UTC', {sql}{f' - INTERVAL ({minutes}) MINUTE' if minutes else ''})"


def need_no_place(value: Typed, what: str) -> None:
    """Raise `QueryError` where an instant is told in a place: what its clocks skip is not covered."""
    if is_place(zone_of(value.type)):
        raise QueryError(
            f"{what} in {zone_of(value.type)} is not covered yet",
            remedy="Use AT TIME ZONE 'UTC', or CAST it to timestamp",
        )


def need_utc(value: Typed, what: str) -> None:
    """Raise `QueryError` where an instant is told in another zone than UTC."""
    if zone_of(value.type) != UTC:
        raise QueryError(
            f"{what} in {zone_of(value.type)} is not covered yet", remedy="Use AT TIME ZONE 'UTC'"
        )


def rounded(sql: str, digits: int) -> str:
    """A TIMESTAMP rounded to so many digits behind the point, a half upwards."""
    width = 10 ** (MAX_DIGITS - digits)
    return f"time_bucket(INTERVAL ({width}) MICROSECOND, {sql} + INTERVAL ({width // 2}) MICROSECOND)"


def down_to_milliseconds(value: Typed) -> str:
    """A TIMESTAMP or an instant without what is less than a millisecond."""
    return value.sql if digits_of(value.type) <= 3 else f"date_trunc('millisecond', {value.sql})"


def clock_text(value: Typed, between: str = " ") -> str:
    """The clock of a timestamp or an instant as text, with as many digits as its type has."""
    digits = digits_of(value.type)
    form = f"%Y-%m-%d{between}%H:%M:%S" + {0: "", 3: ".%g"}.get(digits, ".%f")
    text = f"strftime({clock(value)}, {literal(form)})"
    return f"left({text}, {20 + digits})" if digits in (1, 2, 4, 5) else text


def text(value: Typed) -> str:
    """A date, a timestamp, an instant or an interval as Trino writes it."""
    if value.type == DAY_TO_SECOND:
        return _interval_text(value.sql, "{} {:02d}:{:02d}:{:02d}.{:03d}", _DAY_TO_SECOND)
    if value.type == YEAR_TO_MONTH:
        return _interval_text(value.sql, "{}-{}", _YEAR_TO_MONTH)
    if value.type == "date":
        return f"CAST({value.sql} AS VARCHAR)"
    suffix = f" || {literal(f' {zone_of(value.type)}')}" if is_instant(value.type) else ""
    return f"({clock_text(value)}{suffix})"


def _interval_text(sql: str, form: str, parts: str) -> str:
    sign = f"CASE WHEN {sql} < 0 THEN '-' ELSE '' END"
    return f"({sign} || format({literal(form)}, {parts.format(f'abs({sql})')}))"


def moment(at: datetime, type_: str) -> Typed:
    """A constant timestamp or instant."""
    if is_instant(type_):
        written = at.astimezone(UTC_ZONE).replace(tzinfo=None).isoformat(" ")
        return Typed(f"TIMESTAMPTZ {literal(f'{written}+00:00')}", type_, literal=written)
    written = at.replace(tzinfo=None).isoformat(" ")
    return Typed(f"{TIMESTAMP.upper()} {literal(written)}", type_, literal=written)
