"""An engine of the test's own, and one for those that only compute."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from wavehouse.engines.duckdb_engine import DuckDBEngine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDBEngine]:
    """A DuckDB engine."""
    made = DuckDBEngine(memory=500_000_000, scratch=tmp_path / "scratch", threads=2)
    yield made
    made.close()


@pytest.fixture(scope="session")
def calculator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """An engine for queries over no files and no tables: nothing stays in it."""
    made = DuckDBEngine(memory=500_000_000, scratch=tmp_path_factory.mktemp("scratch"), threads=1)
    yield made
    made.close()
