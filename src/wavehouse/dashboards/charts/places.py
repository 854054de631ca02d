"""The places on an axis: where its values are whole numbers, those between them have theirs, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import gcd
from typing import Any

from wavehouse.dashboards.charts.drawing import Figures
from wavehouse.dashboards.charts.series import Part, Parts
from wavehouse.dashboards.figures import text_of

# Beyond so many, or where most of them would be empty, an axis has the values that are there.
_MOST = 400
_FEWEST_FILLED = 0.1
# Of a group that is not there these are known all the same.
_ZERO = ("count", "distinct")


def filled(figures: Figures) -> list[tuple[Any, str]]:
    """The values of the first dimension in the order of the rows, with those between, and their names.

    A year without a track is a year: without it on the axis the distances would lie.
    """
    place = figures.data.places("dimension")[0]
    known = list(dict.fromkeys(row[place] for row in figures.rows))
    names = dict(zip([row[place] for row in figures.rows], figures.names(), strict=True))
    dimension = figures.dimension()
    numbers = [one for one in known if one is not None]
    plain = not dimension.label and not dimension.bin and not figures.data.has_rest
    if plain and numbers and all(type(one) is int for one in numbers):
        steps = {second - first for first, second in pairwise(numbers)}
        falling = all(step < 0 for step in steps)
        even = falling or all(step > 0 for step in steps)
        # (Decades go by tens.)
        step = gcd(*steps) or 1
        along = range(min(numbers), max(numbers) + 1, step)
        if even and len(along) <= min(_MOST, len(numbers) / _FEWEST_FILLED):
            before = known[: known.index(numbers[0])]
            after = known[known.index(numbers[-1]) + 1 :]
            known = [*before, *(reversed(along) if falling else along), *after]
    return [(one, names.get(one) or text_of(one, dimension.by)) for one in known]


def rows_at(figures: Figures, values: Sequence[Any]) -> list[int]:
    """The row of each of these values of the first dimension, -1 where there is none."""
    place = figures.data.places("dimension")[0]
    rows = {row[place]: at for at, row in enumerate(figures.rows)}
    return [rows.get(one, -1) for one in values]


def spread(figures: Figures, parts: Parts) -> tuple[list[str], list[Part]]:
    """The names of all places, and the series with a row, or none, for each."""
    place = figures.data.places("dimension")[0]
    if len(figures.data.places("dimension")) > 1:
        return [*parts.names], [*parts.series]
    known = {figures.rows[first][place]: at for at, first in enumerate(parts.firsts)}
    places = filled(figures)
    series = [
        replace(part, rows=[part.rows[known[value]] if value in known else -1 for value, _ in places])
        for part in parts.series
    ]
    return [name for _, name in places], series


def of_nothing(figures: Figures, at: int) -> int | None:
    """The figure of a measure where there is no group: none of something is 0, its average is nothing."""
    aggregate = figures.data.visual.measures[figures.column(at).name].aggregate
    return 0 if aggregate in _ZERO else None
