"""Rows by dimensions and series → one row of marks per series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wavehouse.dashboards.charts.drawing import Figures
from wavehouse.dashboards.colours import SERIES
from wavehouse.dashboards.figures import text_of
from wavehouse.dashboards.ordering import order_of


@dataclass(frozen=True)
class Part:
    """A series: for each place on the axis the row of its mark, -1 where there is none."""

    name: str
    colour: str
    rows: Sequence[int]


@dataclass(frozen=True)
class Parts:
    """The places on the axis in the order of the rows, each as the first row that stands there and the name
    of its first dimension, and the series on them."""

    firsts: Sequence[int]
    names: Sequence[str]
    series: Sequence[Part]


def split(figures: Figures) -> Parts:
    """The series of a visual that has one, in the order of their values, nothing last."""
    at = figures.data.places("series")[0]
    by = figures.data.visual.series.by if figures.data.visual.series else None
    # (Names may be the same for different values: what tells marks apart are the values, of all dimensions.)
    keys_at = figures.data.places("dimension")
    keys = [tuple(row[place] for place in keys_at) for row in figures.rows]
    firsts: dict[tuple[object, ...], int] = {}
    for row, key in enumerate(keys):
        firsts.setdefault(key, row)
    places = {key: place for place, key in enumerate(firsts)}
    found: dict[object, list[int]] = {}
    for row, values in enumerate(figures.rows):
        found.setdefault(values[at], [-1] * len(places))[places[keys[row]]] = row
    values = sorted(found, key=order_of)
    series = [
        Part(text_of(value, by), "$other" if value is None else SERIES[place % len(SERIES)], found[value])
        for place, value in enumerate(values)
    ]
    names = figures.names()
    return Parts([*firsts.values()], [names[row] for row in firsts.values()], series)
