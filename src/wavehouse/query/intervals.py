"""Intervals: as they are written, and arithmetic with them and with times.

https://trino.io/docs/current/language/types.html#interval-day-to-second . An interval of days to seconds is
a number of milliseconds here, one of years to months a number of months, as they are in Trino.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from wavehouse.core.errors import QueryError
from wavehouse.query.time_values import by_clock, clock, down_to_milliseconds, need_utc
from wavehouse.query.trino_times import (
    DAY_TO_SECOND,
    YEAR_TO_MONTH,
    common_time,
    digits_of,
    in_zone,
    is_instant,
    is_interval,
    is_time,
    with_digits,
    zone_of,
)
from wavehouse.query.trino_types import WHOLE, is_decimal
from wavehouse.query.typed import Typed, coerced, made

_SECONDS = {"DAY": 86_400, "HOUR": 3_600, "MINUTE": 60, "SECOND": 1}
_MONTHS = {"YEAR": 12, "MONTH": 1}
_BETWEEN = {"DAY": " ", "YEAR": "-"}
UNITS = (*_MONTHS, *_SECONDS)
DAY_MS = 86_400_000
WRITE = "Write INTERVAL '1' DAY"


def interval(text: str, start: str, end: str, *, negative: bool = False) -> Typed:
    """`INTERVAL 'text' start TO end`; raises `QueryError` where it is none."""
    sizes = _MONTHS if start in _MONTHS else _SECONDS
    units = list(sizes)
    if start not in sizes or end not in sizes or units.index(start) > units.index(end):
        span = start if start == end else f"{start} TO {end}"
        raise QueryError(f"there is no interval of {span}", remedy=WRITE)
    units = units[units.index(start) : units.index(end) + 1]
    pattern = "".join(f"([0-9]{{1,9}}){_BETWEEN.get(unit, ':')}" for unit in units[:-1]) + "([0-9]{1,9})"
    fraction = r"(?:\.([0-9]{1,3}))?" if units[-1] == "SECOND" else "()"
    found = re.fullmatch(f"(-?){pattern}{fraction}", text)
    if found is None:
        raise QueryError(f"'{text}' is not an interval of {' TO '.join((start, end))}", remedy=WRITE)
    sign, *numbers, rest = found.groups()
    amount = sum(int(number) * sizes[unit] for number, unit in zip(numbers, units, strict=True))
    if sizes is _SECONDS:
        amount = amount * 1000 + int((rest or "").ljust(3, "0"))
    amount = -amount if bool(sign) != negative else amount
    type_, stored = (YEAR_TO_MONTH, "INTEGER") if sizes is _MONTHS else (DAY_TO_SECOND, "BIGINT")
    if abs(amount) >= 2 ** (31 if sizes is _MONTHS else 63):
        raise QueryError(f"'{text}' is too long an interval")
    return Typed(f"CAST({amount} AS {stored})", type_, literal=text)


def moved(operator: str, left: Typed, right: Typed) -> Typed | None:
    """`left operator right` where a time or an interval takes part, None where it means nothing."""
    backwards = {"+": is_interval(left.type) and is_time(right.type), "*": is_interval(right.type)}
    if backwards.get(operator):
        left, right = right, left
    if operator in ("+", "-"):
        return _added(operator, left, right)
    return _scaled(operator, left, right) if operator in ("*", "/") and is_interval(left.type) else None


def _added(operator: str, left: Typed, right: Typed) -> Typed | None:
    if is_time(left.type) and is_interval(right.type):
        return _shifted(operator, left, right)
    if is_interval(left.type) and left.type == right.type:
        return made(f"({left.sql} {operator} {right.sql})", left.type, left, right)
    if operator == "-" and is_time(left.type) and is_time(right.type):
        return _difference(left, right)
    return None


def _shifted(operator: str, value: Typed, by: Typed) -> Typed:
    if by.type == YEAR_TO_MONTH:
        need_utc(value, f"'{operator}' of an interval of years to months")
        sql = on_clock(value, lambda sql: f"{sql} {operator} to_months({by.sql})")
        return made(sql, value.type, value, by)
    if value.type != "date":
        sql = f"({_in_utc(value)} {operator} to_microseconds({by.sql} * 1000))"
        sql = by_clock(sql, "UTC") if is_instant(value.type) else sql
        return made(sql, with_digits(value.type, max(3, digits_of(value.type))), value, by)
    what = "add hour, minutes or seconds to" if operator == "+" else "subtract hour, minutes or seconds from"
    sql = (
        f"CASE WHEN {by.sql} % {DAY_MS} <> 0 THEN error('Cannot {what} a date') "
        f"ELSE {value.sql} {operator} CAST({by.sql} // {DAY_MS} AS INTEGER) END"
    )
    return made(f"({sql})", "date", value, by)


def on_clock(value: Typed, change: Callable[[str], str]) -> str:
    """What `change` makes of a time as its clock shows it, as a time of that type again."""
    changed = f"({change(clock(value))})"
    if value.type == "date":
        return f"CAST({changed} AS DATE)"
    return by_clock(changed, zone_of(value.type)) if is_instant(value.type) else changed


def _in_utc(value: Typed) -> str:
    return clock(as_of_utc(value))


def as_of_utc(value: Typed) -> Typed:
    """The same instant told in UTC; any other value as it is."""
    return replace(value, type=in_zone(value.type, "UTC")) if is_instant(value.type) else value


def _difference(left: Typed, right: Typed) -> Typed | None:
    left, right = as_of_utc(left), as_of_utc(right)
    if left.type == right.type == "date":
        return made(f"(({left.sql} - {right.sql}) * {DAY_MS})", DAY_TO_SECOND, left, right)
    type_ = common_time(left.type, right.type)
    if type_ is None:
        return None
    a, b = coerced(left, type_), coerced(right, type_)
    if digits_of(type_) <= 3:
        sql = f"(epoch_ms({a.sql}) - epoch_ms({b.sql}))"
    elif is_instant(type_):
        # Of instants the milliseconds are subtracted, and the rest is rounded away from zero.
        first, second = (f"epoch_ms({down_to_milliseconds(one)})" for one in (a, b))
        rest = f"(epoch_us({a.sql}) - {first} * 1000) - (epoch_us({b.sql}) - {second} * 1000)"
        sql = f"({first} - {second} + CAST(round(({rest}) / 1e3) AS BIGINT))"
    else:
        micros = f"(epoch_us({a.sql}) - epoch_us({b.sql}) + 500)"
        sql = f"(({micros} - ({micros} % 1000 + 1000) % 1000) // 1000)"
    return made(sql, DAY_TO_SECOND, left, right)


def _scaled(operator: str, value: Typed, by: Typed) -> Typed | None:
    stored = "BIGINT" if value.type == DAY_TO_SECOND else "INTEGER"
    if by.type in WHOLE and operator == "*":
        return made(f"CAST({value.sql} * {by.sql} AS {stored})", value.type, value, by)
    # A column of doubles may be NaN, at which Athena stops.
    number = by.number is not None and (by.type in WHOLE or by.type == "double" or is_decimal(by.type))
    if not number or (operator == "/" and not by.nonzero):
        return None
    by = coerced(by, "double")
    return made(f"CAST(trunc({value.sql} {operator} {by.sql}) AS {stored})", value.type, value, by)
