"""The only place that chooses implementations and hands them down."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.project.project import Project
from wavehouse.settings import Settings

if TYPE_CHECKING:
    from wavehouse.core.progress import Progress
    from wavehouse.core.run_record import RunRecord
    from wavehouse.engines.engine import Engine
    from wavehouse.lake.head import LakeHead
    from wavehouse.pipeline.run import RunOptions

_MOST_MEMORY = 1_200_000_000  # bytes; with what the process needs besides, a run stays below 1.5 GB


def open_engine(scratch: Path) -> Engine:
    """DuckDB with at most half of the machine's memory; what does not fit spills to `scratch`."""
    from wavehouse.engines.duckdb_engine import DuckDBEngine

    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return DuckDBEngine(memory=min(_MOST_MEMORY, physical // 2), scratch=scratch)


@contextmanager
def reading_engine() -> Iterator[Engine]:
    """An engine for questions; its scratch space is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="wavehouse-") as scratch:
        engine = open_engine(Path(scratch))
        try:
            yield engine
        finally:
            engine.close()


def run_pipeline(settings: Settings, options: RunOptions, progress: Progress) -> RunRecord:
    """Run the project's pipeline on the lake."""
    from wavehouse.pipeline.run import run

    return run(settings.lake, Project.at(settings.project), open_engine, progress, options)


def lake_head(settings: Settings) -> LakeHead:
    """The tables of the lake; raises `CallError` where there is no lake."""
    from wavehouse.lake.head import LakeHead
    from wavehouse.lake.layout import lake_at

    return LakeHead(lake_at(settings.lake))
