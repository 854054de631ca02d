"""Copies of tables as files of DuckDB's own: read faster than Parquet, with texts that recur as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from wavehouse.core.columns import Column
from wavehouse.core.errors import OutsideError
from wavehouse.core.sql_text import identifier, literal
from wavehouse.engines.duckdb_connection import connected
from wavehouse.engines.duckdb_failures import outside
from wavehouse.engines.duckdb_iceberg import IcebergTables
from wavehouse.engines.duckdb_words import first_line
from wavehouse.store.object_store import S3Endpoint

TABLE = "rows"
_ABOUT = "about"
# More different texts than these fit into two bytes are kept as texts: their numbers would be no smaller.
_MOST_CODES = 65_000


def write_copy(
    metadata: str, columns: Sequence[Column], file: Path, scratch: Path, memory: int, s3: S3Endpoint | None
) -> int:
    """Copy the table with this metadata file to a new DuckDB file, and return its number of rows.

    Texts of which there are few become an ENUM, in the order of their values: what is compared, sorted and
    grouped then are numbers. Raises `OutsideError` for what disk or memory refuse.
    """
    # (One thread: who looks at dashboards meanwhile has the others.)
    connection = connected(memory, scratch, 1, s3)
    try:
        source = IcebergTables(lambda sql: connection.execute(sql).fetchall(), (duckdb.Error,)).scan(
            metadata, None
        )
        connection.execute(f"ATTACH {literal(str(file))} AS copied")
        selected = []
        for at, column in enumerate(columns):
            name = identifier(column.name)
            if column.type == "string" and _codes(connection, source, name, at):
                name = f"CAST({name} AS copied.code_{at}) AS {name}"
            selected.append(name)
        connection.execute(
            f"CREATE TABLE copied.{identifier(TABLE)} AS SELECT {', '.join(selected)} FROM {source}"
        )
        ((rows,),) = connection.execute(f"SELECT count(*) FROM copied.{identifier(TABLE)}").fetchall()
        connection.execute(f"CREATE TABLE copied.{_ABOUT} AS SELECT {literal(metadata)} AS metadata")
        connection.execute("DETACH copied")
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise outside(error) from error
    except duckdb.Error as error:
        raise OutsideError(f"the table cannot be copied ({first_line(error)})", where=metadata) from error
    finally:
        connection.close()
    return int(rows)


def about(name: str) -> str:
    """A query for the metadata file that an attached copy is of."""
    return f"SELECT metadata FROM {identifier(name)}.{_ABOUT}"


def copied_rows(name: str) -> str:
    """The rows of an attached copy, with ENUMs."""
    return f"{identifier(name)}.{identifier(TABLE)}"


def copied_texts(name: str, columns: Sequence[Column]) -> str:
    """The rows of an attached copy in the types of the table."""
    texts = [identifier(column.name) for column in columns if column.type == "string"]
    if not texts:
        return copied_rows(name)
    cast = ", ".join(f"CAST({text} AS VARCHAR) AS {text}" for text in texts)
    return f"(SELECT * REPLACE ({cast}) FROM {copied_rows(name)})"


def _codes(connection: duckdb.DuckDBPyConnection, source: str, name: str, at: int) -> bool:
    """Make a type of the texts of a column; whether there are few enough."""
    ((different, any_),) = connection.execute(
        f"SELECT count(*), count({name}) FROM (SELECT DISTINCT {name} FROM {source} LIMIT {_MOST_CODES + 2})"
    ).fetchall()
    if not any_ or different > _MOST_CODES:
        return False
    connection.execute(
        f"CREATE TYPE copied.code_{at} AS ENUM "
        f"(SELECT DISTINCT {name} FROM {source} WHERE {name} IS NOT NULL ORDER BY 1)"
    )
    return True
