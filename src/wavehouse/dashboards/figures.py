"""Figures and texts of visuals as people read them; `browser/index.js` shows those of charts alike."""

from __future__ import annotations

import math
import re
import string
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from wavehouse.core.byte_sizes import size as byte_size
from wavehouse.core.printable import printable
from wavehouse.dashboards.answers import DataColumn, VisualData
from wavehouse.dashboards.dimensions import Period
from wavehouse.dashboards.measures import Format

# For a figure that there is not, and for a value that there is not.
NONE, NOTHING = "–", "(none)"
_UNITS = ((1e3, "k"), (1e6, "M"), (1e9, "B"))
# Below the one figures have more than three digits behind the point, below the other an exponent, as those
# have from the third on: there JavaScript's `toFixed` ends.
_SMALL, _TINY, _TOO_LONG = 1e-3, 1e-6, 1e21
_WIDE = Context(prec=100)


def shown_value(value: Any, column: DataColumn) -> str:
    """A value of a column: figures with their format, values of dimensions as they are (1999, not 1,999)."""
    if column.role == "measure":
        return figure(value, column.format, column.digits)
    return text_of(value)


def figure(value: Any, form: Format = "number", digits: int | None = None) -> str:
    """A figure as its measure says it is shown: `12,345`, `1.2M`, `41.3%`, `3:07`, `1.5 s`, `2.0 MB`.

    Ties are rounded up. What is no figure is shown as it is.
    """
    if value is None:
        return NONE
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or form == "plain":
        return text_of(value)
    if not math.isfinite(value):
        return NONE
    size = -value if value < 0 else value
    if size >= _TOO_LONG and form in ("bytes", "minutes"):
        form = "number"
    text = _positive(size, form, digits)
    # (What is rounded to nothing has no sign.)
    return f"−{text}" if value < 0 and re.search("[1-9]", text) else text


def text_of(value: Any, by: Period | None = None) -> str:
    """The value of a dimension: a year as 1960, not as 1,960; a period by what tells it apart."""
    match value:
        case None:
            text = NOTHING
        case bool():
            text = "yes" if value else "no"
        case float():
            text = f"{value:.12g}"
        case datetime() if by is None:
            text = value.isoformat(" ", "minutes")
        case date():
            text = _period(value, by)
        case list() | tuple():
            text = ", ".join(text_of(one) for one in value)
        case _:
            text = printable(str(value))
    return text


def insight_text(data: VisualData) -> str:
    """The text of an insight with the figures of its first row; '' where there is none."""
    if not data.rows or data.visual.text is None:
        return ""
    pairs = zip(data.columns, data.rows[0], strict=True)
    texts = {column.name: shown_value(value, column) for column, value in pairs}
    pieces = string.Formatter().parse(data.visual.text)
    return "".join(text + ("" if name is None else texts.get(name, "")) for text, name, _, _ in pieces)


def _positive(value: int | float | Decimal, form: Format, digits: int | None) -> str:
    match form:
        case "percent":
            return f"{_fixed(value * 100, 1 if digits is None else digits)}%"
        case "seconds":
            return f"{_fixed(value, 1 if digits is None else digits)} s"
        case "bytes":
            return byte_size(int(float(value) + 0.5))
        case "minutes":
            seconds = int(float(value) / 1000 + 0.5)
            return f"{seconds // 60:,}:{seconds % 60:02}"
        case "compact":
            return _compact(value, digits)
    return _number(value, digits)


def _compact(value: int | float | Decimal, digits: int | None) -> str:
    """In the first unit of which it is less than 1,000 as it is rounded: 999,960 is 1M."""
    text = _number(value, digits)
    for unit, sign in _UNITS:
        if float(text.rstrip("kM").replace(",", "")) < 1000:
            break
        text = _fixed(float(value) / unit, 1 if digits is None else digits)
        text = (text.removesuffix(".0") if digits is None else text) + sign
    return text


def _fixed(value: int | float | Decimal, digits: int) -> str:
    if value >= _TOO_LONG:
        return repr(float(value))
    exact = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _WIDE)
    return f"{exact:,.{digits}f}"


def _number(value: int | float | Decimal, digits: int | None) -> str:
    if digits is not None:
        return _fixed(value, digits)
    if value == int(value):
        return _fixed(value, 0)
    if value < _TINY:
        mantissa, _, exponent = f"{float(value):.1e}".partition("e")
        return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
    places = 2 if value >= 1 else 3
    if value < _SMALL:
        # (Two digits that are not 0.)
        places = 1 - int(f"{float(value):.1e}".partition("e")[2])
    return _fixed(value, places).rstrip("0").rstrip(".")


def _period(value: date, by: Period | None) -> str:
    match by:
        case "year":
            return f"{value.year}"
        case "quarter":
            return f"{value.year} Q{(value.month + 2) // 3}"
        case "month":
            return f"{value.year}-{value.month:02}"
    return value.isoformat()[:10]
