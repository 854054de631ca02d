"""The stores of external tables, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.catalog.stores import Store, sqlite

from wavehouse.core.data_catalog import ExternalTables

_STORES = {"sqlite": sqlite}


@pytest.fixture(params=list(_STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    with _STORES[request.param](tmp_path) as found:
        yield found


@pytest.fixture
def tables(store: Store) -> ExternalTables:
    """The external tables of an empty store."""
    return store.tables()
