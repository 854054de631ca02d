"""The tables that SQL reads: those of the lake, and external ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from wavehouse.catalog.external_files import external_files
from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CatalogTable, CsvReading, DataCatalog, PartitionValues
from wavehouse.core.metadata_tables import MetadataTable
from wavehouse.core.table_head import ExternalScan, TableHead, TableHistory
from wavehouse.core.table_name import TableName
from wavehouse.lake.head import LakeHead, read_metadata, table_head
from wavehouse.lake.metadata_tables import metadata_table
from wavehouse.store.object_store import ObjectStore


@dataclass(frozen=True)
class CatalogTables:
    """A `TableSource`. Of one name in both, the lake's table counts; `files` has those of external tables."""

    lake: LakeHead
    external: DataCatalog
    files: ObjectStore

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""
        return sorted({*self.lake.names(), *self.external.names()})

    def head(self, name: TableName) -> TableHead | None:
        """The head of one table, None where there is no such table."""
        found = self.lake.head(name)
        if found is not None:
            return found
        table = self.external.table(name)
        return self._external_head(table) if table is not None else None

    def history(self, head: TableHead) -> TableHistory:
        """The states in which a table was published; an external one has none."""
        return self.lake.history(head) if head.scan is None else TableHistory((), {})

    def metadata_table(self, head: TableHead, kind: str) -> MetadataTable | None:
        """What a metadata table tells; None for a table that is none of Iceberg's."""
        if self.lake.head(head.name) is not None:
            return self.lake.metadata_table(head, kind)
        table = self.external.table(head.name)
        if table is None or table.format != "iceberg":
            return None
        return metadata_table(self.files, read_metadata(self.files, head.metadata), kind)

    def _external_head(self, table: CatalogTable) -> TableHead:
        if table.view is not None or table.format == "view":
            return TableHead(table.name, table.columns, "", 0, 0, 0, None, view=table.view)
        if table.format == "iceberg":
            head = table_head(table.name, table.location, read_metadata(self.files, table.location))
            if head.snapshot_id is not None:
                return head
            # Nobody has written to it yet: it has columns and no files.
            return replace(head, scan=lambda _: ExternalScan("parquet", head.columns, (), ()))
        format_ = table.format
        columns, keys = _plain(table.columns), _plain(table.partition_by)

        def scan(wanted: Callable[[PartitionValues], bool]) -> ExternalScan:
            partitions = self.external.partitions(table.name)
            found = list(external_files(self.files, table, partitions, wanted))
            return ExternalScan(format_, columns, keys, found, table.csv or CsvReading())

        return TableHead(
            name=table.name,
            columns=(*columns, *keys),
            metadata=table.location,
            rows=table.rows or 0,
            files=table.files,
            size=table.size,
            snapshot_id=None,
            partition_by=tuple(key.name for key in keys),
            properties=table.properties,
            scan=scan,
        )


def _plain(columns: Sequence[Column]) -> tuple[Column, ...]:
    return tuple(Column(column.name, column.type) for column in columns)
