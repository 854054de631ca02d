"""Which columns of which tables a query reads, told without reading any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wavehouse.core.columns import Column
from wavehouse.core.table_head import ExternalScan, TableHead, TableHistory
from wavehouse.core.table_name import TableName
from wavehouse.query.translate import translate


class KnownTables:
    """Tables of which the columns are known and nothing else, as a `TableSource`."""

    def __init__(self, columns: Mapping[TableName, Sequence[Column]]) -> None:
        self._columns = columns

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""
        return sorted(self._columns)

    def head(self, name: TableName) -> TableHead | None:
        """The head of a table that has one snapshot."""
        columns = self._columns.get(name)
        return None if columns is None else TableHead(name, tuple(columns), str(name), 0, 0, 0, snapshot_id=0)

    def history(self, head: TableHead) -> TableHistory:
        """No state to travel to."""
        return TableHistory((), {0: head.columns})

    def metadata_table(self, head: TableHead, kind: str) -> None:
        """No metadata."""


class _NoScans:
    """Stands for the engine where nothing will be run."""

    dialect = "duckdb"

    def iceberg(self, metadata: str, snapshot: int | None = None, *, path: str = "") -> str:  # noqa: ARG002
        return "nothing"

    def external(self, scan: ExternalScan, *, path: str = "") -> str:  # noqa: ARG002
        return "nothing"


def columns_read(sql: str, tables: KnownTables) -> dict[TableName, frozenset[str]]:
    """The columns that a query in Athena SQL reads of `tables`; raises `QueryError` as `translate` does."""
    found: dict[TableName, frozenset[str]] = {}
    for version, columns in translate(sql, tables, _NoScans()).reads.items():
        found[version.table] = found.get(version.table, frozenset()) | columns
    return found


def types_of(sql: str, tables: KnownTables) -> dict[str, str]:
    """The columns that a query gives, in lower case, with their Trino types; raises as `translate` does."""
    return {column.name.lower(): column.type for column in translate(sql, tables, _NoScans()).columns}
