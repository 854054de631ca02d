"""The data of a dashboard's charts: each chart's query, answered on the lake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wavehouse.core.errors import DefinitionError, QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.dashboards.definition import Chart, Dashboard
from wavehouse.engines.engine import Row
from wavehouse.query.answer import Answer
from wavehouse.query.value_texts import plain_of


@dataclass(frozen=True)
class ChartData:
    """A chart and the answer to its query; `label` and `value` are positions in `columns`."""

    chart: Chart
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Sequence[Row]
    label: int
    value: int


def dashboard_data(dashboard: Dashboard, ask: Callable[[str], Answer]) -> list[ChartData]:
    """Have the queries of all charts answered; raises `DefinitionError` naming one whose query cannot be."""
    data = []
    for chart in dashboard.charts:
        place = f"dashboard {dashboard.dashboard}, chart {chart.id}"
        try:
            found = ask(chart.query)
        except QueryError as error:
            raise DefinitionError(error.what, where=place, remedy=error.remedy) from None
        columns = tuple(column.name for column in found.columns)
        for name in (chart.label, chart.value):
            if name not in columns:
                raise DefinitionError(
                    f"its query has no column '{name}'", where=place, remedy=did_you_mean(name, columns)
                )
        data.append(
            ChartData(
                chart,
                columns,
                tuple(column.type for column in found.columns),
                found.rows,
                columns.index(chart.label),
                columns.index(chart.value),
            )
        )
    return data


def as_document(dashboard: Dashboard, data: Sequence[ChartData]) -> dict[str, Any]:
    """`name, title, charts[{id, title, kind, columns, rows}]`, JSON-ready."""
    return {
        "name": dashboard.dashboard,
        "title": dashboard.title,
        "charts": [
            {
                "id": one.chart.id,
                "title": one.chart.title,
                "kind": one.chart.kind,
                "columns": list(one.columns),
                "rows": _plain(one),
            }
            for one in data
        ],
    }


def _plain(data: ChartData) -> list[list[Any]]:
    plains = [plain_of(type_) for type_ in data.types]
    return [[plain(value) for plain, value in zip(plains, row, strict=True)] for row in data.rows]
