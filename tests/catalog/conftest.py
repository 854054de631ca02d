"""The stores of external tables, one after the other."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.catalog.moto_server import ENVIRONMENT, MotoServer, moto_server
from tests.catalog.postgres import PASSWORD, PostgresServer, postgres_server, require_postgres
from tests.catalog.stores import MotoGlue, Postgres, Sqlite, Store

from wavehouse.core.data_catalog import ExternalTables


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A Postgres server, whose password stands where libpq looks for it."""
    require_postgres()
    with pytest.MonkeyPatch.context() as patch, postgres_server() as server:
        patch.setenv("PGPASSWORD", PASSWORD)
        yield server


@pytest.fixture(scope="session")
def moto() -> Iterator[MotoServer]:
    """moto's server, with credentials for it."""
    with pytest.MonkeyPatch.context() as patch, moto_server() as server:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        yield server


@pytest.fixture
def database(postgres: PostgresServer) -> str:
    """The name of an empty database."""
    name = f"test_{uuid.uuid4().hex}"
    postgres.execute(f"CREATE DATABASE {name}")
    return name


def _sqlite(request: pytest.FixtureRequest) -> Store:
    folder: Path = request.getfixturevalue("tmp_path")
    return Sqlite(folder)


def _postgres(request: pytest.FixtureRequest) -> Store:
    return Postgres(request.getfixturevalue("postgres"), request.getfixturevalue("database"))


def _moto(request: pytest.FixtureRequest) -> Store:
    return MotoGlue(request.getfixturevalue("moto"))


_STORES: dict[str, Callable[[pytest.FixtureRequest], Store]] = {
    "sqlite": _sqlite,
    "postgres": _postgres,
    "glue-by-moto": _moto,
}


@pytest.fixture(params=list(_STORES))
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store of each kind."""
    return _STORES[request.param](request)


@pytest.fixture
def tables(store: Store) -> ExternalTables:
    """The external tables of an empty store."""
    return store.tables()
