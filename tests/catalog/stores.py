"""The stores that one suite runs on, each as a test finds it: empty, and able to go away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from wavehouse.catalog.sql_tables import SqlTables
from wavehouse.catalog.sqlite_store import SqliteStore
from wavehouse.core.data_catalog import ExternalTables


class Store(Protocol):
    """Where external tables are kept."""

    def tables(self) -> ExternalTables:
        """A new connection to what is kept."""

    def go(self) -> None:
        """Be unreachable until `come_back`."""

    def come_back(self) -> None:
        """Be as before."""


class Sqlite:
    """A catalog.db of its own."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "catalog.db"
        self._aside = folder / "aside"

    def tables(self) -> ExternalTables:
        """A new connection to what is kept."""
        return SqlTables(SqliteStore(self._path))

    def go(self) -> None:
        """A file that is no database stands in its place."""
        self._path.rename(self._aside)
        self._path.write_bytes(b"no database at all" * 100)

    def come_back(self) -> None:
        """The file is there again."""
        self._aside.replace(self._path)


@contextmanager
def sqlite(folder: Path) -> Iterator[Store]:
    """The default of every lake."""
    yield Sqlite(folder)
