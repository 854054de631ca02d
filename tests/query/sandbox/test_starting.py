"""Processes that cannot be started, and what those leave that are killed: nobody else is hindered by it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wavehouse.core.errors import OutsideError
from wavehouse.query.sandbox import pool as pools
from wavehouse.query.sandbox import worker as workers
from wavehouse.query.sandbox.clock import Clock
from wavehouse.query.sandbox.pool import Pool
from wavehouse.query.sandbox.worker import Limits, Worker

_LIMITS = Limits(300_000_000, 20, threads=1)


def _rows(reader: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reader.read_all().to_pylist()
    return rows


def _one(pool: Pool, folders: frozenset[str] = frozenset()) -> Any:
    return pool.submit("SELECT 1 AS n", folders, _rows).result.result(60)


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(_LIMITS, 1)
    yield made
    made.close()


def test_a_query_ends_that_got_no_folder_to_spill_to(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
        with pytest.raises(OutsideError, match=r"did not start \(No such file or directory\)"):
            _one(pool)
    assert _one(pool) == [{"n": 1}]


def test_a_query_ends_that_got_no_process(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path))
        patch.setattr(sys, "executable", str(tmp_path / "python"))
        with pytest.raises(OutsideError, match=r"did not start \(No such file or directory\)"):
            _one(pool)
        assert list(tmp_path.iterdir()) == []
    assert _one(pool) == [{"n": 1}]


def test_a_process_that_nobody_waits_for_need_not_start(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Worker] = []

    def start(*args: Any, **options: Any) -> Worker:
        if started:
            raise OutsideError("the process that runs queries did not start (No space left on device)")
        started.append(Worker(*args, **options))
        return started[0]

    monkeypatch.setattr(pools, "Worker", start)
    assert _one(pool) == [{"n": 1}]
    assert _one(pool) == [{"n": 1}]


def test_it_is_told_why_a_process_did_not_start() -> None:
    worker = Worker(Limits(1, 20, threads=1), frozenset())
    try:
        with pytest.raises(OutsideError, match=r"did not start \(.*allocate"):
            worker.answer("SELECT 1", _rows)
        assert not worker.is_alive
    finally:
        worker.close()


def test_a_folder_that_cannot_be_opened_hinders_no_other(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    below = frozenset([str(tmp_path / "file" / "folder"), str(tmp_path / ("x" * 300))])
    pool.prepare(below)
    assert _one(pool) == [{"n": 1}]
    assert _one(pool, below) == [{"n": 1}]
    assert _one(pool) == [{"n": 1}]


def test_a_process_that_was_told_to_end_runs_nothing_more() -> None:
    """The answer was there already when it was told so."""
    worker = Worker(_LIMITS, frozenset())
    try:
        assert worker.answer("SELECT 1 AS n", _rows) == [{"n": 1}]
        worker.cancel()
        assert not worker.is_alive
    finally:
        worker.close()


def test_a_clock_that_strikes_late_is_not_the_next_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    strikes: list[Callable[[], None]] = []

    class Slow(Clock):
        def __init__(self, seconds: float, late: Callable[[], None]) -> None:
            super().__init__(seconds, late)
            strikes.append(late)

    monkeypatch.setattr(workers, "Clock", Slow)
    worker = Worker(_LIMITS, frozenset())
    try:
        worker.answer("SELECT 1 AS n", _rows)
        for strike in strikes:
            strike()
        assert worker.is_alive
        assert worker.answer("SELECT 2 AS n", _rows) == [{"n": 2}]
    finally:
        worker.close()


_KILLED = """
import os, signal
from wavehouse.query.sandbox.worker import Limits, Worker
worker = Worker(Limits(300_000_000, 20, threads=1), frozenset())
worker.answer("SELECT 1", lambda reader: reader.read_all())
scratch = getattr(worker._scratch, "path", worker._scratch)
(scratch / "spilled").write_bytes(b"x")
print(scratch, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nothing_is_left_of_those_that_were_killed() -> None:
    done = subprocess.run([sys.executable, "-c", _KILLED], capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    scratch = Path(done.stdout.strip())
    end = time.monotonic() + 30
    while scratch.exists() and any(scratch.iterdir()):
        assert time.monotonic() < end, "what was spilled is there still"
        time.sleep(0.05)
    os.utime(scratch, (1, 1))
    other = Worker(_LIMITS, frozenset())
    try:
        held = other._scratch.path
        os.utime(held, (1, 1))
        Pool(_LIMITS, 1).close()
        assert not scratch.exists()
        assert held.is_dir()
    finally:
        other.close()
