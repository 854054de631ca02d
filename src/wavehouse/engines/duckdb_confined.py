"""A DuckDB for statements of others: it reads some folders, and answers one SELECT at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal, literal_list
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import Row
from wavehouse.store.object_store import S3Endpoint

_NOT_ONE = "one SELECT at a time is run here"
# Functions that give a table. Others look around, or change how the engine works for whoever asks next.
_TABLES = {
    *(
        "iceberg_scan",
        "parquet_scan",
        "read_parquet",
        "read_csv",
        "read_csv_auto",
        "read_json",
        "read_json_auto",
    ),
    *("read_json_objects", "read_ndjson", "read_ndjson_objects", "range", "generate_series", "unnest"),
}


class ConfinedDuckDB(DuckDBEngine):
    """Reads below `folders` (absolute paths) and spills to `scratch`, and nothing lifts that again.

    With `s3` it reaches that endpoint as well. What it writes besides is for the system to forbid: DuckDB
    lets a COPY write where it lets a query read.
    """

    def __init__(
        self,
        *,
        memory: int,
        scratch: Path,
        folders: Sequence[str],
        threads: int | None = None,
        s3: S3Endpoint | None = None,
    ) -> None:
        super().__init__(memory=memory, scratch=scratch, threads=threads, s3=s3)
        self._in_threads = threads
        allowed = [f"{folder.rstrip('/')}/" for folder in folders]
        if s3 is not None:
            allowed.append("s3://")
        self.execute(f"SET max_temp_directory_size = {literal(f'{4 * memory // 1_000_000}MB')}")
        self.execute(f"SET allowed_directories = {literal_list(allowed)}")
        self.execute("SET enable_external_access = false")
        # (It is no SELECT that sets them, so that no statement of others does.)
        self.execute("SET allowed_configs = ['threads']")
        self.execute("SET lock_configuration = true")

    def use_threads(self, threads: int | None) -> None:
        """Run what comes now in so many; None leaves them as they are."""
        if threads and threads != self._in_threads:
            self.execute(f"SET threads = {threads}")
            self._in_threads = threads

    def batches(self, sql: str, rows: int) -> Any:
        """The answer of one SELECT as a `pyarrow.RecordBatchReader` with batches of at most so many rows.

        Raises `QueryError` for anything but one SELECT, before it is run, and what `rows` does.
        """
        self._check(sql)
        return self._run(lambda: self._connection.execute(sql).to_arrow_reader(rows))

    def row_batches(self, sql: str, rows: int) -> Iterator[list[Row]]:
        """The answer of one SELECT as rows of Python, at most so many at once; raises what `batches` does."""
        self._check(sql)
        self._run(lambda: self._connection.execute(sql))
        while found := self._run(lambda: self._connection.fetchmany(rows)):
            yield found

    def _check(self, sql: str) -> None:
        try:
            statements = self._connection.extract_statements(sql)
        except duckdb.Error as error:
            raise QueryError(f"{_NOT_ONE}: {str(error).splitlines()[0]}") from None
        if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
            raise QueryError(_NOT_ONE)
        if others := sorted({*self._table_functions(sql)} - _TABLES):
            raise QueryError(f"the table function '{others[0]}' is not run here")

    def _table_functions(self, sql: str) -> Iterator[str]:
        """The names of all functions of a SELECT that stand for a table, at any depth."""
        ((told,),) = self.rows(f"SELECT json_serialize_sql({literal(sql)})")
        document = json.loads(told)
        if document["error"]:
            # (DESCRIBE and the like are SELECTs to the engine, and cannot be told in JSON.)
            raise QueryError(f"{_NOT_ONE}: {document['error_message']}")
        left = [document]
        while left:
            node = left.pop()
            if isinstance(node, dict):
                if node.get("type") == "TABLE_FUNCTION":
                    yield node["function"].get("function_name", "").lower()
                left += node.values()
            elif isinstance(node, list):
                left += node
