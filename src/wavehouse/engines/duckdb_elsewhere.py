"""A DuckDB of another process: asked for what tables are made of, while this one does without."""

from __future__ import annotations

from collections.abc import Callable

from wavehouse.core.errors import QueryError
from wavehouse.engines.duckdb_external import ExternalFiles
from wavehouse.engines.duckdb_iceberg import IcebergTables
from wavehouse.engines.duckdb_tables import DuckDBTables
from wavehouse.engines.engine import Row


class DuckDBElsewhere(DuckDBTables):
    """Reads metadata (`Metadata`) by `rows`, which has the other process run a query of ours."""

    def __init__(self, rows: Callable[[str], list[Row]]) -> None:
        # (Whether it reaches buckets was decided when the process was started.)
        super().__init__(IcebergTables(rows, (QueryError,)), ExternalFiles(lambda _: None, reached=True))
        self._rows = rows

    def rows(self, sql: str) -> list[Row]:
        """Run one query and return all its rows."""
        return self._rows(sql)
