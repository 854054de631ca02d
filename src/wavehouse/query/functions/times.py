"""Functions of dates and times: their parts, and how they are truncated, added to and subtracted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wavehouse.core.errors import QueryError
from wavehouse.query.functions.function import Function
from wavehouse.query.functions.time_texts import TIME_TEXTS
from wavehouse.query.intervals import as_of_utc, on_clock
from wavehouse.query.time_casts import read_text
from wavehouse.query.time_values import (
    by_clock,
    clock,
    down_to_milliseconds,
    is_place,
    need_no_place,
    need_utc,
    zone,
)
from wavehouse.query.trino_times import (
    DAY_TO_SECOND,
    UTC,
    YEAR_TO_MONTH,
    digits_of,
    instant,
    is_instant,
)
from wavehouse.query.typed import Typed

_PARTS = {
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "week": "week",
    "week_of_year": "week",
    "year_of_week": "isoyear",
    "yow": "isoyear",
    "day": "day",
    "day_of_month": "day",
    "day_of_week": "isodow",
    "dow": "isodow",
    "day_of_year": "dayofyear",
    "doy": "dayofyear",
}
_PARTS_OF_DAYS = {"hour": "hour", "minute": "minute", "second": "second", "millisecond": "millisecond"}
_WHY = {
    "isodow": "DuckDB's dayofweek() counts from Sunday 0, Trino's from Monday 1",
    "millisecond": "DuckDB counts the milliseconds of the minute",
}
_WHOLE = "DuckDB's date_diff() counts borders, Trino's and date_sub() whole units"
# In milliseconds: https://trino.io/docs/current/functions/datetime.html#date_add
_LENGTHS = {"millisecond": 1, "second": 1_000, "minute": 60_000, "hour": 3_600_000}
_DAYS = {"day": "to_days({})", "week": "to_days({} * 7)"}
_MONTHS = {"month": "to_months({})", "quarter": "to_months({} * 3)", "year": "to_months({} * 12)"}


def _parts(type_: str, names: dict[str, str]) -> tuple[Function, ...]:
    return tuple(
        Function(name, (type_,), "bigint", _part(duckdb), _WHY.get(duckdb, ""))
        for name, duckdb in names.items()
    )


def _part(name: str) -> Callable[[Sequence[Typed]], str]:
    def written(arguments: Sequence[Typed]) -> str:
        value = arguments[0]
        sql = value.sql if value.type == "date" else clock(value)
        return f"(millisecond({sql}) % 1000)" if name == "millisecond" else f"{name}({sql})"

    return written


def _part_of_interval(type_: str, name: str, size: int, of: int | None) -> Function:
    """A part of so many milliseconds or months, as many as there are in `of`."""
    within = f"({{0}} % {of})" if of else "{0}"
    return Function(name, (type_,), "bigint", f"CAST({within} // {size} AS BIGINT)")


def _offset(unit: int, of: str = "") -> Callable[[Sequence[Typed]], str]:
    def written(arguments: Sequence[Typed]) -> str:
        value = arguments[0]
        shift = f"(epoch_us({clock(value)}) - epoch_us({clock(as_of_utc(value))}))"
        return f"({shift} // {unit}{of})"

    return written


def _truncated(arguments: Sequence[Typed]) -> str:
    unit, value = arguments
    need_no_place(value, "date_trunc()")
    return on_clock(value, lambda sql: f"date_trunc({unit.sql}, {sql})")


def _added(arguments: Sequence[Typed]) -> str:
    unit, amount, value = arguments
    # It must be an integer, as in Trino.
    name, count = str(unit.text).lower(), f"CAST({amount.sql} AS INTEGER)"
    if name in _LENGTHS:
        if name == "millisecond" and digits_of(value.type) < 3:
            raise QueryError(
                f"date_add() of milliseconds to {value.type} is not covered yet",
                remedy="CAST it to timestamp(3)",
            )
        by = f"to_microseconds(CAST({count} AS BIGINT) * {_LENGTHS[name] * 1000})"
        sql = f"({clock(as_of_utc(value))} + {by})"
        return by_clock(sql, "UTC") if is_instant(value.type) else sql
    need_no_place(value, "date_add() of days or more")
    by = {**_DAYS, **_MONTHS}[name].format(count)
    return on_clock(value, lambda sql: f"{sql} + {by}")


def _between(arguments: Sequence[Typed]) -> str:
    """Whole units, as DuckDB's date_sub() counts them; its date_diff() counts borders."""
    unit, first, second = arguments
    if str(unit.text).lower() not in _LENGTHS:
        # (Trino counts them on the clock of the first, or of UTC: it depends on the digits.)
        need_utc(first, "date_diff() of days or more")
    one, other = (clock(_whole(as_of_utc(value))) for value in (first, second))
    return f"date_sub({unit.sql}, {one}, {other})"


