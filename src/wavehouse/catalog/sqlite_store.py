"""External tables in the lake's own catalog file, `catalog.db`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wavehouse.catalog.sql_store import TABLES, Row
from wavehouse.lake.sqlite_rows import sqlite_error, sqlite_rows


@dataclass(frozen=True)
class _Transaction:
    connection: sqlite3.Connection

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self.connection.execute(sql, parameters).fetchall()

    def each(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        self.connection.executemany(sql, parameters)


@dataclass(frozen=True)
class SqliteStore:
    """A `SqlStore` in a SQLite file, which the first transaction makes."""

    path: Path

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query; none where its tables are not there yet."""
        return sqlite_rows(self.path, sql, parameters)

    @contextmanager
    def writing(self) -> Iterator[_Transaction]:
        """A transaction of the only writer."""
        try:
            with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as connection:
                # At once: a transaction that began by reading could not wait for its turn to write.
                connection.execute("BEGIN IMMEDIATE")
                for statement in TABLES:
                    connection.execute(statement)
                # What is not committed when the connection closes is taken back.
                yield _Transaction(connection)
                connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise sqlite_error(self.path, error) from error
