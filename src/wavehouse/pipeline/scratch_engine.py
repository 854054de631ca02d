"""An engine for one piece of work on a lake, with scratch space that is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from wavehouse.engines.engine import Engine
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.run import OpenEngine


@contextmanager
def engine_for(layout: LakeLayout, work: str, open_engine: OpenEngine) -> Iterator[Engine]:
    """The engine; `work` names its folder below the lake's scratch space."""
    scratch = layout.scratch / work
    scratch.mkdir(parents=True, exist_ok=True)
    engine = open_engine(scratch, layout.s3)
    try:
        yield engine
    finally:
        engine.close()
        scratch.rmdir()
