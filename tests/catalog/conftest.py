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
def one_postgres() -> Iterator[PostgresServer]:
    """One Postgres server for all tests of a worker."""
    require_postgres()
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres(one_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> PostgresServer:
    """That server, whose password stands where libpq looks for it."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return one_postgres


@pytest.fixture(scope="session")
def one_moto() -> Iterator[MotoServer]:
    """One moto server for all tests of a worker."""
    with moto_server() as server:
        yield server


@pytest.fixture
def moto(one_moto: MotoServer, monkeypatch: pytest.MonkeyPatch) -> MotoServer:
    """That server, with credentials for it.

    They are there for one test: a worker's next tests may talk to a bucket, which has credentials of its own.
    """
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return one_moto


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
