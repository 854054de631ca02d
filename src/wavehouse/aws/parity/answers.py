"""Answers of the same query, here and there: the same values, or the first that are not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Row = Sequence[Any]

# Sums of floating-point values differ in their last digits with the order of adding.
_ROUGHLY = 1e-9
_WHOLE = ("tinyint", "smallint", "integer", "bigint")


def from_text(text: str | None, type_: str) -> Any:
    """A value as Athena's API gives it, which is text, by the column's type."""
    if text is None:
        return None
    if type_ in _WHOLE:
        return int(text)
    if type_ in ("double", "real", "float"):
        return float(text)
    if type_.startswith("decimal"):
        return Decimal(text)
    return text


def plain(value: Any) -> Any:
    """A value of the engine here in the form of those of `from_text`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}"
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, int | float | Decimal | str):
        return value
    if isinstance(value, list | tuple):
        return f"[{', '.join('null' if one is None else str(plain(one)) for one in value)}]"
    return str(value)


def same(here: Any, there: Any) -> bool:
    """Whether two values are the same, floating-point ones roughly."""
    if isinstance(here, float) or isinstance(there, float):
        try:
            return math.isclose(float(here), float(there), rel_tol=_ROUGHLY, abs_tol=1e-12) or (
                math.isnan(float(here)) and math.isnan(float(there))
            )
        except (TypeError, ValueError):
            return False
    if isinstance(here, int | Decimal) and isinstance(there, int | Decimal):
        return Decimal(here) == Decimal(there)
    return bool(here == there)


def differences(here: Sequence[Row], there: Sequence[Row]) -> Iterator[str]:
    """A sentence for each row that is not the same; rows that tie may stand in another order."""
    if len(here) != len(there):
        yield f"{len(here):,} rows here, {len(there):,} there"
        return
    if all(_same_row(one, other) for one, other in zip(here, there, strict=True)):
        return
    left = list(there)
    for at, row in enumerate(here, 1):
        found = next((place for place, other in enumerate(left) if _same_row(row, other)), None)
        if found is None:
            yield f"row {at} is {_shown(row)} here, and no row there is"
        else:
            left.pop(found)


def _same_row(here: Row, there: Row) -> bool:
    return len(here) == len(there) and all(same(a, b) for a, b in zip(here, there, strict=True))


def _shown(row: Row) -> str:
    return f"({', '.join(str(value) for value in row)})"
