"""The rows of a visual's query as what it is drawn from."""

from __future__ import annotations

from collections.abc import Iterator

from wavehouse.dashboards.answers import DataColumn, Role, VisualData
from wavehouse.dashboards.compiler import Compiled, title_of
from wavehouse.dashboards.lake_queries import Answered
from wavehouse.engines.engine import Row


def visual_data(
    query: Compiled, found: Answered, whole: Row | None, steps: tuple[str, ...], seconds: float
) -> VisualData:
    """What a visual is drawn from; `seconds` is how long it took to answer it."""
    visual, rows = query.visual, found.rows
    columns = tuple(_columns(query, found))
    count, trend = len(columns), None
    has_rest = truncated = False
    if visual.trend is not None:
        # The total, and the points.
        totals = [row for row in rows if row[-1] == 1]
        points = [row for row in rows if row[-1] == 0 and row[0] is not None]
        trend, truncated = query.shown([row[:count] for row in points])
        columns = columns[1:]
        rows = [row[1:count] for row in totals]
    elif visual.rest is not None:
        has_rest = bool(rows) and bool(rows[-1][-1])
        rows = [row[:count] for row in rows]
    if visual.trend is None and visual.rest is None:
        rows, truncated = query.shown(rows)
    return VisualData(
        visual,
        columns,
        rows,
        seconds=seconds,
        sql=query.sql,
        truncated=truncated,
        keeps_last=query.keeps_last,
        has_rest=has_rest,
        trend=trend or (),
        whole=whole,
        depth=query.depth,
        path=query.path,
        steps=steps,
        ignored=query.ignored,
    )


def _columns(query: Compiled, found: Answered) -> Iterator[DataColumn]:
    types = iter(column.type for column in found.columns)
    series = query.visual.series
    for dimension in query.dimensions:
        title = title_of(dimension.field, dimension)
        role: Role = "series" if dimension is series else "dimension"
        yield DataColumn(dimension.field, next(types), role, title)
        if dimension.label:
            yield DataColumn(dimension.label, next(types), "label", title)
    for name, measure in query.visual.measures.items():
        yield DataColumn(
            name, next(types), "measure", title_of(name, measure), measure.format, measure.digits
        )
