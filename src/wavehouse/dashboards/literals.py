"""Values that a reader gives, as constants of Athena SQL of the type of the field that they are for."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

from wavehouse.core.errors import CallError
from wavehouse.core.sql_text import literal
from wavehouse.dashboards.view import Scalar
from wavehouse.query.trino_times import is_timestamp
from wavehouse.query.trino_types import FLOATING, WHOLE, is_decimal

_DECIMAL = re.compile(r"-?\d{1,38}(\.\d{1,37})?")
_BIGGEST = 2**63


def constant(value: Scalar, type_: str, name: str) -> str:
    """A value as a constant of a Trino type; raises `CallError` where it is no value of it.

    Texts are read as values of the type (an address has nothing else); `name` is what an error calls it.
    """
    text = str(value).lower() if isinstance(value, bool) else str(value)
    made = None
    if type_ == "varchar":
        made = literal(text)
    elif type_ == "boolean":
        made = text if text in ("true", "false") else None
    elif type_ in WHOLE:
        made = _whole(text)
    elif type_ in FLOATING:
        made = _floating(text, type_)
    elif is_decimal(type_):
        made = f"DECIMAL '{text}'" if _DECIMAL.fullmatch(text) else None
    elif type_ == "date":
        made = f"DATE '{text}'" if _is_iso(text, date) else None
    elif is_timestamp(type_):
        made = f"TIMESTAMP '{text}'" if _is_iso(text, datetime) else None
    else:
        raise CallError(f"'{name}' is of type {type_}, by whose values nothing can be chosen")
    if made is None:
        raise CallError(f"'{name}' is of type {type_}, and '{text[:40]}' is no value of it")
    return made


def parameter(value: Scalar) -> str:
    """The value of a parameter as a constant, of the type that it has in a file."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _floating(repr(value), "double") or "NULL"
        case None:
            return "NULL"
    return literal(value)


def _whole(text: str) -> str | None:
    try:
        number = float(text)
        whole = int(text) if re.fullmatch(r"[+-]?\d{1,20}", text) else int(number)
    except (ValueError, OverflowError):
        return None
    return str(whole) if whole == number and -_BIGGEST <= whole < _BIGGEST else None


def _floating(text: str, type_: str) -> str | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    # (Without an exponent it would be a decimal.)
    digits = f"{number!r}" if "e" in f"{number!r}" else f"{number!r}e0"
    return f"CAST({digits} AS real)" if type_ == "real" else digits


def _is_iso(text: str, kind: type[date]) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d{1,6})?)?", text) is not None
