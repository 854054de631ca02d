"""Both kinds of tables as one catalog: Iceberg tables of the lake, and external tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from wavehouse.catalog.iceberg_table import iceberg_table
from wavehouse.core.data_catalog import (
    CatalogTable,
    Database,
    DataCatalog,
    Partition,
    TableVersion,
)
from wavehouse.core.table_head import TableHead
from wavehouse.core.table_name import TableName
from wavehouse.lake.adopted_head import DEPRECATED
from wavehouse.lake.head import LakeHead, current_schema, snapshots, table_history
from wavehouse.lake.layout import LakeLayout


@dataclass(frozen=True)
class LakeCatalog:
    """A `DataCatalog`. Of one name in both, the lake's table counts."""

    layout: LakeLayout
    lake: LakeHead
    external: DataCatalog

    def databases(self) -> Sequence[Database]:
        """All databases, sorted by name."""
        known = {one.name: one for one in self.external.databases()}
        known |= {
            name.database: Database(name.database) for name in self.lake.names() if name.database not in known
        }
        return [known[name] for name in sorted(known)]

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""
        return sorted({*self.lake.names(), *self.external.names()})

    def table(self, name: TableName) -> CatalogTable | None:
        """One table, None where there is no such table."""
        found = self.lake.table(name)
        return _catalog_table(*found) if found else self.external.table(name)

    def own_tables(self) -> Iterator[tuple[TableHead, CatalogTable]]:
        """The tables of the lake, sorted by name: their heads, and what they are in the catalog's words."""
        for head, metadata in self.lake.tables():
            yield head, _catalog_table(head, metadata)

    def partitions(self, name: TableName) -> Iterator[Partition]:
        """The partitions of a table, sorted by their values."""
        head = self.lake.head(name)
        metadata = head.metadata if head else self._foreign_metadata(name)
        if metadata is None:
            return self.external.partitions(name)

        from wavehouse.lake.partitions import iceberg_partitions

        return iceberg_partitions(self.layout, metadata)

    def versions(self, name: TableName) -> Sequence[TableVersion]:
        """The states of a table that are kept, oldest first.

        Those of a table of the lake are what it showed at some time, as far as its snapshots are there.
        """
        own = self.lake.table(name)
        if own is None:
            return self.external.versions(name)
        head, metadata = own
        table = _catalog_table(head, metadata)
        history = table_history(metadata)
        known = {one.id: one for one in snapshots(metadata)}
        comments = {column.name: column.comment for column in table.columns}
        found = []
        for number, (since, snapshot) in enumerate(history.current):
            summary = known[snapshot].summary
            then = replace(
                head,
                columns=history.columns[snapshot],
                rows=int(summary.get("total-records", 0)),
                files=int(summary.get("total-data-files", 0)),
                size=int(summary.get("total-files-size", 0)),
            )
            state = replace(iceberg_table(then, comments), properties=table.properties)
            found.append(TableVersion(number, datetime.fromtimestamp(since / 1000, UTC), state))
        return found

    def _foreign_metadata(self, name: TableName) -> str | None:
        table = self.external.table(name)
        return table.location if table is not None and table.format == "iceberg" else None


def _catalog_table(head: TableHead, metadata: dict[str, Any]) -> CatalogTable:
    docs = {field["name"]: field.get("doc") or "" for field in current_schema(metadata)["fields"]}
    properties = metadata.get("properties", {})
    return replace(
        iceberg_table(head, docs),
        comment=properties.get("comment", ""),
        deprecated=properties.get(DEPRECATED) == "true",
        properties=properties,
    )
