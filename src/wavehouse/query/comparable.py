"""Values as the conditions of a query compare them: texts of statistics and partitions, and constants.

Numbers are decimals, but for doubles; a timestamp is a text with all its digits, so that texts are in order.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from wavehouse.query.time_casts import named_time
from wavehouse.query.trino_times import MAX_DIGITS, digits_of

_ENDS = {"int": 2**31, "bigint": 2**63}
_NUMBER = re.compile(r"-?(\d+)(?:\.(\d+))?", re.ASCII)
_INTEGER = re.compile(r"-?\d+", re.ASCII)
_DOUBLE = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?)?", re.ASCII)


def value_of(text: str, type_: str) -> Any:
    """A text of statistics or of a partition as values of that type are compared; None where it is none.

    What the reader of a table may take for NULL is none here: a day that no month has, a number that is too
    large for its type or has digits that it cannot hold.
    """
    if type_ in _ENDS:
        value = Decimal(text) if _INTEGER.fullmatch(text) else None
        return value if value is not None and -_ENDS[type_] <= value < _ENDS[type_] else None
    if type_.startswith("decimal("):
        return _decimal(text, *map(int, type_[8:-1].split(",")))
    if type_ == "double":
        number = float(text) if _DOUBLE.fullmatch(text) else math.inf
        return number if math.isfinite(number) else None
    if type_ == "date":
        return _day(text)
    if type_ == "timestamp":
        return _moment(text)
    return text if type_ == "string" else None


def _decimal(text: str, precision: int, scale: int) -> Decimal | None:
    found = _NUMBER.fullmatch(text)
    if found is None or len(found[1].lstrip("0")) > precision - scale or len(found[2] or "") > scale:
        return None
    return Decimal(text)


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _moment(text: str) -> str | None:
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return None
    written = f"{found[1]} {found[2] or '00:00:00'}"
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    # (24:00 is another day's.)
    return f"{written}.{(found[3] or '').ljust(MAX_DIGITS, '0')}" if str(at) == written else None


def constant_of(node: exp.Expr, type_: str) -> Any:
    """A constant as columns of that type are compared; None for anything else, and for other types.

    A decimal such as 1.5 beside an integer is compared as it is; one such as 1.5e0 is a double, as which two
    integers may be the same.
    """
    node = node.unnest()
    sign = "-" if isinstance(node, exp.Neg) else ""
    if isinstance(node, exp.Neg):
        node = node.this.unnest()
    if isinstance(node, exp.Literal) and not node.is_string:
        return _number(sign + node.name, type_)
    if sign:
        return None
    if isinstance(node, exp.Literal):
        return node.name if type_ == "string" else None
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.this.is_string:
        return _cast(node.this.name, node.to, type_)
    return None


def _number(text: str, type_: str) -> Any:
    if type_ in _ENDS or type_.startswith("decimal("):
        return Decimal(text) if _NUMBER.fullmatch(text) else None
    return value_of(text, type_) if type_ == "double" else None


def _cast(text: str, to: exp.DataType, type_: str) -> Any:
    named = {exp.DType.DATE: "date", exp.DType.TIMESTAMP: "timestamp"}
    value = value_of(text, type_) if named.get(to.this) == type_ else None
    if value is None or type_ == "date":
        return value
    # A cast to fewer digits than there are rounds: CAST('…' AS timestamp) has three.
    cut = MAX_DIGITS - digits_of(named_time(to) or "")
    return value if value.endswith("0" * cut) else None
