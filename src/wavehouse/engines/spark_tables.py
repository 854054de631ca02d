"""Relations of a Spark session: files and statements as views, by names of our own."""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from wavehouse.core.columns import Column
from wavehouse.core.sql_text import identifier
from wavehouse.core.table_head import ExternalScan
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.spark_external import external_rows
from wavehouse.engines.spark_field_ids import TableIds, ids_in
from wavehouse.engines.spark_parsing import Parsing
from wavehouse.engines.spark_types import quoted, schema_of, spark_type

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# As they stand in a path, so in a URI.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./:=,@~!$&'()*+;-]*")


class SparkViews:
    """Names relations; the same one is named once."""

    def __init__(self, session: SparkSession, files: DuckDBEngine, scratch: Path) -> None:
        self._session = session
        self._scratch = scratch
        # Reads what footers and metadata say, and no rows.
        self._files = files
        self._names: dict[Hashable, str] = {}
        self._numbers = itertools.count(1)
        self._tables: set[str] = set()
        self._columns: dict[str, tuple[Column, ...]] = {}
        self._ids: dict[str, dict[str, int | None]] = {}

    def parquet(self, locations: Sequence[str], *, with_position: bool) -> str:
        """See `Engine.parquet`."""

        def make() -> DataFrame:
            return self._read(locations, self.columns_of(locations[0]), with_position=with_position)

        return self.named(("parquet", tuple(locations), with_position), make)

    def iceberg(self, metadata: str, snapshot: int | None, path: str, *, with_position: bool) -> str:
        """See `Engine.iceberg`."""

        def make() -> DataFrame:
            from pyspark.sql import functions as f

            columns = self._files.columns(f"SELECT * FROM {self._files.iceberg(metadata, snapshot)}")
            ids = TableIds.read(metadata, snapshot)
            # Files that were written before a column came, or became wider, are read as they are.
            alike: dict[tuple[tuple[Column, ...], tuple[tuple[str, str], ...]], list[str]] = {}
            for file in self._files.iceberg_files(metadata, snapshot):
                names = tuple(ids.names_in(self._ids_of(file.location)).items())
                alike.setdefault((self.columns_of(file.location), names), []).append(file.location)
            place = with_position or bool(path)
            parts = []
            for (there, names), locations in alike.items():
                read = self._read(locations, there, with_position=place)
                called = dict(names)
                values = [
                    (f.col(quoted(called[one.name])) if one.name in called else f.lit(None))
                    .cast(spark_type(one.type))
                    .alias(one.name)
                    for one in columns
                ]
                location = f.concat(f.lit("file://"), f.col("filename"))
                if with_position:
                    values += [location.alias("filename"), f.col("file_row_number")]
                if path:
                    values.append(location.alias(path))
                parts.append(read.select(*values))
            if not parts:
                more = [Column("filename", "string"), Column("file_row_number", "bigint")] * with_position
                return self._nothing([*columns, *more, *([Column(path, "string")] if path else [])])
            rows = parts[0]
            for part in parts[1:]:
                rows = rows.union(part)
            return rows

        return self.named(("iceberg", metadata, snapshot, path, with_position), make)

    def json(self, relation: str, columns: Sequence[Column]) -> str:
        """A relation over a file of JSON, which is DuckDB's `relation`: a task reads it."""
        sql = f"SELECT * FROM {relation}"
        return self.named(
            ("json", relation), lambda: Parsing(self._session, sql, columns, self._scratch, strict=True).rows
        )

    def external(self, scan: ExternalScan, path: str) -> str:
        """See `Engine.external`."""

        def make() -> DataFrame:
            return external_rows(self._session, self._files, scan, path, self._scratch)

        return self.named(("external", repr(scan), path), make)

    def named(self, key: Hashable, make: Callable[[], DataFrame]) -> str:
        """The name of the relation that `make` makes, which is called once for a key."""
        if key not in self._names:
            name = f"relation {next(self._numbers)}"
            make().createOrReplaceTempView(quoted(name))
            self._names[key] = name
        return identifier(self._names[key])

    def table(self, name: str, rows: DataFrame) -> None:
        """Keep rows as a table, as they are now."""
        # As files, not in the memory of executors: what they were made of may be gone when one of those is
        # lost.
        place = str(self._scratch / f"table-{uuid.uuid4().hex}")
        rows.write.option("compression", "lz4").parquet(place)
        kept = self._session.read.schema(rows.schema).option("__globPaths__", "false").parquet(place)
        kept.createOrReplaceTempView(quoted(name))
        self._tables.add(name)

    def drop(self, name: str) -> None:
        """Forget a table, or a view."""
        self._session.catalog.dropTempView(quoted(name))

    def close(self) -> None:
        """Forget all of them."""
        for name in [*self._tables, *self._names.values()]:
            self.drop(name)
        self._names.clear()

    def columns_of(self, location: str) -> tuple[Column, ...]:
        """The columns of a Parquet file that an engine wrote."""
        if location not in self._columns:
            self._columns[location] = self._files.columns(f"SELECT * FROM {self._files.parquet([location])}")
        return self._columns[location]

    def _ids_of(self, location: str) -> dict[str, int | None]:
        if location not in self._ids:
            self._ids[location] = ids_in(location, self._files)
        return self._ids[location]

    def _read(self, locations: Sequence[str], columns: Sequence[Column], *, with_position: bool) -> DataFrame:
        from pyspark.sql import functions as f

        schema = schema_of(columns)
        # Names are names: none of their signs stands for others.
        reader = self._session.read.schema(schema).option("__globPaths__", "false")
        rows = reader.parquet(*locations)
        if not with_position:
            return rows
        # (A local path is told as file:/a, and in a URI's signs.)
        path = f.substring("_metadata.file_path", len("file:") + 1, 10_000)
        if not all(_PLAIN_PATH.fullmatch(location) for location in locations):
            told = f.create_map(*(f.lit(one) for each in locations for one in (_in_uri(each), each)))
            path = told[path]
        return rows.select("*", path.alias("filename"), f.col("_metadata.row_index").alias("file_row_number"))

    def _nothing(self, columns: Sequence[Column]) -> DataFrame:
        schema = schema_of(columns)
        return self._session.createDataFrame([], schema)


def _in_uri(path: str) -> str:
    """A path as Java has it in a URI."""
    return quote(path, safe="/:=,@~!$&'()*+;-_.")
