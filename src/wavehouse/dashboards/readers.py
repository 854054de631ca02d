"""Which columns the charts of a project, and its saved queries, read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from wavehouse.core.column_readers import ColumnReader
from wavehouse.core.columns import Column
from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.old_charts import read_dashboards
from wavehouse.project.project import Project
from wavehouse.query.readers import KnownTables, columns_read
from wavehouse.query.saved import saved_queries


def column_readers(
    project: Project, tables: Mapping[TableName, Sequence[Column]]
) -> tuple[list[ColumnReader], list[str]]:
    """The charts and saved queries with what they read of `tables`, and why some could not be told."""
    known = KnownTables(tables)
    found, left_out = [], []
    for kind, name, title, sql in _queries(project):
        try:
            found.append(ColumnReader(kind, name, title, columns_read(sql, known)))
        except QueryError as error:
            left_out.append(f"the {kind} {name} is left out: {error.what}")
    return found, left_out


def _queries(project: Project) -> Iterator[tuple[str, str, str, str]]:
    for dashboard in read_dashboards(project).values():
        for chart in dashboard.charts:
            yield "chart", f"{dashboard.dashboard}/{chart.id}", chart.title, chart.query
    for query in saved_queries(project).values():
        yield "query", query.name, query.description, query.sql
