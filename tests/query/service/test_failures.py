"""Why a query failed: its category is that of what happened, whatever stands in the words."""

from __future__ import annotations

from pathlib import Path

import pytest

from wavehouse.core.errors import OutsideError
from wavehouse.query.sandbox.pool import Pool
from wavehouse.query.sandbox.worker import Limits
from wavehouse.query.service.execution import SYSTEM, USER, Failure
from wavehouse.query.service.failures import failure_of

LAKE = Path("/home/someone/my lake")
_LONG = "SELECT count(*) FROM range(100000) a, range(100000) b, range(100) c"
_LARGE = "SELECT len(string_agg(repeat(i::VARCHAR, 1000), '')) FROM range(10000000) t(i)"


def _failed(sql: str, limits: Limits) -> Failure:
    """How a statement fails in a process of its own."""
    pool = Pool(limits, 1)
    try:
        error = pool.submit(sql, frozenset(), lambda reader: reader.read_all()).result.exception(60)
    finally:
        pool.close()
    assert error is not None
    return failure_of(error, LAKE, ran=True)


def test_limits_are_known_by_what_they_are() -> None:
    late = _failed(_LONG, Limits(300_000_000, 0.5, threads=1))
    assert (late.category, late.type, late.retryable) == (SYSTEM, 206, False)
    large = _failed(_LARGE, Limits(200_000_000, 60, threads=1))
    assert (large.category, large.type, large.retryable) == (SYSTEM, 0, False)


@pytest.mark.parametrize("said", ["took longer", "needs more memory"])
def test_words_of_a_value_are_no_limit(said: str) -> None:
    failure = _failed(f"SELECT CAST('{said}' AS INTEGER)", Limits(300_000_000, 60, threads=1))
    assert (failure.category, failure.type) == (USER, 1001)
    failure = failure_of(OutsideError(f"no file '{said}'"), LAKE, ran=True)
    assert (failure.category, failure.retryable) == (SYSTEM, True)
