"""An Iceberg table in the catalog's words, by its head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable
from wavehouse.core.table_head import TableHead


def iceberg_table(head: TableHead, comments: Mapping[str, str] | None = None) -> CatalogTable:
    """The table, as far as its current snapshot tells; `comments` are by column."""
    said = comments or {}
    return CatalogTable(
        head.name,
        "iceberg",
        head.metadata,
        _columns(head.columns, said),
        _columns(head.keys, said),
        # (How many of its rows are deleted only their files tell.)
        rows=None if int(head.properties.get("total-delete-files", 0)) else head.rows,
        files=head.files,
        size=head.size,
    )


def _columns(columns: Iterable[Column], said: Mapping[str, str]) -> tuple[CatalogColumn, ...]:
    return tuple(CatalogColumn(column.name, column.type, said.get(column.name, "")) for column in columns)
