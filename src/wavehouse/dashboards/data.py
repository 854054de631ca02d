"""The data of a dashboard's charts: each chart's query, answered on the lake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wavehouse.core.errors import DefinitionError, QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_head import TableSource
from wavehouse.dashboards.old_charts import Chart, Dashboard
from wavehouse.engines.engine import Engine, Row
from wavehouse.query.answer import answer
from wavehouse.query.output import plain


@dataclass(frozen=True)
class ChartData:
    """A chart and the answer to its query; `label` and `value` are positions in `columns`."""

    chart: Chart
    columns: tuple[str, ...]
    rows: Sequence[Row]
    label: int
    value: int


def dashboard_data(dashboard: Dashboard, tables: TableSource, engine: Engine) -> list[ChartData]:
    """Answer the queries of all charts; raises `DefinitionError` naming the chart whose query cannot be."""
    data = []
    for chart in dashboard.charts:
        place = f"dashboard {dashboard.dashboard}, chart {chart.id}"
        try:
            found = answer(chart.query, tables, engine)
        except QueryError as error:
            raise DefinitionError(error.what, where=place, remedy=error.remedy) from None
        columns = tuple(column.name for column in found.columns)
        for name in (chart.label, chart.value):
            if name not in columns:
                raise DefinitionError(
                    f"its query has no column '{name}'", where=place, remedy=did_you_mean(name, columns)
                )
        data.append(
            ChartData(chart, columns, found.rows, columns.index(chart.label), columns.index(chart.value))
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
                "rows": [[plain(value) for value in row] for row in one.rows],
            }
            for one in data
        ],
    }