def _whole(value: Typed) -> Typed:
    return Typed(down_to_milliseconds(value), value.type)


def _as_date(arguments: Sequence[Typed]) -> str:
    return f"CAST({clock(arguments[0])} AS DATE)"


def _at_timezone(arguments: Sequence[Typed]) -> str:
    value = arguments[0]
    return value.sql if is_instant(value.type) else by_clock(clock(value), UTC)


def _with_timezone(arguments: Sequence[Typed]) -> str:
    told = zone(str(arguments[1].text))
    if is_place(told):
        raise QueryError(
            f"with_timezone() to {told} is not covered yet",
            remedy="Its clocks skip and repeat hours: use UTC",
        )
    return by_clock(clock(arguments[0]), told)


def _in_given_zone(arguments: Sequence[Typed]) -> str:
    return instant(digits_of(arguments[0].type), zone(str(arguments[1].text)))


TIMES: tuple[Function, ...] = (
    *_parts("date", _PARTS),
    *_parts("timestamp", {**_PARTS, **_PARTS_OF_DAYS}),
    *_parts("instant", {**_PARTS, **_PARTS_OF_DAYS}),
    _part_of_interval(DAY_TO_SECOND, "day", 86_400_000, None),
    _part_of_interval(DAY_TO_SECOND, "day_of_month", 86_400_000, None),
    _part_of_interval(DAY_TO_SECOND, "hour", 3_600_000, 86_400_000),
    _part_of_interval(DAY_TO_SECOND, "minute", 60_000, 3_600_000),
    _part_of_interval(DAY_TO_SECOND, "second", 1_000, 60_000),
    _part_of_interval(DAY_TO_SECOND, "millisecond", 1, 1_000),
    _part_of_interval(YEAR_TO_MONTH, "year", 12, None),
    _part_of_interval(YEAR_TO_MONTH, "month", 1, 12),
    Function("timezone_hour", ("instant",), "bigint", _offset(3_600_000_000)),
    Function("timezone_minute", ("instant",), "bigint", _offset(60_000_000, " % 60")),
    Function("last_day_of_month", ("date",), "date", "last_day({0})"),
    *(
        Function("last_day_of_month", (kind,), "date", lambda arguments: f"last_day({clock(arguments[0])})")
        for kind in ("timestamp", "instant")
    ),
    Function("date_trunc", ("'date unit'", "date"), "date", _truncated),
    Function("date_trunc", ("'time unit'", "timestamp"), "same", _truncated),
    Function("date_trunc", ("'time unit'", "instant"), "same", _truncated),
    Function("date_add", ("'date unit'", "whole", "date"), "date", _added),
    Function("date_add", ("'time unit'", "whole", "timestamp"), "same", _added),
    Function("date_add", ("'time unit'", "whole", "instant"), "same", _added),
    Function("date_diff", ("'date unit'", "date", "date"), "bigint", "date_sub({0}, {1}, {2})", _WHOLE),
    Function("date_diff", ("'time unit'", "time same", "time same"), "bigint", _between, _WHOLE),
    Function("date", ("date",), "date", "{0}"),
    Function("date", ("timestamp",), "date", _as_date),
    Function("date", ("instant",), "date", _as_date),
    Function("date", ("varchar",), "date", lambda arguments: read_text(arguments[0], "date").sql),
    Function("at_timezone", ("timestamp", "'text'"), _in_given_zone, _at_timezone),
    Function("at_timezone", ("instant", "'text'"), _in_given_zone, _at_timezone),
    Function("with_timezone", ("timestamp", "'text'"), _in_given_zone, _with_timezone),
    Function("current_timezone", (), "varchar", f"'{UTC}'"),
    Function("to_milliseconds", (DAY_TO_SECOND,), "bigint", "{0}"),
    *TIME_TEXTS,
)
