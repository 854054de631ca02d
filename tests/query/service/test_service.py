"""Queries that come at once, are cancelled early, end late, or have nowhere to be kept."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.query.conftest import FakeSource

from wavehouse.core.columns import Column
from wavehouse.core.errors import OutsideError, QueryError
from wavehouse.core.table_head import ExternalFile, ExternalScan, TableHead
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.query.estimate import TableScan
from wavehouse.query.sandbox.pool import Pool
from wavehouse.query.sandbox.worker import Limits
from wavehouse.query.service.execution import USER, Execution
from wavehouse.query.service.history import QueryHistory
from wavehouse.query.service.live import Asked
from wavehouse.query.service.planning import Planner
from wavehouse.query.service.plans import Planned
from wavehouse.query.service.results import Results
from wavehouse.query.service.service import QueryService

_TRACKS = "SELECT max(track_name) FROM spotify.tracks"
_LONG = "SELECT count(*) FROM range(10000000000) a, range(1000000000) b"


class Slow(Planner):
    """Plans and counts when it is told to, or takes for ever."""

    plans = counts = ""  # the engine's SQL that is run first

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.may_plan, self.may_count = threading.Event(), threading.Event()
        self.may_plan.set()
        self.may_count.set()

    def plan(self, execution: Execution, text: str) -> Planned:
        self.may_plan.wait(60)
        if self.plans:
            self._mine().rows(self.plans)
        return super().plan(execution, text)

    def scans(self, planned: Planned) -> Sequence[TableScan]:
        self.may_count.wait(60)
        if self.counts:
            self._mine().rows(self.counts)
        return super().scans(planned)


class Made:
    """A service with its parts."""

    def __init__(self, service: QueryService, planner: Slow, pool: Pool) -> None:
        self.service, self.planner, self.pool = service, planner, pool

    def end_of(self, id_: str) -> Execution:
        if (ended := self.service.ended(id_)) is not None:
            ended.result(60)
        found = self.service.get(id_)
        assert found is not None
        return found

    def run(self, sql: str, **given: Any) -> Execution:
        return self.end_of(self.service.start(Asked(sql, **given)))


@pytest.fixture
def make(tables: FakeSource, tmp_path: Path) -> Iterator[Callable[..., Made]]:
    made: list[Made] = []

    def making(*, source: FakeSource = tables, seconds: float = 60, queue: int = 100, **given: Any) -> Made:
        planner = Slow(source, lambda: DuckDBEngine(memory=200_000_000, scratch=tmp_path, threads=1))
        pool = Pool(Limits(300_000_000, seconds, threads=1), 1, queue)
        history = QueryHistory(tmp_path / "queries")
        made.append(Made(QueryService(planner, pool, history, "s3://results/", **given), planner, pool))
        return made[-1]

    yield making
    for one in made:
        one.planner.may_plan.set()
        one.planner.may_count.set()
        one.service.close()


def _at_once(work: Callable[[], Any], times: int) -> list[Any]:
    """What `work` gives in several threads that begin together; what it raises."""
    together, found = threading.Barrier(times), []

    def one() -> None:
        together.wait(30)
        try:
            found.append(work())
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def _slowly(monkeypatch: pytest.MonkeyPatch, made: Made) -> None:
    """Let it take a while until a query is begun, so that another one can come between."""
    text = made.planner.text

    def slow(execution: Execution) -> str:
        threading.Event().wait(0.2)
        return text(execution)

    monkeypatch.setattr(made.planner, "text", slow)


def test_a_token_is_one_query_however_often_it_comes_at_once(
    make: Callable[..., Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make()
    _slowly(monkeypatch, made)
    ids = _at_once(lambda: made.service.start(Asked("SELECT 1", token="t" * 32)), 8)
    assert len(ids) == 8
    assert len({*ids}) == 1
    assert made.end_of(ids[0]).state == "SUCCEEDED"
    assert len(made.service.listed()) == 1


def test_a_token_of_a_query_that_was_refused_may_come_again(make: Callable[..., Made]) -> None:
    made = make()
    for _ in range(2):
        with pytest.raises(QueryError):
            made.service.start(Asked("SELECT 1 1", token="t" * 32))
    assert made.run("SELECT 1", token="t" * 32).state == "SUCCEEDED"


def test_no_more_are_taken_than_may_wait(make: Callable[..., Made], monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(queue=1)
    _slowly(monkeypatch, made)
    made.planner.may_plan.clear()
    found = _at_once(lambda: made.service.start(Asked("SELECT 1")), 8)
    assert sum(isinstance(one, OutsideError) for one in found) == 6
    made.planner.may_plan.set()
    for id_ in found:
        if isinstance(id_, str):
            assert made.end_of(id_).state == "SUCCEEDED"


def test_a_query_that_fails_leaves_no_part_of_an_answer(make: Callable[..., Made]) -> None:
    made = make()
    numbers = " CROSS JOIN ".join(f"UNNEST(sequence(1, 100)) AS t{at}(n{at})" for at in range(3))
    sql = f"SELECT CAST(CASE WHEN n0 * n1 * n2 = 970299 THEN 'x' ELSE '1' END AS integer) FROM {numbers}"
    failed = made.run(sql)
    assert failed.state == "FAILED", failed
    assert not made.service.results.exists(failed.id)
    assert list(made.service.results.folder.glob(f"{failed.id}*")) == []


def test_an_answer_that_is_too_large_ends_the_query_and_no_other(
    make: Callable[..., Made], tmp_path: Path
) -> None:
    made = make(results=Results(tmp_path / "results", most=100_000))
    failed = made.run("SELECT n FROM UNNEST(sequence(1, 10000)) AS a(n) CROSS JOIN UNNEST(sequence(1, 1000))")
    assert failed.state == "FAILED"
    assert "more than the 0 MB" in failed.reason
    assert failed.failure is not None
    assert (failed.failure.category, failed.failure.retryable) == (USER, False)
    assert made.run("SELECT 1").state == "SUCCEEDED"


def test_times_beyond_those_of_python_are_answered(make: Callable[..., Made]) -> None:
    made = make()
    one = made.run("SELECT date_add('year', 9000, TIMESTAMP '2020-01-01 00:00:00.500')")
    assert made.service.page(one, 0, 5) == [["+11020-01-01 00:00:00.500"]]


def test_an_answer_does_not_wait_for_its_bytes(make: Callable[..., Made], tmp_path: Path) -> None:
    made = make()
    made.planner.may_count.clear()
    began = time.monotonic()
    one = made.run(_TRACKS)
    assert time.monotonic() - began < 30
    assert (one.state, one.scanned_bytes) == ("SUCCEEDED", 0)
    assert "counted still" in one.reason
    made.planner.may_count.set()
    made.service.close()
    kept = QueryHistory(tmp_path / "queries").get(one.id)
    assert kept is not None
    assert (kept.state, kept.reason) == ("SUCCEEDED", "")
    assert kept.scanned_bytes > 0


def test_planning_can_be_cancelled(make: Callable[..., Made]) -> None:
    made = make()
    made.planner.plans = _LONG
    id_ = made.service.start(Asked(_TRACKS))
    began = time.monotonic()
    made.service.stop(id_)
    assert made.end_of(id_).state == "CANCELLED"
    assert time.monotonic() - began < 30
    made.planner.plans = ""
    assert made.run(_TRACKS).state == "SUCCEEDED"


def test_a_query_that_nobody_is_at_yet_is_cancelled_at_once(make: Callable[..., Made]) -> None:
    made = make()
    made.planner.may_plan.clear()
    several = [made.service.start(Asked("SELECT 1")) for _ in range(3)]
    made.service.stop(several[-1])
    assert made.end_of(several[-1]).state == "CANCELLED"
    made.planner.may_plan.set()
    assert [made.end_of(id_).state for id_ in several] == ["SUCCEEDED", "SUCCEEDED", "CANCELLED"]


@pytest.mark.parametrize("what", ["plans", "counts"])
def test_planning_is_under_the_clock(make: Callable[..., Made], what: str) -> None:
    made = make(seconds=1, cutoff=lambda _: None)
    setattr(made.planner, what, _LONG)
    one = made.run(_TRACKS)
    assert one.state == "FAILED"
    assert "took longer than the 1 seconds" in one.reason
    setattr(made.planner, what, "")
    assert made.run(_TRACKS).state == "SUCCEEDED"


def test_counting_is_under_the_clock_behind_an_answer(make: Callable[..., Made], tmp_path: Path) -> None:
    made = make(seconds=2)
    made.planner.counts = _LONG
    one = made.run(_TRACKS)
    assert one.state == "SUCCEEDED"
    made.planner.counts = ""
    assert made.run("SELECT 1").state == "SUCCEEDED"
    made.service.close()
    kept = QueryHistory(tmp_path / "queries").get(one.id)
    assert kept is not None
    assert (kept.state, "not counted" in kept.reason) == ("SUCCEEDED", True)


def test_a_file_that_is_no_parquet_is_not_to_be_tried_again(
    make: Callable[..., Made], tmp_path: Path
) -> None:
    path, name, columns = tmp_path / "bad" / "x.parquet", TableName("a", "b"), (Column("x", "string"),)
    path.parent.mkdir()
    path.write_text("this is no parquet at all")
    scan = ExternalScan("parquet", columns, (), [ExternalFile(str(path), 25)])
    head = TableHead(name, columns, str(path.parent), 0, 1, 25, None, scan=lambda _: scan)
    made = make(source=FakeSource({name: head}), cutoff=lambda _: None)
    one = made.run("SELECT x FROM a.b")
    assert one.state == "FAILED"
    assert one.failure is not None
    assert (one.failure.category, one.failure.retryable) == (USER, False)
    assert "went wrong inside" not in one.reason


def test_who_is_told_of_the_end_finds_it_in_the_history(
    make: Callable[..., Made], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The process may be killed before the record is kept for good."""
    made, may_save = make(), threading.Event()
    monkeypatch.setattr(made.service.history, "settle", lambda _: may_save.wait(60))
    one = made.run("SELECT 1")
    kept = QueryHistory(tmp_path / "queries").get(one.id)
    may_save.set()
    assert kept is not None
    assert (kept.state, kept.rows) == ("SUCCEEDED", 1)


