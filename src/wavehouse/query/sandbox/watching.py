"""Which row groups the engine read for some work, told by the engine itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from wavehouse.engines.engine import Engine

T = TypeVar("T")

# A data file (its path) and the number of a row group in it.
RowGroupId = tuple[str, int]

_FILE = "file://"
# https://duckdb.org/docs/stable/operations_manual/logging/overview ; a row group that its statistics or a
# filter rule out is a SkipRowGroup, one in a file that is ruled out is not mentioned.
_LOGGED = """
    SELECT DISTINCT info['file'], CAST(info['row_group_id'] AS BIGINT)
    FROM duckdb_logs_parsed('PhysicalOperator') WHERE class = 'ParquetReader' AND event = 'ReadRowGroup'
"""


def watching(work: Callable[[], T], engine: Engine) -> tuple[T, frozenset[RowGroupId]]:
    """What some work of the engine gives, and the row groups that it read for it."""
    # Not behind the query: it may end with an error, or be interrupted.
    engine.execute("CALL truncate_duckdb_logs()")
    engine.execute("CALL enable_logging('PhysicalOperator')")
    try:
        given = work()
    finally:
        engine.execute("CALL disable_logging()")
    return given, frozenset((file.removeprefix(_FILE), group) for file, group in engine.rows(_LOGGED))
