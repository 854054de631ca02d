"""Tables as relations of DuckDB, whoever runs the statements that ask what they are made of."""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.core.table_head import ExternalScan
from wavehouse.engines.duckdb_external import ExternalFiles
from wavehouse.engines.duckdb_iceberg import IcebergTables
from wavehouse.engines.engine import TableFile


class DuckDBTables:
    """The part of `Metadata` that is about tables."""

    dialect = "duckdb"

    def __init__(self, iceberg: IcebergTables, external: ExternalFiles) -> None:
        self._iceberg = iceberg
        self._external = external

    def iceberg(
        self, metadata: str, snapshot: int | None = None, *, path: str = "", with_position: bool = False
    ) -> str:
        """A relation over one snapshot of an Iceberg table."""
        # (DuckDB has both columns in any case: they only stand in no star.)
        del with_position
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
