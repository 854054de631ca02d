"""Spark's functions of days and times, as DuckDB says what Spark 3.5 means by them (time zone UTC)."""

from __future__ import annotations

import re

from sqlglot import exp

from wavehouse.engines.duckdb_spark_casts import spark_cast
from wavehouse.engines.spark_calls import Call, refused, types_of

_INT = "CAST({self} AS INTEGER)"
_NOW = "make_timestamp(epoch_us(now()))"
# By the class of the parser, else by the name; {self} is the call in the parser's own words.
TIMES = {
    **dict.fromkeys(("Year", "Month", "Day", "DayOfMonth", "DayOfYear", "WeekOfYear", "Quarter"), _INT),
    **dict.fromkeys(("Hour", "Minute", "Second", "UnixDate"), _INT),
    "DayOfWeek": "CAST(dayofweek({this}) + 1 AS INTEGER)",
    "TsOrDsAdd": "CAST(TRY_CAST({this} AS DATE) + CAST({expression} AS INTEGER) AS DATE)",
    "AddMonths": "CAST({self} AS DATE)",
    "DateFromUnixDate": "CAST({self} AS DATE)",
    "CurrentDate": f"CAST({_NOW} AS DATE)",
    "CurrentTimestamp": _NOW,
    "now": _NOW,
    "weekday": "CAST(isodow(TRY_CAST({0} AS DATE)) - 1 AS INTEGER)",
    "make_date": "TRY_CAST(printf('%04d-%02d-%02d', {0}, {1}, {2}) AS DATE)",
}
# Spark's names of the parts to which a day or a time is cut.
_UNITS = {
    **dict.fromkeys(("year", "yyyy", "yy"), "year"),
    **dict.fromkeys(("month", "mon", "mm"), "month"),
    **{unit: unit for unit in ("quarter", "week")},
}
_SHORTER_UNITS = {"day": "day", "dd": "day", **{unit: unit for unit in ("hour", "minute", "second")}}
_EXTRACTED = ("year", "quarter", "month", "week", "day", "doy", "hour", "minute")
_OF_DAYS = ("day", "week", "month", "quarter", "year")


def _cut_day(node: exp.Expr) -> str | None:
    unit = _UNITS.get(node.args["unit"].name.lower())
    if unit is None:
        raise refused(node, f"to a {node.args['unit'].name}")
    return f"CAST(date_trunc('{unit}', TRY_CAST({node.this.sql('duckdb')} AS DATE)) AS DATE)"


def _cut_time(node: exp.Expr) -> str | None:
    unit = (_UNITS | _SHORTER_UNITS).get(node.args["unit"].name.lower())
    if unit is None:
        raise refused(node, f"to a {node.args['unit'].name}")
    return f"CAST(date_trunc('{unit}', TRY_CAST({node.this.sql('duckdb')} AS TIMESTAMP)) AS TIMESTAMP)"


def _days_between(node: exp.Expr) -> str | None:
    unit = node.args.get("unit")
    if unit is not None and unit.name.lower() != "day":
        raise refused(node, f"in {unit.name.lower()}s", "Write datediff(later, earlier), which counts days")
    later, earlier = node.this.sql("duckdb"), node.expression.sql("duckdb")
    return f"CAST(date_diff('day', {earlier}, {later}) AS INTEGER)"


def _months_between(node: exp.Expr) -> str | None:
    types = types_of(node)
    if types.get("this") != "date" or types.get("expression") != "date" or node.args.get("roundoff"):
        raise refused(node, "of what is not known to be two days", "CAST both AS DATE in a subquery before")
    return f"round({node.sql('duckdb')}, 8)"


def _extract(node: exp.Expr) -> str | None:
    if node.this.name.lower() not in _EXTRACTED:
        raise refused(node, f"of {node.this.name.lower()}", f"Known: {', '.join(_EXTRACTED)}")
    return _INT.format(self=node.sql("duckdb"))


def _to_date(node: exp.Expr) -> str | None:
    if node.args.get("format"):
        return _in_format(node)
    value = node.this.sql("duckdb")
    if types_of(node).get("this") == "string" or node.this.is_string:
        return spark_cast(value, "date")
    return f"TRY_CAST({value} AS DATE)"


def _in_format(node: exp.Expr) -> str | None:
    """With a pattern, of which the parser leaves the letters that it has no word for."""
    pattern = node.args["format"]
    # (That a number has two digits it writes behind it.)
    written = pattern.name.replace("strict", "") if isinstance(pattern, exp.Literal) else "x"
    if re.search(r"[A-Za-z']", re.sub(r"%-?[A-Za-z]", "", written)):
        raise refused(node, "with such a pattern", "Known: yyyy, MM, dd, HH, mm, ss, and M, d, MMM, E, a")
    return None


def with_days(node: exp.Expr) -> str | None:
    """A sum or difference: of a day and an interval of days comes a day."""
    types = types_of(node)
    if types.get("this") == types.get("expression") == "date":
        raise refused(node, "between two days", "Write datediff(later, earlier)")
    if not isinstance(node.expression, exp.Interval):
        return None
    if types.get("this") not in ("date", "timestamp"):
        raise refused(
            node, "an interval to what is not known to be a day or a time", "CAST it AS DATE or TIMESTAMP"
        )
    unit = node.expression.args.get("unit")
    by_days = unit is not None and unit.name.lower().removesuffix("s") in _OF_DAYS
    return f"CAST({node.sql('duckdb')} AS DATE)" if types["this"] == "date" and by_days else None


TIMES_OTHERWISE: dict[str, Call] = {
    "DateTrunc": _cut_day,
    "TimestampTrunc": _cut_time,
    "DateDiff": _days_between,
    "MonthsBetween": _months_between,
    "Extract": _extract,
    "TsOrDsToDate": _to_date,
    "TimeToStr": _in_format,
    "StrToTime": _in_format,
    "StrToDate": _in_format,
    "TimeStrToTime": lambda _: None,
    "Add": with_days,
    "Sub": with_days,
}
