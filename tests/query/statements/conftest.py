"""A lake to run statements on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.query.statements.house import House

from wavehouse.engines.duckdb_engine import DuckDBEngine


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A new lake with music.songs and raw.plays."""
    engine = DuckDBEngine(memory=1_000_000_000, scratch=tmp_path / "scratch")
    made = House(tmp_path, engine)
    made.make()
    yield made
    engine.close()
