"""Which columns the visuals of a project, and its saved queries, read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from wavehouse.core.column_readers import ColumnReader
from wavehouse.core.columns import Column
from wavehouse.core.errors import WavehouseError
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.compiler import compiled
from wavehouse.dashboards.data_sets import RECORDS_DATABASE, DataSets, Types
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.files import read_dashboards
from wavehouse.dashboards.records import RECORD_COLUMNS
from wavehouse.dashboards.view import View
from wavehouse.dashboards.visuals import Visual
from wavehouse.project.project import Project
from wavehouse.query.readers import KnownTables, columns_read, types_of
from wavehouse.query.saved import saved_queries

Reads = Mapping[TableName, frozenset[str]]


def column_readers(
    project: Project, tables: Mapping[TableName, Sequence[Column]]
) -> tuple[list[ColumnReader], list[str]]:
    """The visuals and saved queries with what they read of `tables`, and why some could not be told."""
    records = {TableName(RECORDS_DATABASE, kind): columns for kind, columns in RECORD_COLUMNS.items()}
    known = KnownTables({**tables, **records})
    found: list[ColumnReader] = []
    left_out: list[str] = []
    for dashboard in read_dashboards(project).values():
        for visual in dashboard.visuals:
            name = f"{dashboard.dashboard}/{visual.id}"
            try:
                reads = _reads(dashboard, visual, known)
                found.append(ColumnReader("chart", name, visual.title, reads))
            except WavehouseError as error:
                left_out.append(f"the chart {name} is left out: {error.what}")
    for query in saved_queries(project).values():
        try:
            reads = columns_read(query.sql, known)
            found.append(ColumnReader("query", query.name, query.description, reads))
        except WavehouseError as error:
            left_out.append(f"the query {query.name} is left out: {error.what}")
    return found, left_out


def _reads(dashboard: Dashboard, visual: Visual, known: KnownTables) -> Reads:
    """The columns that a visual reads on all levels of its hierarchy."""
    found: dict[TableName, frozenset[str]] = {}
    for sql in _queries(dashboard, visual, lambda text: types_of(text, known)):
        for table, columns in columns_read(sql, known).items():
            if table.database != RECORDS_DATABASE:
                found[table] = found.get(table, frozenset()) | columns
    return found


def _queries(dashboard: Dashboard, visual: Visual, types: Callable[[str], Types]) -> Iterator[str]:
    for depth in range(max(1, len(visual.drill))):
        view = View(drills={visual.id: (None,) * depth} if depth else {})
        yield compiled(DataSets(dashboard, view, types), visual).sql
