"""Time travel: the snapshot that FOR VERSION AS OF or FOR TIMESTAMP AS OF means.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-time-travel-and-version-travel-queries.html
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.table_head import TableHistory
from wavehouse.core.table_name import TableName
from wavehouse.query.coverage import AS_OF
from wavehouse.query.refusals import place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIMESTAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?: (\d{2}:\d{2}(?::\d{2}(?:\.(\d{1,6}))?)?)(?: ?([+-]\d{2}:\d{2})| ([A-Za-z]\S*))?)?",
    re.ASCII,
)
_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3_600, "DAY": 86_400}
_MONTHS = {"MONTH": 1, "YEAR": 12}


def travelled(node: exp.Version, table: TableName, history: TableHistory, now: datetime) -> int:
    """The id of the snapshot of `table` that is meant; raises `QueryError` where there is none."""
    try:
        if node.name == "VERSION":
            return _by_id(node.expression, table, history)
        return _by_time(_moment(node.expression, now), table, history, now)
    except QueryError as error:
        raise QueryError(error.what, where=place(node.parent), remedy=error.remedy) from None
    except (ValueError, OverflowError):
        raise QueryError("a time outside of the calendar", where=place(node.parent)) from None


def _by_id(node: exp.Expr, table: TableName, history: TableHistory) -> int:
    known = {str(snapshot): snapshot for snapshot in history.columns}
    if not isinstance(node, exp.Literal) or node.is_string:
        raise QueryError("FOR VERSION AS OF needs the id of a snapshot", remedy=_list_of(table))
    if node.name not in known:
        # (Which ids there were before a vacuum is not kept.)
        raise QueryError(
            f"{table} has no snapshot {node.name}: it was never published, or vacuum has let it go",
            remedy=_list_of(table),
        )
    return known[node.name]


def _by_time(moment: datetime, table: TableName, history: TableHistory, now: datetime) -> int:
    if moment > now:
        raise QueryError(f"{_shown(moment)} is not in the past")
    milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1)
    before = [snapshot for since, snapshot in history.current if since <= milliseconds]
    if before:
        return before[-1]
    if not history.current:
        raise QueryError(f"it is not known when {table} was published", remedy=_list_of(table))
    first = _shown(_EPOCH + timedelta(milliseconds=history.current[0][0]))
    raise QueryError(
        f"no snapshot of {table} is as old as {_shown(moment)}: the first was published at {first}",
        remedy=_list_of(table),
    )


def _moment(node: exp.Expr, now: datetime) -> datetime:
    """The value of a constant timestamp."""
    match node:
        case exp.Paren():
            return _moment(node.this, now)
        case exp.CurrentTimestamp():
            return now
        case exp.Anonymous() if node.name.lower() == "now" and not node.expressions:
            return now
        case exp.Cast() if isinstance(node.this, exp.Literal) and node.this.is_string:
            return _written(node.this.name, node.to)
        case exp.Add() | exp.Sub() if isinstance(node.expression, exp.Interval):
            sign = -1 if isinstance(node, exp.Sub) else 1
            return _shifted(_moment(node.this, now), node.expression, sign)
    raise QueryError("FOR TIMESTAMP AS OF needs a constant timestamp", remedy=AS_OF["TIMESTAMP"])


def _written(text: str, type_: exp.DataType) -> datetime:
    found = _TIMESTAMP.fullmatch(text)
    day, time, digits, offset, zone = found.groups() if found else ("", None, None, None, None)
    written = type_.expressions[0].name if type_.expressions else "3"
    precision = int(written) if written.isdigit() else 0
    zoned = type_.this == exp.DType.TIMESTAMPTZ
    # A cast rounds to its precision, and one to a timestamp without zone leaves the zone out.
    cast_away = len(digits or "") > precision or (bool(offset or zone) and not zoned)
    if not found or cast_away or not (zoned or type_.this == exp.DType.TIMESTAMP):
        raise QueryError(f"'{text}' is not a timestamp", remedy=AS_OF["TIMESTAMP"])
    moment = datetime.fromisoformat(f"{day} {time or '00:00'}{offset or ''}")
    return moment if offset else moment.replace(tzinfo=_zone(zone or "UTC"))


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name in ("UTC", "Z") else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise QueryError(f"there is no time zone '{name}'", remedy="Write UTC or Europe/Berlin") from None


def _shifted(moment: datetime, interval: exp.Interval, sign: int) -> datetime:
    unit, amount = interval.text("unit").upper(), interval.name
    if not (amount.isascii() and amount.isdigit()) or unit not in {**_SECONDS, **_MONTHS}:
        raise QueryError("an interval like this is not covered yet", remedy=AS_OF["TIMESTAMP"])
    if unit in _SECONDS:
        # Hours go by, whatever the clocks of the zone do.
        passed = timedelta(seconds=sign * int(amount) * _SECONDS[unit])
        return (moment.astimezone(UTC) + passed).astimezone(moment.tzinfo)
    months = moment.year * 12 + moment.month - 1 + sign * int(amount) * _MONTHS[unit]
    year, month = months // 12, months % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'milliseconds')} UTC"


def _list_of(table: TableName) -> str:
    return f"`wavehouse snapshots {table}` lists its snapshots"
