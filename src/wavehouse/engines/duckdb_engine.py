"""DuckDB, embedded: the engine of one machine."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import duckdb

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier, literal, literal_list
from wavehouse.engines.duckdb_connection import connected
from wavehouse.engines.duckdb_csv import MISFIT, csv_relation, csv_verdict, rejects_query
from wavehouse.engines.duckdb_external import ExternalFiles
from wavehouse.engines.duckdb_failures import outside
from wavehouse.engines.duckdb_field_ids import field_ids_text
from wavehouse.engines.duckdb_iceberg import IcebergTables
from wavehouse.engines.duckdb_own_files import OwnFiles, foreign_parquet, json_lines, json_objects
from wavehouse.engines.duckdb_parsing import parsed
from wavehouse.engines.duckdb_spark_casts import decimal_text, spark_cast
from wavehouse.engines.duckdb_tables import DuckDBTables
from wavehouse.engines.duckdb_types import catalog_type, duckdb_type, in_catalog_types
from wavehouse.engines.duckdb_words import explained
from wavehouse.engines.engine import (
    CsvReject,
    CsvScan,
    FieldIds,
    FileForm,
    JsonScan,
    Row,
    WrittenFile,
)
from wavehouse.store.object_store import S3Endpoint

if TYPE_CHECKING:
    from sqlglot import exp

T = TypeVar("T")

_DICTIONARY_VALUES = 4_000
_ROW_GROUP_ROWS = 122_880  # DuckDB's own vector of row groups; smaller ones cost more footer than they prune


class DuckDBEngine(DuckDBTables):
    """An in-memory DuckDB; what does not fit into `memory` bytes spills to `scratch`."""

    errors = (duckdb.Error,)

    def __init__(
        self, *, memory: int, scratch: Path, threads: int | None = None, s3: S3Endpoint | None = None
    ) -> None:
        self._connection = connected(memory, scratch, threads, s3)
        super().__init__(
            IcebergTables(self.rows, self.errors), ExternalFiles(self.execute, reached=s3 is not None)
        )
        self._own = OwnFiles(self.rows)
        self._csv_scanned = False

    def execute(self, sql: str) -> None:
        """Run one statement for its effect."""
        self._run(lambda: self._connection.execute(sql))

    def rows(self, sql: str) -> list[Row]:
        """Run one query and return all its rows."""
        return self._run(lambda: self._connection.execute(sql).fetchall())

    def columns(self, sql: str) -> tuple[Column, ...]:
        """The columns that `sql` would return, without running it."""
        try:
            described = self.rows(f"DESCRIBE {sql}")
        except duckdb.Error as error:
            what, remedy = explained(error)
            raise DefinitionError(what, remedy=remedy) from error
        return tuple(Column(name, catalog_type(type_)) for name, type_, *_ in described)

    def as_columns(self, sql: str) -> str:
        """A query for the rows of `sql` in the types of tables."""
        return in_catalog_types(sql, self.rows(f"DESCRIBE {sql}"))

    def csv(self, scan: CsvScan) -> str:
        """A relation over a CSV file with everything said: DuckDB's defaults lose rows silently."""
        self._csv_scanned = True
        return csv_relation(scan)

    def csv_rejects(self) -> list[CsvReject]:
        """The records refused by the CSV scans since the last call, by offset."""
        if not self._csv_scanned:
            return []
        self._csv_scanned = False
        found = self.rows(rejects_query())
        self._forget_rejects()
        return [CsvReject(*one) for one in found]

    def parsed(self, text: str, type_: str) -> str:
        """The value of `type_` that `text` stands for, else NULL."""
        return parsed(text, type_)

    def null(self, type_: str) -> str:
        """An expression of `type_` whose value is NULL."""
        return f"CAST(NULL AS {duckdb_type(type_)})"

    def spark_cast(self, text: str, type_: str) -> str:
        """The value that Spark's cast makes of `text`, else NULL."""
        return spark_cast(text, type_)

    def decimal_text(self, value: str) -> str:
        """The text of a float or double by which Spark makes it a decimal."""
        return decimal_text(value)

    def spark_function(self, node: exp.Expr) -> str | None:
        """What a part of a query in Spark SQL is called here."""
        # (It needs a parser, which most commands do not.)
        from wavehouse.engines.duckdb_spark_functions import spark_function

        return spark_function(node)

    def spark_query(self, query: exp.Query) -> exp.Query | None:
        """A user's query goes part by part."""
        del query
        return None

    def misfit(self, type_: str) -> str:
        """An expression of `type_` that stops the statement with `MisfitError`."""
        return f"CAST(error({literal(MISFIT)}) AS {duckdb_type(type_)})"

    def matches(self, text: str, pattern: str) -> str:
        """Whether the whole of `text` matches `pattern`."""
        return f"regexp_full_match({text}, {literal(pattern)})"

    def parquet(self, locations: Sequence[str], *, with_position: bool = False) -> str:
        """A relation over Parquet files, never guessing columns from `key=value` folders."""
        position = ", filename = true, file_row_number = true" if with_position else ""
        return f"read_parquet({literal_list(locations)}, hive_partitioning = false{position})"

    def json_lines(self, path: Path, columns: Sequence[Column]) -> str:
        """A relation over a file of JSON objects, one a line."""
        return json_lines(path, columns)

    def parquet_columns(self, location: str) -> tuple[Column, ...]:
        """The columns of a Parquet file that anybody may have written."""
        return self._own.parquet_columns(location)

    def foreign_parquet(self, locations: Sequence[str], columns: Sequence[Column]) -> str:
        """A relation over such files."""
        return foreign_parquet(locations, columns)

    def json_columns(self, scan: JsonScan) -> tuple[Column, ...]:
        """The columns of a file of JSON objects."""
        return self._own.json_columns(scan)

    def json_objects(self, scan: JsonScan, columns: Sequence[Column]) -> str:
        """A relation over a file of JSON objects."""
        return json_objects(scan, columns)

    def json_values(self, scan: JsonScan, query: Callable[[str], str]) -> list[Row]:
        """The rows of a query over the values of a file of JSON."""
        return self._own.json_values(scan, query)

    def write_parquet(
        self, sql: str, directory: str, *, field_ids: FieldIds, partition_by: str | None = None
    ) -> list[WrittenFile]:
        """COPY the rows of `sql` to new Parquet files below `directory`; keeps the order of the rows."""
        if "://" not in directory:
            Path(directory).mkdir(parents=True)
        target = directory
        options = [
            "FORMAT parquet",
            "COMPRESSION zstd",
            # Measured on albums: these two take a quarter off the time and nothing off the reading; a
            # dictionary of ids and titles, nearly all different, is larger than the values it stands for.
            "COMPRESSION_LEVEL 1",
            f"DICTIONARY_SIZE_LIMIT {_DICTIONARY_VALUES}",
            f"ROW_GROUP_SIZE {_ROW_GROUP_ROWS}",
            f"FIELD_IDS {field_ids_text(field_ids)}",
            "RETURN_STATS",
        ]
        if partition_by:
            # Without WRITE_PARTITION_COLUMNS the column would be missing in the files and NULL in Iceberg.
            options += [
                f"PARTITION_BY ({identifier(partition_by)})",
                "WRITE_PARTITION_COLUMNS true",
                "FILENAME_PATTERN 'p-{uuid}'",
                "OVERWRITE_OR_IGNORE",
            ]
        else:
            target = f"{directory}/p-{uuid.uuid4()}.parquet"
        written = self.rows(f"COPY ({sql}) TO {literal(target)} ({', '.join(options)})")
        files = [WrittenFile(name, rows, size) for name, rows, size, *_ in written]
        for empty in (file for file in files if file.rows == 0):
            # Iceberg's readers do not expect a data file without rows.
            if "://" not in directory:
                Path(empty.location).unlink()
        return [file for file in files if file.rows]

    def write_files(
        self, sql: str, directory: Path, form: FileForm, partition_by: Sequence[str]
    ) -> list[WrittenFile]:
        """COPY the rows of `sql` to files for other programs."""
        return self._own.write(sql, directory, form, partition_by)

    def fraction_done(self) -> float:
        """How far the running statement has come (0 to 1), as DuckDB estimates it."""
        try:
            return max(0.0, min(1.0, self._connection.query_progress() / 100))
        except duckdb.ConnectionException:
            return 1.0  # closed meanwhile: whoever asks is late

    def interrupt(self) -> None:
        """Stop the statement that is running, if one is."""
        self._connection.interrupt()

    def close(self) -> None:
        """Give back memory, threads and temporary files."""
        self._connection.close()

    def _forget_rejects(self) -> None:
        self._csv_scanned = False
        self._connection.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")

    def _run(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except (duckdb.InterruptException, RuntimeError) as error:
            # Ctrl-C reaches us as DuckDB's word for it.
            if "interrupted" in str(error).lower():
                raise KeyboardInterrupt from error
            raise
        except duckdb.OutOfMemoryException as error:
            raise outside(error) from error
        except (duckdb.InvalidInputException, duckdb.IOException) as error:
            if self._csv_scanned and (said := csv_verdict(str(error))) is not None:
                self._forget_rejects()
                raise said from error
            if isinstance(error, duckdb.IOException):
                raise outside(error) from error
            raise
