"""What a visual must show, worked out in polars and Python from the rows themselves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from wavehouse.dashboards.dimensions import Dimension
from wavehouse.dashboards.measures import parsed
from wavehouse.dashboards.visuals import Visual


def plain(value: Any) -> Any:
    """A value as an address has it."""
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def grouped(rows: pl.DataFrame, visual: Visual, dimensions: Sequence[Dimension]) -> dict[Any, list[Any]]:
    """The measures by the values of the dimensions."""
    groups: dict[Any, list[int]] = {}
    values = [[value_of(one, value) for value in rows[one.field]] for one in dimensions]
    hidden = [one.nulls == "hide" for one in dimensions]
    for at in range(rows.height):
        key = tuple(column[at] for column in values)
        if not any(one is None and hide for one, hide in zip(key, hidden, strict=True)):
            groups.setdefault(key, []).append(at)
    texts = [measure.of for measure in visual.measures.values()]
    return {key: [measured(rows[places], of) for of in texts] for key, places in groups.items()}


def measured(rows: pl.DataFrame, of: str) -> Any:  # noqa: PLR0911
    """One aggregate of one field."""
    aggregate, field = parsed(of)
    if field is None:
        return rows.height
    values = sorted(value for value in rows[field] if value is not None)
    if aggregate == "count":
        return len(values)
    if aggregate == "distinct":
        return len(set(values))
    if not values:
        return None
    match aggregate:
        case "avg":
            return math.fsum(values) / len(values)
        case "sum":
            return math.fsum(values)
        case "min":
            return values[0]
        case "max":
            return values[-1]
    return values[min(len(values) // 2, len(values) - 1)]


def value_of(dimension: Dimension, value: Any) -> Any:
    """The group that a value is in."""
    if value is None:
        return None
    if dimension.bin is not None:
        width = Fraction(str(dimension.bin))
        start = math.floor(Fraction(str(value)) / width) * width
        return int(start) if isinstance(value, int) and width.denominator == 1 else float(start)
    match dimension.by:
        case "year":
            return value.replace(month=1, day=1)
        case "quarter":
            return value.replace(month=(value.month - 1) // 3 * 3 + 1, day=1)
        case "month":
            return value.replace(day=1)
    return value


def same(one: Any, other: Any) -> bool:
    """Whether two figures are the same; sums of floats depend on their order in the last digits."""
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other)


def sorted_keys(keys: Sequence[tuple[Any, ...]], first: Callable[[tuple[Any, ...]], Any]) -> list[Any]:
    """Keys by something and then by themselves, NULL last."""
    return sorted(
        keys, key=lambda key: (first(key), [(one is None, one if one is not None else 0) for one in key])
    )
