"""Tables and pivots: titles, and cells as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.charts.drawing import Figures
from wavehouse.dashboards.charts.series import split
from wavehouse.dashboards.figures import shown_value, text_of
from wavehouse.query.trino_types import is_number


@dataclass(frozen=True)
class Shown:
    """A table: its titles, which of them are of figures, its cells, and the row of the data behind each."""

    titles: Sequence[str]
    figures: Sequence[bool]
    cells: Sequence[Sequence[str]]
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
    keyed = [*range(len(found.cells))]
    values = [_sortable(data, found, line, at) for line in keyed]
    present = sorted((line for line in keyed if values[line] is not None), key=lambda line: values[line])
    if down:
        present.reverse()
    order = [*present, *(line for line in keyed if values[line] is None)]
    return Shown(
        found.titles, found.figures, [found.cells[one] for one in order], [found.rows[one] for one in order]
    )


def _sortable(data: VisualData, found: Shown, line: int, at: int) -> Any:
    if data.visual.kind == "pivot":
        text = found.cells[line][at]
        return text if not found.figures[at] else _figure_of(text)
    value = data.rows[found.rows[line]][_shown_columns(data)[at]]
    return text_of(value) if isinstance(value, list) else value


def _figure_of(text: str) -> float | None:
    try:
        return float(text.replace(",", "").replace("−", "-").rstrip("%"))
    except ValueError:
        return None


def _shown_columns(data: VisualData) -> list[int]:
    hidden = {at - 1 for at in data.places("label")}
    return [at for at in range(len(data.columns)) if at not in hidden]


def _table(data: VisualData) -> Shown:
    places = _shown_columns(data)
    by = {one.field: one.by for one in data.visual.dimensions_at(data.depth)}
    cells = []
    for row in data.rows:
        line = []
        for at in places:
            column = data.columns[at]
            period = by.get(column.name)
            line.append(text_of(row[at], period) if period else shown_value(row[at], column))
        cells.append(line)
    columns = [data.columns[at] for at in places]
    return Shown(
        [one.title for one in columns],
        [one.role == "measure" and is_number(one.type) for one in columns],
        cells,
        [*range(len(data.rows))],
    )


def _pivot(data: VisualData) -> Shown:
    figures = Figures(data)
    parts = split(figures)
    measures = figures.measures
    several = len(measures) > 1
    titles = [data.columns[figures.shown_at()].title]
    for part in parts.series:
        titles += [f"{part.name} · {figures.title_of(at)}" if several else part.name for at in measures]
    cells = []
    for place, name in enumerate(parts.names):
        line = [name]
        for part in parts.series:
            row = part.rows[place]
            line += [shown_value(data.rows[row][at], data.columns[at]) if row >= 0 else "" for at in measures]
        cells.append(line)
    return Shown(titles, [False] + [True] * (len(titles) - 1), cells, [-1] * len(cells))
