"""Why a query failed: its category is that of what happened, whatever stands in the words."""

from __future__ import annotations

from pathlib import Path

import pytest

from wavehouse.core.errors import OutsideError, QueryError, RejectedError, WavehouseError
from wavehouse.query.sandbox.pool import Pool
from wavehouse.query.sandbox.worker import Limits
from wavehouse.query.service.execution import SYSTEM, USER, Failure
from wavehouse.query.service.failures import failure_of

LAKE = Path("/srv/someones/my lake")
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


@pytest.mark.parametrize("ran", [False, True])
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (QueryError(f"'{LAKE}/files/a b/x' is no folder"), "'lake/files/a b/x' is no folder."),
        (
            QueryError('the query stopped: cannot open "/tmp/a b/c d.parquet"'),
            'the query stopped: cannot open "…".',
        ),
        (QueryError("no such file: /tmp/x/y.csv, or so"), "no such file: …, or so."),
        (QueryError("gone", where="/srv/someones/other place/a.parquet"), "…: gone."),
        (QueryError("gone", where=f"{LAKE}/warehouse/a.parquet"), "lake/warehouse/a.parquet: gone."),
        (OutsideError("gone", where="/srv/someones/other place/a.parquet"), "…: gone."),
        (RejectedError("gone", remedy="Look into /var/lib/it"), "gone. Look into …."),
        (QueryError("no /api/v1/ in '/a b/c'"), "no /api/v1/ in '/a b/c'."),
    ],
)
def test_no_path_of_the_machine_is_told(error: WavehouseError, said: str, ran: bool) -> None:
    sql = "SELECT regexp_like(x, '/api/v1/') OR x = '/a b/c'"
    assert failure_of(error, LAKE, ran=ran, sql=sql).message == said


def test_the_lake_is_known_by_its_real_path(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "lake").symlink_to("real")
    error = QueryError(f"no file {tmp_path}/real/x/y")
    assert failure_of(error, tmp_path / "lake", ran=False).message == "no file lake/x/y."
