"""Dates and times as they are written: INTERVAL, EXTRACT, AT TIME ZONE, and the current moment."""

from __future__ import annotations

from datetime import datetime

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.calls import called
from wavehouse.query.functions import SCALARS
from wavehouse.query.intervals import WRITE, interval
from wavehouse.query.refusals import uncovered
from wavehouse.query.syntax.syntax import Binder, Syntax
from wavehouse.query.time_values import moment
from wavehouse.query.trino_times import instant, timestamp
from wavehouse.query.typed import Typed

# https://trino.io/docs/current/functions/datetime.html#extraction-function
_PARTS = (
    *("year", "quarter", "month", "week", "day", "day_of_month", "day_of_week", "dow", "day_of_year", "doy"),
    *("year_of_week", "yow", "hour", "minute", "second", "timezone_hour", "timezone_minute"),
)


def _extract(binder: Binder, node: exp.Extract) -> Typed:
    name = node.this.name.lower() if isinstance(node.this, exp.Var) else ""
    if name not in _PARTS:
        raise uncovered(node, f"EXTRACT of {name or 'this'}")
    return called(SCALARS, name, [binder.bind(node.expression)], node)


def _interval(_: Binder, node: exp.Interval) -> Typed:
    text, unit = node.this, node.args.get("unit")
    negative = isinstance(text, exp.Neg)
    text = text.this if negative else text
    if not (isinstance(text, exp.Literal) and text.is_string and unit is not None):
        raise QueryError("an interval is not written so", remedy=WRITE)
    ends = (unit.this, unit.expression) if isinstance(unit, exp.IntervalSpan) else (unit, unit)
    return interval(text.name, ends[0].name.upper(), ends[1].name.upper(), negative=negative)


def _at_time_zone(binder: Binder, node: exp.AtTimeZone) -> Typed:
    zone = binder.bind(node.args["zone"])
    if zone.text is None:
        raise uncovered(node, "AT TIME ZONE with anything but a constant")
    return called(SCALARS, "at_timezone", [binder.bind(node.this), zone], node)


def _current_timestamp(binder: Binder, _: exp.CurrentTimestamp) -> Typed:
    return moment(_to_milliseconds(binder), instant(3))


def _localtimestamp(binder: Binder, _: exp.Localtimestamp) -> Typed:
    return moment(_to_milliseconds(binder), timestamp(3))


def _current_date(binder: Binder, _: exp.CurrentDate) -> Typed:
    day = binder.now.date().isoformat()
    return Typed(f"DATE {literal(day)}", "date", literal=day)


def _to_milliseconds(binder: Binder) -> datetime:
    return binder.now.replace(microsecond=binder.now.microsecond // 1000 * 1000)


TIMES: dict[type[exp.Expr], Syntax] = {
    exp.Extract: Syntax("this expression", _extract),
    exp.Interval: Syntax("this unit", _interval),
    exp.IntervalSpan: Syntax("this expression", _interval),
    exp.AtTimeZone: Syntax("this zone", _at_time_zone),
    exp.CurrentTimestamp: Syntax("", _current_timestamp),
    exp.CurrentDate: Syntax("", _current_date),
    exp.Localtimestamp: Syntax("", _localtimestamp),
}
