"""Statements of several askers: they wait, are cancelled, die, and others are answered all the same."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.query.sandbox.conftest import ROWS, Grounds

from wavehouse.core.errors import OutsideError, QueryError
from wavehouse.query.sandbox.pool import Pool
from wavehouse.query.sandbox.worker import Limits

_ENDLESS = "SELECT * FROM range(1000000000000)"
_LONG = "SELECT count(*) FROM range(10000000000) a, range(1000000000) b"


def _rows(reader: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reader.read_all().to_pylist()
    return rows


@pytest.fixture
def pool() -> Iterator[Callable[..., Pool]]:
    made: list[Pool] = []

    def make(slots: int = 2, queue: int = 100, seconds: float = 60.0, threads: int = 1) -> Pool:
        made.append(Pool(Limits(300_000_000, seconds, threads), slots, queue))
        return made[-1]

    yield make
    for one in made:
        one.close()


def _count(grounds: Grounds) -> tuple[str, frozenset[str]]:
    sql = f"SELECT count(*) AS n FROM read_parquet('{grounds.data}')"
    return sql, frozenset([str(grounds.folder)])


def test_many_statements_are_answered_by_few_processes(pool: Callable[..., Pool], grounds: Grounds) -> None:
    few = pool(2)
    asked = [few.submit(*_count(grounds), _rows) for _ in range(20)]
    assert [one.result.result(60) for one in asked] == [[{"n": ROWS}]] * 20
    assert {one.state for one in asked} == {"ended"}


def test_one_that_is_cancelled_ends_at_once_and_hinders_nobody(
    pool: Callable[..., Pool], grounds: Grounds
) -> None:
    one = pool(1)
    running = one.submit(_LONG, frozenset(), _rows)
    waiting = one.submit(_LONG, frozenset(), _rows)
    last = one.submit(*_count(grounds), _rows)
    while running.state == "queued":
        threading.Event().wait(0.01)
    one.cancel(waiting)
    with pytest.raises(QueryError, match="cancelled"):
        waiting.result.result(1)
    one.cancel(running)
    with pytest.raises(QueryError, match="cancelled"):
        running.result.result(10)
    assert last.result.result(60) == [{"n": ROWS}]
    one.cancel(last)  # it has its answer
    assert last.result.result() == [{"n": ROWS}]


def test_one_that_takes_too_long_is_ended(pool: Callable[..., Pool], grounds: Grounds) -> None:
    one = pool(1, seconds=1)
    late = one.submit(_LONG, frozenset(), _rows)
    with pytest.raises(QueryError, match="took longer than the 1 seconds"):
        late.result.result(30)
    assert one.submit(*_count(grounds), _rows).result.result(60) == [{"n": ROWS}]


def test_those_that_run_at_once_share_the_processors(pool: Callable[..., Pool]) -> None:
    both = pool(2, threads=2)
    threads = "SELECT current_setting('threads') AS n"
    assert both.submit(threads, frozenset(), _rows).result.result(60) == [{"n": 2}]
    other = both.submit(_LONG, frozenset(), _rows)
    # (It counts from the moment that it is asked for.)
    assert both.submit(threads, frozenset(), _rows).result.result(60) == [{"n": 1}]
    both.cancel(other)
    with pytest.raises(QueryError, match="cancelled"):
        other.result.result(10)
    assert both.submit(threads, frozenset(), _rows).result.result(60) == [{"n": 2}]


def test_too_many_are_told_to_come_again(pool: Callable[..., Pool]) -> None:
    one = pool(1, queue=2)
    first = one.submit(_LONG, frozenset(), _rows)
    while first.state == "queued":
        threading.Event().wait(0.01)
    for _ in range(2):
        one.submit(_LONG, frozenset(), _rows)
    with pytest.raises(OutsideError, match="2 queries wait already"):
        one.submit(_LONG, frozenset(), _rows)


def test_a_folder_that_came_later_can_be_read(
    pool: Callable[..., Pool], grounds: Grounds, tmp_path: Path
) -> None:
    one = pool(1)
    assert one.submit(*_count(grounds), _rows).result.result(60) == [{"n": ROWS}]
    (tmp_path / "new.parquet").write_bytes(grounds.data.read_bytes())
    sql = f"SELECT count(*) AS n FROM read_parquet('{tmp_path}/new.parquet')"
    with pytest.raises(QueryError, match="Cannot access file"):
        one.submit(sql, frozenset(), _rows).result.result(60)
    assert one.submit(sql, frozenset([str(tmp_path)]), _rows).result.result(60) == [{"n": ROWS}]


def _first(reader: Any) -> int:
    rows: int = next(iter(reader)).num_rows
    return rows


def test_a_reader_may_have_enough(pool: Callable[..., Pool]) -> None:
    one = pool(1)
    assert 0 < one.submit("SELECT * FROM range(1000000)", frozenset(), _first).result.result(60) <= 10_000
    assert one.submit("SELECT 1 AS n", frozenset(), _rows).result.result(60) == [{"n": 1}]


def test_what_a_reader_leaves_is_under_the_clock(pool: Callable[..., Pool]) -> None:
    """It must be read before the process is asked again."""
    one = pool(1, seconds=2)
    with pytest.raises(QueryError, match="took longer"):
        one.submit(_ENDLESS, frozenset(), _first).result.result(30)


def test_rows_are_read_as_they_come(pool: Callable[..., Pool]) -> None:
    one = pool(1, seconds=30)
    came: list[int] = []

    def some(reader: Any) -> None:
        for batch in reader:
            came.append(batch.num_rows)
            if len(came) == 3:
                raise ValueError("enough")

    began = time.monotonic()
    with pytest.raises(ValueError, match="enough"):
        one.submit(_ENDLESS, frozenset(), some).result.result(60)
    assert time.monotonic() - began < 25  # (nobody waits for the rows that nobody wants)
    assert len(came) == 3


@pytest.mark.parametrize("error", [ValueError("not a disk"), OSError(28, "No space left on device")])
def test_no_statement_gets_rows_of_the_one_before(pool: Callable[..., Pool], error: Exception) -> None:
    one = pool(1)

    def failing(reader: Any) -> None:
        next(iter(reader))
        raise error

    with pytest.raises(type(error), match=str(error.args[-1])):
        one.submit("SELECT 'first' AS who FROM range(100000)", frozenset(), failing).result.result(60)
    for who in ("second", "third"):
        assert one.submit(f"SELECT '{who}' AS who", frozenset(), _rows).result.result(60) == [{"who": who}]


def test_a_failure_among_the_rows_is_told(pool: Callable[..., Pool]) -> None:
    one = pool(1)
    sql = "SELECT CAST(CASE WHEN range = 900000 THEN 'x' ELSE '1' END AS INTEGER) AS n FROM range(1000000)"
    with pytest.raises(QueryError, match="Could not convert string 'x'"):
        one.submit(sql, frozenset(), _rows).result.result(60)
    assert one.submit("SELECT 1 AS n", frozenset(), _rows).result.result(60) == [{"n": 1}]


def test_what_closes_leaves_no_process_and_no_file() -> None:
    one = Pool(Limits(300_000_000, 60, threads=1), 2)
    running = one.submit(_LONG, frozenset(), _rows)
    while running.state == "queued" or running.worker is None:
        threading.Event().wait(0.01)
    scratch = running.worker._scratch.path
    assert scratch.is_dir()
    began = time.monotonic()
    one.close()
    assert time.monotonic() - began < 20  # (not when its time is up)
    with pytest.raises(QueryError, match="cancelled"):
        running.result.result(0)
    assert not scratch.exists()
    with pytest.raises(OutsideError):
        one.submit(_LONG, frozenset(), _rows)
