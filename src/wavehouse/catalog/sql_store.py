"""What a SQL database must offer to keep external tables; `?` stands for a parameter in all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = tuple[Any, ...]

# Texts and whole numbers only, so that it is the same SQL everywhere; `state` is the JSON of `documents`, and
# `keys` that of a partition's values.
TABLES = (
    "CREATE TABLE IF NOT EXISTS wavehouse_databases (name TEXT PRIMARY KEY, description TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS wavehouse_tables (database_name TEXT NOT NULL, table_name TEXT NOT NULL, "
    "version BIGINT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (database_name, table_name))",
    "CREATE TABLE IF NOT EXISTS wavehouse_table_versions (database_name TEXT NOT NULL, "
    "table_name TEXT NOT NULL, version BIGINT NOT NULL, since TEXT NOT NULL, state TEXT NOT NULL, "
    "PRIMARY KEY (database_name, table_name, version))",
    "CREATE TABLE IF NOT EXISTS wavehouse_partitions (database_name TEXT NOT NULL, "
    "table_name TEXT NOT NULL, keys TEXT NOT NULL, state TEXT NOT NULL, "
    "PRIMARY KEY (database_name, table_name, keys))",
)


class Transaction(Protocol):
    """What is done together, or not at all."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Run one statement; its rows, none for one that has no result."""

    def each(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run one statement once for each set of parameters."""


class SqlStore(Protocol):
    """A database that has, or will have, the tables `TABLES`. What it refuses is an `OutsideError`."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query; none where its tables are not there yet."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction with `TABLES` in place; a second writer waits for its end."""