def test_a_history_that_cannot_be_written_fails_no_query(make: Callable[..., Made], tmp_path: Path) -> None:
    (tmp_path / "queries").write_text("in the way")
    made = make(results=Results(tmp_path / "results"))
    one = made.run("SELECT 1 AS n")
    assert one.state == "SUCCEEDED"
    assert made.service.page(one, 0, 5) == [["1"]]


def test_nobody_waits_while_the_history_is_read(
    make: Callable[..., Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, may_read, reads = make(), threading.Event(), threading.Event()
    first = made.run(_TRACKS)
    newest = made.service.history.newest

    def slow(limit: int | None = None) -> Iterator[Execution]:
        reads.set()
        may_read.wait(60)
        return newest(limit)

    monkeypatch.setattr(made.service.history, "newest", slow)
    id_ = made.service.start(Asked("SELECT min(track_name) FROM spotify.tracks", reuse=60))
    assert reads.wait(30)
    known = []
    asking = threading.Thread(target=lambda: known.append(made.service.get(first.id)), daemon=True)
    asking.start()
    asking.join(10)
    may_read.set()
    assert known
    assert made.end_of(id_).state == "SUCCEEDED"


def test_answers_of_before_and_of_now_are_given_again(make: Callable[..., Made]) -> None:
    before = make()
    first = before.run(_TRACKS)
    before.service.close()
    made = make()
    again = made.run(_TRACKS, reuse=60)
    assert again.reused == first.id
    other = "SELECT min(track_name) FROM spotify.tracks"
    now = made.run(other)
    assert made.run(other, reuse=60).reused == now.id


def test_what_closes_tells_what_it_cancels(make: Callable[..., Made], tmp_path: Path) -> None:
    made = make()
    made.planner.plans = _LONG
    id_ = made.service.start(Asked(_TRACKS))
    with contextlib.closing(made.service):
        pass
    kept = QueryHistory(tmp_path / "queries").get(id_)
    assert kept is not None
    assert kept.state == "CANCELLED"
