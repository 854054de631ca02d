"""The stores that one suite runs on, each as a test finds it: empty, and able to go away."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from tests.catalog.moto_server import REGION, MotoServer
from tests.catalog.postgres import PostgresServer

from wavehouse.catalog.sql_tables import SqlTables
from wavehouse.catalog.sqlite_store import SqliteStore
from wavehouse.core.catalog_setting import GlueSetting
from wavehouse.core.data_catalog import ExternalTables


class Store(Protocol):
    """Where external tables are kept; `atomic`: a call is done as a whole or not at all."""

    atomic: bool

    def tables(self) -> ExternalTables:
        """A new connection to what is kept."""

    def go(self) -> None:
        """Be unreachable until `come_back`."""

    def come_back(self) -> None:
        """Be as before."""


class Sqlite:
    """A catalog.db of its own."""

    atomic = True

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


class Postgres:
    """A database of its own in a server."""

    atomic = True

    def __init__(self, server: PostgresServer, database: str) -> None:
        self._server = server
        self._uri = server.uri(database)

    def tables(self) -> ExternalTables:
        """A new connection to what is kept."""
        from wavehouse.catalog.postgres_store import PostgresStore

        return SqlTables(PostgresStore(self._uri))

    def go(self) -> None:
        """The server is stopped."""
        self._server.stop()

    def come_back(self) -> None:
        """The server is there again."""
        self._server.start()


class MotoGlue:
    """moto's Glue, emptied; not AWS's own, which is stricter about names."""

    atomic = False

    def __init__(self, server: MotoServer) -> None:
        self._server = server
        server.reset()
        self._setting = GlueSetting(region=REGION, endpoint=server.url)

    def tables(self) -> ExternalTables:
        """A new connection to what is kept."""
        from wavehouse.catalog.glue_tables import GlueTables

        return GlueTables(self._setting)

    def go(self) -> None:
        """The server is stopped."""
        self._server.stop()

    def come_back(self) -> None:
        """The server is there again."""
        self._server.start()
