"""A DuckDB of another process: asked for what tables are made of, while this one does without."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wavehouse.core.errors import QueryError
from wavehouse.core.table_head import ExternalScan
from wavehouse.engines.duckdb_external import ExternalFiles
from wavehouse.engines.duckdb_iceberg import IcebergTables
from wavehouse.engines.engine import Row, TableFile


class DuckDBElsewhere:
    """Reads metadata (`Metadata`) by `rows`, which has the other process run a query of ours."""

    dialect = "duckdb"

    def __init__(self, rows: Callable[[str], list[Row]]) -> None:
        self._rows = rows
        self._iceberg = IcebergTables(rows, (QueryError,))
        # (Whether it reaches buckets was decided when the process was started.)
        self._external = ExternalFiles(lambda _: None, reached=True)

    def rows(self, sql: str) -> list[Row]:
        """Run one query and return all its rows."""
        return self._rows(sql)

    def iceberg(self, metadata: str, snapshot: int | None = None, *, path: str = "") -> str:
        """A relation over one snapshot of an Iceberg table."""
        return self._iceberg.scan(metadata, snapshot, path)

    def iceberg_files(self, metadata: str, snapshot: int | None = None) -> list[TableFile]:
        """The data files of a snapshot, by location."""
        return self._iceberg.files(metadata, snapshot)

    def iceberg_partitions(
        self, metadata: str, snapshot: int | None, fields: Sequence[str]
    ) -> dict[str, tuple[str | None, ...]]:
        """The partitions of the data files of a snapshot, by location."""
        return self._iceberg.partitions(metadata, snapshot, fields)

    def external(self, scan: ExternalScan, *, path: str = "") -> str:
        """A relation over files of an external table."""
        return self._external.relation(scan, path)
