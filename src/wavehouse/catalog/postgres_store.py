"""External tables in a Postgres database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from wavehouse.catalog.sql_store import TABLES, Row
from wavehouse.lake.postgres import own_signs, postgres_connection, postgres_rows

# One for all that writes here: writers come one after the other, and nobody makes a table twice.
_LOCK = 0x77617665  # "wave"


@dataclass(frozen=True)
class _Transaction:
    connection: Connection

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        done = self.connection.execute(own_signs(sql), parameters)
        return done.fetchall() if done.description else []

    def each(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany(own_signs(sql), parameters)


@dataclass(frozen=True)
class PostgresStore:
    """A `SqlStore` in a database; `uri` is without a password."""

    uri: str

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query; none where its tables are not there yet."""
        return postgres_rows(self.uri, sql, parameters)

    @contextmanager
    def writing(self) -> Iterator[_Transaction]:
        """A transaction of the only writer."""
        with postgres_connection(self.uri) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            transaction = _Transaction(connection)
            for statement in TABLES:
                transaction.rows(statement)
            yield transaction
