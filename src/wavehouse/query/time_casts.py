"""Casts among dates, timestamps, instants and texts, and constants of them.

https://trino.io/docs/current/language/types.html#date-and-time : without a number behind it a type has three
digits behind the point, and a constant as many as are written. A cast to fewer digits rounds.
"""

from __future__ import annotations

import datetime
import re

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.time_values import (
    by_clock,
    clock,
    is_place,
    moment,
    offset_or_place,
    rounded,
    text,
    zone,
)
from wavehouse.query.trino_times import (
    MAX_DIGITS,
    digits_of,
    in_zone,
    instant,
    is_instant,
    is_interval,
    is_time,
    is_timestamp,
    timestamp,
    with_digits,
    zone_of,
)
from wavehouse.query.typed import Typed, made

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIMESTAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}(?::\d{2}(?:\.(\d{1,6}))?)?))?"
    r"(?: ?([+-]\d{2}:\d{2})| ([A-Za-z]\S*))?",
    re.ASCII,
)
_DAY_OF_COLUMN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME_OF_COLUMN = "( ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?)?"
# What Java's trim() takes away.
_BLANK = r"[\x00-\x20]*"
# Trino reads signs, blanks around it and single digits too.
_DOUBTFUL = rf"{_BLANK}[+-]?[0-9]+-[0-9]{{1,2}}-[0-9]{{1,2}}"
_KINDS = {exp.DType.TIMESTAMP: timestamp, exp.DType.TIMESTAMPTZ: instant}


def named_time(node: exp.DataType) -> str | None:
    """The type that `timestamp(3)` names, or one with time zone; None for other types.

    Raises `QueryError` for more than six digits.
    """
    kind = _KINDS.get(node.this) if isinstance(node.this, exp.DType) else None
    if kind is None:
        return None
    digits = node.expressions[0].name if node.expressions else "3"
    if not digits.isdigit() or int(digits) > MAX_DIGITS:
        name = f"timestamp({digits})" + (" with time zone" if kind is instant else "")
        raise uncovered(node.parent, f"the type {name}", "Six digits behind the point are what tables hold")
    return kind(int(digits))


def time_cast(value: Typed, to: str, node: exp.Cast) -> Typed | None:
    """CAST(value AS to) where either is a time or an interval, None where there is no such cast."""
    if value.text is not None and is_time(to):
        return _date(value.text, node) if to == "date" else _constant(value.text, to, node)
    if value.type == "varchar" and is_time(to):
        return read_text(value, to)
    if to == "varchar" and (is_time(value.type) or is_interval(value.type)):
        return made(text(value), "varchar", value)
    if is_time(value.type) and is_time(to):
        return _between(value, to)
    return None


def _between(value: Typed, to: str) -> Typed:
    if is_instant(value.type) and is_instant(to):
        to = in_zone(to, zone_of(value.type))
        if digits_of(to) >= digits_of(value.type):
            return made(value.sql, to, value)
        sql = rounded(f"timezone('UTC', {value.sql})", digits_of(to))
        return made(by_clock(sql, "UTC"), to, value)
    sql = clock(value)
    if to == "date":
        return made(f"CAST({sql} AS DATE)", to, value)
    sql = rounded(sql, digits_of(to)) if digits_of(to) < digits_of(value.type) else sql
    return made(by_clock(sql, "UTC") if is_instant(to) else sql, to, value)


def read_text(value: Typed, to: str) -> Typed:
    """CAST of a text to a time."""
    # DuckDB reads more than Trino does ('2020/1/5'): what is not written plainly stops the query.
    pattern = _DAY_OF_COLUMN + ("" if to == "date" else _TIME_OF_COLUMN)
    read, written = value.sql, "date" if to == "date" else "timestamp"
    if is_instant(to):
        pattern += "( UTC)?"
        read, written = f"replace({value.sql}, ' UTC', '')", "timestamp with time zone"
    sql = f"CAST({read} AS {'DATE' if to == 'date' else 'TIMESTAMP'})"
    if to != "date" and digits_of(to) < MAX_DIGITS:
        sql = rounded(sql, digits_of(to))
    sql = by_clock(sql, "UTC") if is_instant(to) else sql
    doubtful = _DOUBTFUL + (_BLANK if to == "date" else ".*")
    return made(
        f"CASE WHEN regexp_full_match({value.sql}, {literal(pattern)}) THEN {sql} "
        f"WHEN regexp_full_match({value.sql}, {literal(doubtful)}) "
        f"THEN error('cannot CAST ''' || {value.sql} || ''' to {written}, or it is not answered here') "
        f"WHEN {value.sql} IS NOT NULL THEN error('cannot CAST ''' || {value.sql} || ''' to {written}') END",
        to,
        value,
    )


def _date(written: str, node: exp.Cast) -> Typed:
    try:
        if not _DATE.fullmatch(written):
            raise ValueError(written)
        datetime.date.fromisoformat(written)
    except ValueError:
        raise QueryError(
            f"'{written}' is not a date", where=place(node), remedy="Write DATE '2020-12-31'"
        ) from None
    return Typed(f"DATE {literal(written)}", "date", literal=written)


def _constant(written: str, to: str, node: exp.Cast) -> Typed:
    found = _TIMESTAMP.fullmatch(written)
    day, time, digits, offset, name = found.groups() if found else ("", None, None, None, None)
    try:
        # (A cast to a timestamp would leave the zone out.)
        if not found or (is_timestamp(to) and (offset or name)):
            raise ValueError(written)
        at = datetime.datetime.fromisoformat(f"{day} {time or '00:00'}")
    except ValueError:
        raise QueryError(
            f"'{written}' is not a {'timestamp' if is_timestamp(to) else 'timestamp with time zone'}",
            where=place(node),
            remedy="Write TIMESTAMP '2020-12-31 23:59:59'",
        ) from None
    exact = with_digits(to, max(digits_of(to), len(digits or "")))
    if is_timestamp(to):
        value = moment(at, exact)
    else:
        told = zone(offset or name or "UTC")
        value = moment(_on_clock_of(at, told), in_zone(exact, told))
    return value if exact == to else _between(value, to)


def _on_clock_of(at: datetime.datetime, told: str) -> datetime.datetime:
    there = at.replace(tzinfo=offset_or_place(told))
    if is_place(told):
        later = at.replace(tzinfo=offset_or_place(told), fold=1)
        if there.utcoffset() != later.utcoffset():
            raise QueryError(
                f"a time that is twice or never on the clocks of {told} is not covered yet",
                remedy="Write it in UTC",
            )
    return there
