"""One DuckDB that several threads ask at once, each question with a time limit and a way to stop it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import duckdb

from wavehouse.core.columns import Column
from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier, literal
from wavehouse.core.table_head import ExternalScan
from wavehouse.engines.duckdb_connection import connected
from wavehouse.engines.duckdb_copies import about, copied_rows, copied_texts
from wavehouse.engines.duckdb_external import ExternalFiles
from wavehouse.engines.duckdb_failures import outside
from wavehouse.engines.duckdb_iceberg import IcebergTables
from wavehouse.engines.duckdb_own_files import json_lines
from wavehouse.engines.engine import Row
from wavehouse.engines.readers import Stop, StoppedError
from wavehouse.store.object_store import S3Endpoint


class DuckDBReaders:
    """An in-memory DuckDB; `Readers` says what it does."""

    dialect = "duckdb"

    def __init__(
        self, *, memory: int, scratch: Path, threads: int | None = None, s3: S3Endpoint | None = None
    ) -> None:
        self._connection = connected(memory, scratch, threads, s3)
        self._idle: list[duckdb.DuckDBPyConnection] = []
        self._lock = threading.Lock()
        # What is said of tables is asked by one thread after the other.
        self._telling = threading.RLock()
        self._iceberg = IcebergTables(lambda sql: self._connection.execute(sql).fetchall(), (duckdb.Error,))
        self._external = ExternalFiles(self._execute, reached=s3 is not None)

    def iceberg(self, metadata: str, snapshot: int | None = None, *, path: str = "") -> str:
        """A relation over one snapshot of an Iceberg table."""
        with self._telling:
            return self._iceberg.scan(metadata, snapshot, path)

    def external(self, scan: ExternalScan, *, path: str = "") -> str:
        """A relation over files of an external table."""
        with self._telling:
            return self._external.relation(scan, path)

    def json_lines(self, path: Path, columns: Sequence[Column]) -> str:
        """A relation over a file of JSON objects, one a line."""
        return json_lines(path, columns)

    def rows(self, sql: str, stop: Stop | None = None, seconds: float | None = None) -> list[Row]:
        """All rows of one query; see `Readers.rows`."""
        stop = stop or Stop()
        with self._lock:
            cursor = self._idle.pop() if self._idle else self._connection.cursor()
        timer = threading.Timer(seconds, lambda: stop.stop("late")) if seconds is not None else None
        try:
            stop.begin(cursor.interrupt)
            if timer:
                timer.start()
            found: list[Row] = cursor.execute(sql).fetchall()
        except (duckdb.InterruptException, RuntimeError) as error:
            if stop.why is None:
                raise
            raise _stopped(stop, seconds) from error
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise outside(error) from error
        finally:
            stop.end()
            if timer:
                timer.cancel()
            with self._lock:
                self._idle.append(cursor)
        return found

    def attach(self, file: Path, name: str) -> None:
        """Make the tables of a DuckDB file readable, as `name`."""
        with self._telling:
            self._execute(f"ATTACH {literal(str(file))} AS {identifier(name)} (READ_ONLY)")

    def copied(self, name: str, columns: Sequence[Column] | None) -> str:
        """A relation over the rows of a copy."""
        return copied_rows(name) if columns is None else copied_texts(name, columns)

    def copied_metadata(self, name: str) -> str:
        """A query for the metadata file of a copy."""
        return about(name)

    def detach(self, name: str) -> None:
        """Let go of such a file; who reads it at the moment ends first."""
        with self._telling:
            self._execute(f"DETACH {identifier(name)}")

    def close(self) -> None:
        """Give back memory, threads and files."""
        with self._lock:
            for cursor in self._idle:
                cursor.close()
            self._idle.clear()
        self._connection.close()

    def _execute(self, sql: str) -> None:
        try:
            self._connection.execute(sql)
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise outside(error) from error


def _stopped(stop: Stop, seconds: float | None) -> Exception:
    if stop.why == "late":
        return QueryError(
            f"the query was stopped after {seconds:g} seconds",
            remedy="Filter more, so that it reads fewer rows, and try again",
        )
    return StoppedError()
