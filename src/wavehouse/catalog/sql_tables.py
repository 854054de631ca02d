"""External tables in a SQL database: the same statements for SQLite and Postgres."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from wavehouse.catalog.documents import (
    partition_text,
    read_partition,
    read_table,
    table_text,
    values_text,
)
from wavehouse.catalog.sql_store import SqlStore, Transaction
from wavehouse.core.data_catalog import (
    MOST_VERSIONS,
    CatalogTable,
    Database,
    Partition,
    PartitionValues,
    TableVersion,
    in_order,
)
from wavehouse.core.errors import CallError
from wavehouse.core.table_name import TableName

_ONE = "database_name = ? AND table_name = ?"


@dataclass(frozen=True)
class SqlTables:
    """`ExternalTables` in a SQL database.

    `is_iceberg` tells of names that the lake's own tables have. Whoever writes holds the lake's lock; a
    second writer without it waits for the end of the first one's transaction.
    """

    store: SqlStore
    is_iceberg: Callable[[TableName], bool] = lambda name: False  # noqa: ARG005

    def databases(self) -> Sequence[Database]:
        """All databases, sorted by name."""
        found = self.store.rows("SELECT name, description FROM wavehouse_databases")
        return [Database(name, comment) for name, comment in sorted(found)]

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""
        found = self.store.rows("SELECT database_name, table_name FROM wavehouse_tables")
        return sorted(TableName(database, table) for database, table in found)

    def table(self, name: TableName) -> CatalogTable | None:
        """One table, None where there is no such table."""
        found = self.store.rows(f"SELECT state FROM wavehouse_tables WHERE {_ONE}", _key(name))
        return read_table(found[0][0]) if found else None

    def partitions(self, name: TableName) -> Iterator[Partition]:
        """The partitions of a table, sorted by their values."""
        found = self.store.rows(f"SELECT keys, state FROM wavehouse_partitions WHERE {_ONE}", _key(name))
        return iter(in_order(read_partition(values, state) for values, state in found))

    def versions(self, name: TableName) -> Sequence[TableVersion]:
        """The states of a table that are kept, oldest first."""
        found = self.store.rows(
            f"SELECT version, since, state FROM wavehouse_table_versions WHERE {_ONE} ORDER BY version",
            _key(name),
        )
        return [
            TableVersion(number, datetime.fromisoformat(since), read_table(state))
            for number, since, state in found
        ]

    def create_database(self, database: Database) -> None:
        """Make a database, or change its comment."""
        with self.store.writing() as transaction:
            transaction.rows(
                "INSERT INTO wavehouse_databases VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET description = excluded.description",
                (database.name, database.comment),
            )

    def put(
        self,
        table: CatalogTable,
        add: Iterable[Partition] = (),
        remove: Iterable[PartitionValues] = (),
    ) -> None:
        """Create a table or make it this one; see `ExternalTables`."""
        if self.is_iceberg(table.name):
            raise iceberg_already(table.name)
        key = _key(table.name)
        with self.store.writing() as transaction:
            transaction.rows(
                "INSERT INTO wavehouse_databases VALUES (?, '') ON CONFLICT (name) DO NOTHING",
                (table.name.database,),
            )
            _put_state(transaction, table)
            transaction.each(
                f"DELETE FROM wavehouse_partitions WHERE {_ONE} AND keys = ?",
                [(*key, values_text(values)) for values in remove],
            )
            transaction.each(
                "INSERT INTO wavehouse_partitions VALUES (?, ?, ?, ?) "
                "ON CONFLICT (database_name, table_name, keys) DO UPDATE SET state = excluded.state",
                [(*key, values_text(one.values), partition_text(one)) for one in add],
            )

    def drop(self, name: TableName) -> None:
        """Forget a table with its partitions and versions; its files stay."""
        with self.store.writing() as transaction:
            for kept in ("tables", "table_versions", "partitions"):
                transaction.rows(f"DELETE FROM wavehouse_{kept} WHERE {_ONE}", _key(name))


def iceberg_already(name: TableName) -> CallError:
    """The complaint about a name that a table of the lake has."""
    return CallError(
        f"{name} is an Iceberg table already",
        remedy="Give the external table another name, or put it into another database",
    )


def _put_state(transaction: Transaction, table: CatalogTable) -> None:
    key, state = _key(table.name), table_text(table)
    found = transaction.rows(f"SELECT version, state FROM wavehouse_tables WHERE {_ONE}", key)
    if found and found[0][1] == state:
        return
    version = found[0][0] + 1 if found else 0
    if found and [one.name for one in read_table(found[0][1]).partition_by] != [
        one.name for one in table.partition_by
    ]:
        # The values of other keys are no values of these.
        transaction.rows(f"DELETE FROM wavehouse_partitions WHERE {_ONE}", key)
    transaction.rows(
        "INSERT INTO wavehouse_tables VALUES (?, ?, ?, ?) "
        "ON CONFLICT (database_name, table_name) DO UPDATE SET version = excluded.version, "
        "state = excluded.state",
        (*key, version, state),
    )
    since = datetime.now(UTC).isoformat()
    transaction.rows(
        "INSERT INTO wavehouse_table_versions VALUES (?, ?, ?, ?, ?)", (*key, version, since, state)
    )
    transaction.rows(
        f"DELETE FROM wavehouse_table_versions WHERE {_ONE} AND version <= ?", (*key, version - MOST_VERSIONS)
    )


def _key(name: TableName) -> tuple[str, str]:
    return name.database, name.table
