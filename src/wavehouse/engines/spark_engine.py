"""Spark: the engine for more than one machine holds.

Statements come in DuckDB's dialect, as for every engine, and are said in Spark's. Files that are text are
parsed by DuckDB in tasks; joins, aggregates and Parquet are Spark's alone.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.errors import AnalysisException, ParseException, PySparkException
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.errors import OutsideError
from wavehouse.core.sql_text import identifier, literal_list
from wavehouse.core.table_head import ExternalScan
from wavehouse.engines.duckdb_csv import csv_relation, csv_verdict
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.duckdb_own_files import json_lines, json_objects
from wavehouse.engines.duckdb_types import duckdb_type
from wavehouse.engines.engine import (
    CsvReject,
    CsvScan,
    FieldIds,
    FileForm,
    JsonScan,
    Row,
    WrittenFile,
)
from wavehouse.engines.spark_beside import BesideSpark
from wavehouse.engines.spark_failures import TOO_LARGE, explained, is_cancelled, outside
from wavehouse.engines.spark_field_ids import with_ids
from wavehouse.engines.spark_files import ordering, write_files, write_parquet, written
from wavehouse.engines.spark_parsing import Parsing
from wavehouse.engines.spark_session import end_at_once, fraction_done, open_session
from wavehouse.engines.spark_tables import SparkViews
from wavehouse.engines.spark_types import catalog_type, quoted
from wavehouse.engines.spark_words import SPARK_QUERY, in_spark, parsed

# Of the DuckDB that reads footers and metadata beside Spark.
_MEMORY_FOR_METADATA = 500_000_000


class SparkEngine(BesideSpark):
    """A Spark session on a master; temporary files lie in `scratch`."""

    errors = (PySparkException, Py4JError)

    def __init__(
        self,
        *,
        master: str,
        memory: int,
        scratch: Path,
        conf: Mapping[str, str] | None = None,
        java_home: str = "",
    ) -> None:
        """`memory` are the driver's bytes, `conf` settings that win over most of ours; see `open_session`."""
        self._scratch = scratch / "parsed"
        self._scratch.mkdir(parents=True, exist_ok=True)
        self._session, self._mine = open_session(
            master, scratch, memory=memory, conf=conf, java_home=java_home
        )
        super().__init__(DuckDBEngine(memory=_MEMORY_FOR_METADATA, scratch=scratch, threads=1))
        self._views = SparkViews(self._session, self._files, self._scratch)
        # Relations over text files, by which a statement is known that a task has to run.
        self._texts: list[str] = []
        self._rejects: list[CsvReject] = []
        self._queries: dict[int, exp.Expr] = {}
        self._numbers = itertools.count(1)
        self._stopped = self._cut_off = False

    def execute(self, sql: str) -> None:
        """Run one statement for its effect."""
        with self._told():
            statement = parsed(sql)
            if isinstance(statement, exp.Create):
                name, made = statement.this.name, self._frame(statement.expression)
                if statement.kind == "TABLE":
                    self._views.table(name, made)
                else:
                    made.createOrReplaceTempView(quoted(name))
            elif isinstance(statement, exp.Insert):
                name, more = statement.this.name, self._frame(statement.expression)
                self._views.table(name, self._session.table(quoted(name)).union(more))
            elif isinstance(statement, exp.Drop):
                self._views.drop(statement.this.name)
            else:
                self.rows(sql)

    def rows(self, sql: str) -> list[Row]:
        """Run one query and return all its rows."""
        if self._is_text(sql):
            with self._parsing(sql) as frame:
                return self._collected(frame)
        with self._told():
            return self._collected(self._frame(parsed(sql)))

    def columns(self, sql: str) -> tuple[Column, ...]:
        """The columns that `sql` would return, without running it."""
        if self._is_text(sql):
            return self._files.columns(sql)
        try:
            with self._told():
                described = self._frame(parsed(sql)).dtypes
        except (AnalysisException, ParseException) as error:
            raise explained(error) from error
        found = tuple(Column(name, catalog_type(type_)) for name, type_ in described)
        if SPARK_QUERY not in sql.lower():
            return found
        # What Spark calls a timestamp, and so the user's query, is one without a zone in a table of Glue's.
        return tuple(Column(one.name, one.type.replace("timestamptz", "timestamp")) for one in found)

    def as_columns(self, sql: str) -> str:
        """A query for the rows of `sql` in the types of tables."""
        wanted = self.columns(sql)
        statement = parsed(sql)
        there = self._frame(statement.copy()).dtypes
        if [catalog_type(type_) for _, type_ in there] == [column.type for column in wanted]:
            return sql
        order = statement.args.get("order")
        statement.set("order", None)
        casts = ", ".join(
            f"CAST({identifier(one.name)} AS {duckdb_type(one.type)}) AS {identifier(one.name)}"
            for one in wanted
        )
        behind = f" {order.sql('duckdb')}" if order is not None else ""
        return f"SELECT {casts} FROM ({statement.sql('duckdb')}){behind}"

    def csv(self, scan: CsvScan) -> str:
        """A relation over a CSV file, for a statement that reads nothing else: a task parses it."""
        self._texts.append(csv_relation(scan))
        return self._texts[-1]

    def csv_rejects(self) -> list[CsvReject]:
        """The records refused by the CSV scans since the last call, by offset."""
        rejects, self._rejects = self._rejects, []
        return rejects

    def spark_query(self, query: exp.Query) -> exp.Query | None:
        """A user's query, which is Spark's own already, by a number."""
        number = next(self._numbers)
        self._queries[number] = query.copy()
        call = exp.Anonymous(this=SPARK_QUERY, expressions=[exp.Literal.number(number)])
        return exp.Select().select("*").from_(exp.Table(this=call))

    def parquet(self, locations: Sequence[str], *, with_position: bool = False) -> str:
        """A relation over Parquet files."""
        with self._told():
            return self._views.parquet(locations, with_position=with_position)

    def json_lines(self, path: Path, columns: Sequence[Column]) -> str:
        """A relation over a file of JSON objects, one a line."""
        return self._views.json(json_lines(path, columns), columns)

    def foreign_parquet(self, locations: Sequence[str], columns: Sequence[Column]) -> str:
        """A relation over such files."""

        def make() -> DataFrame:
            parts = [self._session.read.option("__globPaths__", "false").parquet(one) for one in locations]
            casts = ", ".join(
                f"CAST({identifier(c.name)} AS {duckdb_type(c.type)}) AS {identifier(c.name)}"
                for c in columns
            )
            names = []
            for part in parts:
                names.append(f"foreign {next(self._numbers)}")
                part.createOrReplaceTempView(quoted(names[-1]))
            return self._frame(
                parsed(" UNION ALL ".join(f"SELECT {casts} FROM {identifier(name)}" for name in names))
            )

        with self._told():
            return self._views.named(("foreign", tuple(locations), tuple(columns)), make)

    def json_objects(self, scan: JsonScan, columns: Sequence[Column]) -> str:
        """A relation over a file of JSON objects."""
        return self._views.json(json_objects(scan, columns), columns)

    def iceberg(
        self, metadata: str, snapshot: int | None = None, *, path: str = "", with_position: bool = False
    ) -> str:
        """A relation over one snapshot of an Iceberg table: its data files, by the ids of their columns."""
        with self._told():
            return self._views.iceberg(metadata, snapshot, path, with_position=with_position)

    def external(self, scan: ExternalScan, *, path: str = "") -> str:
        """A relation over files of an external table, which tasks read."""
        with self._told():
            return self._views.external(scan, path)

    def write_parquet(
        self, sql: str, directory: str, *, field_ids: FieldIds, partition_by: str | None = None
    ) -> list[WrittenFile]:
        """Write the rows of `sql` to new Parquet files."""
        if self._is_text(sql):
            with self._parsing(sql) as frame:
                write_parquet(with_ids(frame, field_ids), directory, (), None)
        else:
            with self._told():
                statement = parsed(sql)
                order = self._ordered(statement)
                write_parquet(with_ids(self._frame(statement), field_ids), directory, order, partition_by)
        return written(directory, self._files)

    def write_files(
        self, sql: str, directory: Path, form: FileForm, partition_by: Sequence[str]
    ) -> list[WrittenFile]:
        """Write the rows of `sql` for other programs."""
        with self._told():
            statement = parsed(sql)
            order = self._ordered(statement)
            return write_files(self._frame(statement), directory, form, order, partition_by)

    def fraction_done(self) -> float:
        """How many of the tasks are done that are known of (0 to 1)."""
        return fraction_done(self._session)

    def interrupt(self) -> None:
        """Stop the statement that is running, if one is."""
        self._stopped = True
        self._session.sparkContext.cancelAllJobs()

    def close(self) -> None:
        """Give back views, memory and temporary files; a session of our own ends."""
        self._files.close()
        if self._cut_off and self._mine:
            end_at_once()
            return
        # (Java may be gone.)
        with contextlib.suppress(Exception):
            self._views.close()
            if self._mine:
                self._session.stop()

    def _is_text(self, sql: str) -> bool:
        return any(text in sql for text in self._texts)

    @contextlib.contextmanager
    def _parsing(self, sql: str) -> Iterator[DataFrame]:
        """The rows of a statement over a CSV file, and what became of its records behind them."""
        parsing = Parsing(self._session, sql, self._files.columns(sql), self._scratch)
        with self._told():
            yield parsing.rows
        told = parsing.told()
        self._rejects += [CsvReject(*one) for one in told.rejects]
        if told.stopped:
            raise csv_verdict(told.stopped) or OutsideError(
                f"reading or writing failed: {told.stopped}",
                remedy="Check the disk's free space and the permissions of that path, then run again",
            )

    def _frame(self, statement: exp.Expr) -> DataFrame:
        return self._session.sql(in_spark(statement, self._query))

    def _query(self, number: int) -> exp.Expr:
        return self._queries[number].copy()

    def _ordered(self, statement: exp.Expr) -> list[SparkColumn]:
        terms = []
        for term in ordering(statement):
            column = f.expr(in_spark(term.this.copy(), self._query))
            terms.append(column.desc_nulls_last() if term.args.get("desc") else column.asc_nulls_last())
        return terms

    def _collected(self, frame: DataFrame) -> list[Row]:
        try:
            return [tuple(row) for row in frame.collect()]
        except Exception as error:
            if TOO_LARGE not in str(error):
                raise
        # By way of files: as much as it may be, nothing passes through the driver's Java.
        place = self._scratch / f"rows-{next(self._numbers)}"
        write_parquet(frame, str(place), (), None)
        files = [file.location for file in written(str(place), self._files)]
        return self._files.rows(f"SELECT * FROM read_parquet({literal_list(files)})") if files else []

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """What Spark raises, in words, where it is not about the statement."""
        try:
            yield
        except KeyboardInterrupt:
            self._cut_off = True
            raise
        except self.errors as error:
            if self._stopped or is_cancelled(error):
                self._stopped = False
                raise KeyboardInterrupt from error
            if (said := outside(error)) is not None:
                raise said from error
            raise
