"""External tables in one JSON file of the lake."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wavehouse.core.data_catalog import (
    CatalogColumn,
    CatalogTable,
    CsvReading,
    Database,
    Partition,
    TableVersion,
)
from wavehouse.core.table_name import TableName
from wavehouse.store.durable import write_durably


class TablesFile:
    """`ExternalTables` of one writer, who holds the lake's lock; of each table its state alone is kept."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def databases(self) -> Sequence[Database]:
        """All databases, sorted by name."""
        return [Database(name) for name in sorted({name.database for name in self.names()})]

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""
        return sorted(TableName.parse(name) for name in self._read())

    def table(self, name: TableName) -> CatalogTable | None:
        """One table, None where there is no such table."""
        told = self._read().get(str(name))
        return _table(told["table"]) if told else None

    def partitions(self, name: TableName) -> Iterator[Partition]:
        """The partitions of a table."""
        for told in self._read().get(str(name), {}).get("partitions", []):
            yield Partition(**{**told, "values": tuple(told["values"])})

    def versions(self, name: TableName) -> Sequence[TableVersion]:
        """The state of a table."""
        table = self.table(name)
        return [TableVersion(0, datetime.now(UTC), table)] if table else []

    def create_database(self, database: Database) -> None:
        """Nothing: a database is there with its first table."""

    def put(
        self,
        table: CatalogTable,
        add: Iterable[Partition] = (),
        remove: Iterable[tuple[str | None, ...]] = (),
    ) -> None:
        """Create a table or make it this one; partitions are added or replaced."""
        tables = self._read()
        before = self.table(table.name)
        keys = [key.name for key in table.partition_by]
        same = before is not None and [key.name for key in before.partition_by] == keys
        kept = {one.values: one for one in self.partitions(table.name)} if same else {}
        for values in remove:
            kept.pop(values, None)
        kept |= {one.values: one for one in add}
        tables[str(table.name)] = {
            "table": {**asdict(table), "properties": dict(table.properties)},
            "partitions": [asdict(one) for one in kept.values()],
        }
        write_durably(self._path, json.dumps(tables).encode())

    def drop(self, name: TableName) -> None:
        """Forget a table."""
        tables = self._read()
        if tables.pop(str(name), None):
            write_durably(self._path, json.dumps(tables).encode())

    def _read(self) -> dict[str, Any]:
        return json.loads(self._path.read_bytes()) if self._path.is_file() else {}


def _table(told: Mapping[str, Any]) -> CatalogTable:
    return CatalogTable(
        **{
            **told,
            "name": TableName(**told["name"]),
            "columns": tuple(CatalogColumn(**one) for one in told["columns"]),
            "partition_by": tuple(CatalogColumn(**one) for one in told["partition_by"]),
            "csv": CsvReading(**told["csv"]) if told["csv"] else None,
            "left_out": tuple(told["left_out"]),
        }
    )
