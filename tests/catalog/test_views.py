"""Views in every store of external tables: kept, changed, told apart from tables, dropped."""

from __future__ import annotations

from dataclasses import replace

from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, ExternalTables, View
from wavehouse.core.table_name import TableName

V = TableName("music", "v")
VIEW = CatalogTable(
    V,
    "view",
    "",
    (CatalogColumn("a", "string"), CatalogColumn("b", "array<int>")),
    view=View(
        "SELECT 'ü' AS a, ARRAY[1] AS b", "music", (Column("a", "varchar"), Column("b", "array(integer)"))
    ),
)


def test_a_view_is_kept(tables: ExternalTables) -> None:
    tables.put(VIEW)
    assert tables.table(V) == VIEW
    assert list(tables.names()) == [V]
    assert VIEW.view is not None
    other = replace(VIEW, view=replace(VIEW.view, sql="SELECT 'x' AS a, ARRAY[2] AS b"))
    tables.put(other)
    assert tables.table(V) == other
    assert [one.table for one in tables.versions(V)] == [VIEW, other]
    tables.drop(V)
    assert tables.table(V) is None
    assert list(tables.names()) == []
