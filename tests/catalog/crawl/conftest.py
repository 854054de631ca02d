"""An engine for the crawler."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import Engine


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for all tests: none of them leaves anything in it."""
    engine = DuckDBEngine(memory=500_000_000, scratch=tmp_path_factory.mktemp("scratch"), threads=2)
    yield engine
    engine.close()
