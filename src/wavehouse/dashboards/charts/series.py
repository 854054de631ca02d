"""Rows by dimension and series → one row of marks per series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wavehouse.dashboards.charts.drawing import Figures
from wavehouse.dashboards.colours import SERIES
from wavehouse.dashboards.figures import text_of


@dataclass(frozen=True)
class Part:
    """A series: for each name on the axis the row of its mark, -1 where there is none."""

    name: str
    colour: str
    rows: Sequence[int]


@dataclass(frozen=True)
class Parts:
    """The names on the axis in the order of the rows, and the series on them."""

    names: Sequence[str]
    series: Sequence[Part]


def split(figures: Figures) -> Parts:
    """The series of a visual that has one, in the order of their names, nothing last."""
    at = figures.data.places("series")[0]
    by = figures.data.visual.series.by if figures.data.visual.series else None
    # (Names may be the same for different values: what tells marks apart are the values.)
    keys = [row[figures.data.places("dimension")[0]] for row in figures.rows]
    names = dict(zip(keys, figures.names(), strict=True))
    places = {key: place for place, key in enumerate(names)}
    found: dict[object, list[int]] = {}
    for row, values in enumerate(figures.rows):
        found.setdefault(values[at], [-1] * len(names))[places[keys[row]]] = row
    values = sorted(found, key=lambda value: (value is None, text_of(value)))
    series = [
        Part(text_of(value, by), "$other" if value is None else SERIES[place % len(SERIES)], found[value])
        for place, value in enumerate(values)
    ]
    return Parts([*names.values()], series)
