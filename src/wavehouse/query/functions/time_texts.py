"""Functions of dates and times that write and read texts, and Unix time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC as UTC_ZONE
from datetime import datetime

from wavehouse.core.errors import QueryError
from wavehouse.query.functions.function import Function
from wavehouse.query.time_casts import read_text
from wavehouse.query.time_formats import joda_format, mysql_format, read, written
from wavehouse.query.time_values import (
    by_clock,
    clock,
    clock_text,
    down_to_milliseconds,
    moment,
    rounded,
    zone,
)
from wavehouse.query.trino_times import digits_of, instant, is_instant, timestamp, zone_of
from wavehouse.query.typed import Typed

_FORMS = ("date or timestamp", "instant")
_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII
)
_ISO_OF_COLUMN = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,6})?)?Z?)?"
)


def _date_format(arguments: Sequence[Typed]) -> str:
    return written(mysql_format(str(arguments[1].text)), _to_milliseconds(arguments[0]), None)


def _format_datetime(arguments: Sequence[Typed]) -> str:
    value = arguments[0]
    parts = joda_format(str(arguments[1].text), "format_datetime")
    return written(parts, _to_milliseconds(value), zone_of(value.type) if is_instant(value.type) else None)


def _to_milliseconds(value: Typed) -> str:
    """The clock, rounded."""
    return rounded(clock(value), 3) if digits_of(value.type) > 3 else clock(value)


def _date_parse(arguments: Sequence[Typed]) -> str:
    return read(mysql_format(str(arguments[1].text)), arguments[0].sql, "date_parse")


def _parse_datetime(arguments: Sequence[Typed]) -> str:
    parts = joda_format(str(arguments[1].text), "parse_datetime")
    return by_clock(read(parts, arguments[0].sql, "parse_datetime"), "UTC")


def _to_unixtime(arguments: Sequence[Typed]) -> str:
    value = arguments[0]
    if is_instant(value.type) and digits_of(value.type) > 3:
        whole = f"epoch_ms({down_to_milliseconds(value)})"
        rest = f"(epoch_us({value.sql}) - {whole} * 1000) * 1000000"
        # (The sum of two doubles, as in Trino.)
        return f"({whole} / 1e3 + {rest} / 1e12)"
    return f"(epoch_ms({value.sql}) / 1e3)" if is_instant(value.type) else f"(epoch_us({value.sql}) / 1e6)"


def _from_unixtime(arguments: Sequence[Typed]) -> str:
    milliseconds = f"CAST(floor({arguments[0].sql} * 1000 + 0.5) AS BIGINT)"
    return by_clock(f"make_timestamp({milliseconds} * 1000)", "UTC")


def _to_iso8601(arguments: Sequence[Typed]) -> str:
    value = arguments[0]
    if not is_instant(value.type):
        return clock_text(value, "T")
    told = zone_of(value.type)
    if "/" in told:
        raise QueryError(f"to_iso8601() in {told} is not covered yet", remedy="Use AT TIME ZONE 'UTC'")
    return f"({clock_text(value, 'T')} || '{'Z' if told == 'UTC' else told}')"


def _from_iso8601(arguments: Sequence[Typed]) -> str:
    value = arguments[0]
    if value.text is not None:
        return moment(_moment_of(value.text), instant(3)).sql
    text = value.sql
    read_ = f"CAST(replace(replace(replace({text}, 'T', ' '), 'Z', ''), ',', '.') AS TIMESTAMP)"
    return (
        f"CASE WHEN regexp_full_match({text}, '{_ISO_OF_COLUMN}') "
        f"THEN timezone('UTC', date_trunc('millisecond', {read_})) "
        # Java reads other forms of ISO 8601, such as weeks.
        f"WHEN regexp_matches({text}, '^[-+T0-9]') "
        f"THEN error('from_iso8601_timestamp() cannot read ''' || {text} || ''', "
        "or it is not answered here') "
        f"WHEN {text} IS NOT NULL THEN error('from_iso8601_timestamp() cannot read ''' || {text} || '''') END"
    )


def _zone_of_iso8601(arguments: Sequence[Typed]) -> str:
    found = _ISO.fullmatch(arguments[0].text or "")
    return instant(3, zone(found[4] or "UTC") if found else "UTC")


def _moment_of(text: str) -> datetime:
    """The moment of a text of ISO 8601, of which milliseconds stay; raises `QueryError` where it is none."""
    found = _ISO.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        day, time, fraction, offset = found.groups()
        at = datetime.fromisoformat(f"{day} {time or '00:00'}{(offset or 'Z').replace('Z', '+00:00')}")
    except ValueError:
        raise QueryError(
            f"from_iso8601_timestamp() cannot read '{text}'", remedy="Write 2020-12-31T23:59:59.999Z"
        ) from None
    return at.astimezone(UTC_ZONE).replace(microsecond=int((fraction or "").ljust(3, "0")[:3]) * 1000)


TIME_TEXTS: tuple[Function, ...] = (
    *(Function("date_format", (kind, "'text'"), "varchar", _date_format) for kind in _FORMS),
    *(Function("format_datetime", (kind, "'text'"), "varchar", _format_datetime) for kind in _FORMS),
    Function("date_parse", ("varchar", "'text'"), timestamp(3), _date_parse),
    Function("parse_datetime", ("varchar", "'text'"), instant(3), _parse_datetime),
    *(Function("to_unixtime", (kind,), "double", _to_unixtime) for kind in _FORMS),
    Function("from_unixtime", ("number",), instant(3), _from_unixtime),
    Function(
        "from_unixtime",
        ("number", "'text'"),
        lambda arguments: instant(3, zone(str(arguments[1].text))),
        _from_unixtime,
    ),
    Function("to_iso8601", ("date",), "varchar", "CAST({0} AS VARCHAR)"),
    Function("to_iso8601", ("timestamp",), "varchar", _to_iso8601),
    Function("to_iso8601", ("instant",), "varchar", _to_iso8601),
    Function("from_iso8601_timestamp", ("varchar",), _zone_of_iso8601, _from_iso8601),
    Function(
        "from_iso8601_date",
        ("varchar",),
        "date",
        lambda arguments: read_text(arguments[0], "date").sql,
    ),
)
