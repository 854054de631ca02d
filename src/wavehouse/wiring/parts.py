"""What the commands share: the engine, and the lake that the settings name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavehouse.settings import Settings

if TYPE_CHECKING:
    from wavehouse.engines.engine import Engine
    from wavehouse.lake.head import LakeHead
    from wavehouse.lake.layout import LakeLayout

Document = dict[str, Any]

# Bytes that the engine may use before it spills (measured: docs/benchmarks.md).
_MOST_MEMORY = 2_000_000_000


def open_engine(scratch: Path) -> Engine:
    """DuckDB with at most half of the machine's memory; what does not fit spills to `scratch`."""
    from wavehouse.engines.duckdb_engine import DuckDBEngine

    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return DuckDBEngine(memory=min(_MOST_MEMORY, physical // 2), scratch=scratch)


@contextmanager
def an_engine() -> Iterator[Engine]:
    """An engine for questions; its scratch space is gone afterwards."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="wavehouse-") as scratch:
        engine = open_engine(Path(scratch))
        try:
            yield engine
        finally:
            engine.close()


def layout_of(settings: Settings) -> LakeLayout:
    """The lake that must be there."""
    from wavehouse.lake.layout import lake_at

    return lake_at(settings.lake)


def head_of(settings: Settings) -> LakeHead:
    """The tables of the lake that must be there."""
    from wavehouse.lake.head import LakeHead

    return LakeHead(layout_of(settings))
