"""Figures and texts of visuals as people read them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wavehouse.core.byte_sizes import size
from wavehouse.core.printable import printable
from wavehouse.dashboards.answers import DataColumn, VisualData
from wavehouse.dashboards.measures import Format

NONE = "–"
_UNITS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))
_MOST_DIGITS = 2


def shown_value(value: Any, column: DataColumn) -> str:
    """A value of a column: figures with their format, values of dimensions as they are (1999, not 1,999)."""
    if column.role == "measure":
        return figure(value, column.format, column.digits)
    return _plain(value)


def figure(value: Any, form: Format = "number", digits: int | None = None) -> str:
    """A figure as its measure says it is shown: `12,345`, `1.2M`, `41.3 %`, `3:07`, `1.5 s`, `2.0 MB`."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return _plain(value)
    number = float(value)
    if form == "plain":
        return _plain(value)
    if form in ("percent", "seconds"):
        by, unit = (100, "%") if form == "percent" else (1, "s")
        return f"{number * by:,.{1 if digits is None else digits}f} {unit}"
    if form == "bytes":
        return size(round(number))
    if form == "minutes":
        seconds = round(number / 1000)
        return f"{seconds // 60:,}:{seconds % 60:02d}"
    return _number(value, number, form, digits)


def _number(value: int | float | Decimal, number: float, form: Format, digits: int | None) -> str:
    for unit, sign in _UNITS if form == "compact" else ():
        if abs(number) >= unit:
            return f"{number / unit:,.{1 if digits is None else digits}f}{sign}"
    if digits is None and isinstance(value, int):
        return f"{value:,}"
    return f"{number:,.{_MOST_DIGITS if digits is None else digits}f}"


def insight_text(data: VisualData) -> str:
    """The text of an insight with the figures of its first row; '' where there is none."""
    if not data.rows:
        return ""
    pairs = zip(data.columns, data.rows[0], strict=True)
    texts = {column.name: shown_value(value, column) for column, value in pairs}
    return str(data.visual.text).format(**texts)


def _plain(value: Any) -> str:
    match value:
        case None:
            return NONE
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case date():
            return value.isoformat()
    return printable(str(value))
