"""Puts a watch before every operation on storage, without a change in what is watched.

Watched are the calls that make up the path of a run: files by Python's own functions, Parquet files by
DuckDB's COPY, metadata by PyIceberg, and the catalog by SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.crash.points import Watch
from tests.crash.watched_files import FileCalls
from tests.crash.watched_tables import TableCalls


@contextmanager
def interposed(root: Path, watch: Watch) -> Iterator[None]:
    """Tell `watch` of what is done to the lake in `root`, until the end of the block."""
    patches = [*FileCalls(root, watch).patches(), *TableCalls(root, watch).patches()]
    kept = [(owner, name, getattr(owner, name)) for owner, name, _ in patches]
    try:
        for owner, name, replacement in patches:
            setattr(owner, name, replacement)
        yield
    finally:
        for owner, name, original in reversed(kept):
            setattr(owner, name, original)
