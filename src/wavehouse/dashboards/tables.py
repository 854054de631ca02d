"""Tables and pivots: titles, and cells as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.charts.drawing import Figures
from wavehouse.dashboards.charts.series import split
from wavehouse.dashboards.figures import shown_value, text_of
from wavehouse.dashboards.ordering import is_missing, order_of
from wavehouse.query.trino_types import is_number


@dataclass(frozen=True)
class Shown:
    """A table: its titles, which of them are of figures, its cells, what these are sorted by, and the row of
    the data behind each line (-1: several)."""

    titles: Sequence[str]
    figures: Sequence[bool]
    cells: Sequence[Sequence[str]]
    values: Sequence[Sequence[Any]]
    rows: Sequence[int]

    def document(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"titles": [*self.titles], "figures": [*self.figures], "cells": self.cells, "rows": self.rows}


def table(data: VisualData, sort: tuple[int, bool] | None = None) -> Shown:
    """The rows of a table or pivot; `sort` is the position of a title, and whether the greatest is first."""
    found = _pivot(data) if data.visual.kind == "pivot" else _table(data)
    if sort is None or not sort[0] < len(found.titles):
        return found
    at, down = sort
    lines = [*range(len(found.cells))]
    missing = [line for line in lines if is_missing(found.values[line][at])]
    present = [line for line in lines if not is_missing(found.values[line][at])]
    present.sort(key=lambda line: order_of(found.values[line][at]), reverse=down)
    order = [*present, *missing]
    return replace(
        found,
        cells=[found.cells[one] for one in order],
        values=[found.values[one] for one in order],
        rows=[found.rows[one] for one in order],
    )


def _shown_columns(data: VisualData) -> list[int]:
    hidden = {at - 1 for at in data.places("label")}
    return [at for at in range(len(data.columns)) if at not in hidden]


def _table(data: VisualData) -> Shown:
    places = _shown_columns(data)
    columns = [data.columns[at] for at in places]
    return Shown(
        [one.title for one in columns],
        [one.role == "measure" and is_number(one.type) for one in columns],
        [[_cell(data, row[at], at) for at in places] for row in data.rows],
        [[row[at] for at in places] for row in data.rows],
        [*range(len(data.rows))],
    )


def _pivot(data: VisualData) -> Shown:
    figures = Figures(data)
    parts = split(figures)
    measures = figures.measures
    several = len(measures) > 1
    shown = [figures.shown_at(number) for number in range(len(data.places("dimension")))]
    titles = [data.columns[at].title for at in shown]
    for part in parts.series:
        titles += [f"{part.name} · {figures.title_of(at)}" if several else part.name for at in measures]
    cells, values = [], []
    for place, first in enumerate(parts.firsts):
        line = [_cell(data, data.rows[first][at], at) for at in shown]
        kept = [data.rows[first][at] for at in shown]
        for part in parts.series:
            row = part.rows[place]
            line += [_cell(data, data.rows[row][at], at) if row >= 0 else "" for at in measures]
            kept += [data.rows[row][at] if row >= 0 else None for at in measures]
        cells.append(line)
        values.append(kept)
    are_figures = [False] * len(shown) + [is_number(data.columns[at].type) for at in measures] * len(
        parts.series
    )
    return Shown(titles, are_figures, cells, values, [-1] * len(cells))


def _cell(data: VisualData, value: Any, at: int) -> str:
    column = data.columns[at]
    by = {one.field: one.by for one in data.visual.dimensions_at(data.depth)}.get(column.name)
    return text_of(value, by) if by and column.role == "dimension" else shown_value(value, column)
