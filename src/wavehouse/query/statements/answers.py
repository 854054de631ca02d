"""What statements answer: columns of texts, or how many rows were written."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from wavehouse.engines.engine import Row
from wavehouse.query.answer import Answer
from wavehouse.query.translate import ResultColumn


def texts(headings: Sequence[str], rows: Iterable[Row], started: float) -> Answer:
    """An answer whose columns are texts; `started` is of `time.perf_counter`."""
    columns = tuple(ResultColumn(heading, "varchar") for heading in headings)
    return Answer(columns, list(rows), 0, time.perf_counter() - started, False)


def count(rows: int, scanned: int, started: float) -> Answer:
    """How many rows a statement has written or changed, as Athena says it (column `rows`)."""
    return Answer((ResultColumn("rows", "bigint"),), [(rows,)], scanned, time.perf_counter() - started, False)


def nothing(started: float) -> Answer:
    """The answer of a statement that has none: no columns, no rows."""
    return Answer((), [], 0, time.perf_counter() - started, False)
