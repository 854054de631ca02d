"""External tables in memory: the smallest `ExternalTables`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from wavehouse.core.data_catalog import CatalogTable, Database, Partition, TableVersion
from wavehouse.core.table_name import TableName


class TablesInMemory:
    """Keeps what it is told; `written` counts the calls that changed something."""

    def __init__(self) -> None:
        self._tables: dict[TableName, CatalogTable] = {}
        self._partitions: dict[TableName, dict[tuple[str | None, ...], Partition]] = {}
        self.written = 0

    def databases(self) -> Sequence[Database]:
        return sorted({Database(name.database) for name in self._tables}, key=lambda one: one.name)

    def names(self) -> Sequence[TableName]:
        return sorted(self._tables)

    def table(self, name: TableName) -> CatalogTable | None:
        return self._tables.get(name)

    def partitions(self, name: TableName) -> Iterator[Partition]:
        return iter(self._partitions.get(name, {}).values())

    def versions(self, name: TableName) -> Sequence[TableVersion]:
        return [TableVersion(0, datetime.now(UTC), self._tables[name])]

    def create_database(self, database: Database) -> None:
        raise NotImplementedError

    def put(
        self,
        table: CatalogTable,
        add: Iterable[Partition] = (),
        remove: Iterable[tuple[str | None, ...]] = (),
    ) -> None:
        before = self._tables.get(table.name)
        if before is not None and before.partition_by != table.partition_by:
            self._partitions.pop(table.name, None)
        self._tables[table.name] = table
        kept = self._partitions.setdefault(table.name, {})
        for values in remove:
            kept.pop(values, None)
        kept |= {one.values: one for one in add}
        self.written += 1

    def drop(self, name: TableName) -> None:
        self._tables.pop(name, None)
        self._partitions.pop(name, None)
        self.written += 1
