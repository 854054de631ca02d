"""How figures and values are shown in texts and tables; charts show theirs alike (`browser/index.js`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from wavehouse.dashboards.answers import DataColumn
from wavehouse.dashboards.dimensions import Period

NOTHING = "(none)"
_COMPACT = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k"))
_BYTES = ((1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


def shown(value: Any, column: DataColumn) -> str:
    """A value of a column as it is read: figures by their format, dimensions as they are."""
    if value is None:
        return "–" if column.role == "measure" else NOTHING
    if column.role == "measure" and _is_number(value):
        return figure(float(value) if not isinstance(value, int) else value, column.format, column.digits)
    return text_of(value)


def figure(value: int | float, format_: str = "number", digits: int | None = None) -> str:
    """A figure: `number` (1,234.5), `compact` (1.2k), `percent` of a share, `minutes` of milliseconds
    (3:05), `seconds`, `bytes`. Ties are rounded up."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    match format_:
        case "compact":
            text = _scaled(size, _COMPACT, "", digits)
        case "bytes":
            text = _scaled(size, _BYTES, " ", digits, " B")
        case "percent":
            text = f"{_fixed(size * 100, 1 if digits is None else digits)}%"
        case "minutes":
            seconds = int(size / 1000 + 0.5)
            text = f"{seconds // 60}:{seconds % 60:02}"
        case "seconds":
            text = f"{_number(size, digits)} s"
        case _:
            text = _number(size, digits)
    return f"−{text}" if value < 0 else text


def text_of(value: Any, by: Period | None = None) -> str:
    """The value of a dimension: a year as 1960, not as 1,960; a period by what tells it apart."""
    match value:
        case None:
            text = NOTHING
        case bool():
            text = "yes" if value else "no"
        case float():
            text = repr(value).removesuffix(".0")
        case datetime() if by is None:
            text = value.isoformat(" ", "seconds")
        case date():
            text = _period(value, by)
        case list() | tuple():
            text = ", ".join(text_of(one) for one in value)
        case _:
            text = str(value)
    return text


def _period(value: date, by: Period | None) -> str:
    match by:
        case "year":
            return f"{value.year}"
        case "quarter":
            return f"{value.year} Q{(value.month + 2) // 3}"
        case "month":
            return f"{value.year}-{value.month:02}"
    return value.isoformat()[:10]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _fixed(value: float, digits: int) -> str:
    exact = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{exact:,.{digits}f}"


def _number(value: float, digits: int | None) -> str:
    if digits is not None:
        return _fixed(value, digits)
    if value == int(value):
        return f"{int(value):,}"
    text = _fixed(value, 2 if value >= 1 else 3)
    return text.rstrip("0").rstrip(".")


def _scaled(
    value: float, units: Sequence[tuple[int, str]], space: str, digits: int | None, last: str = ""
) -> str:
    for size, unit in units:
        if value >= size:
            text = _fixed(value / size, 1 if digits is None else digits)
            return f"{text.removesuffix('.0') if digits is None else text}{space}{unit}"
    return _number(value, digits) + last
