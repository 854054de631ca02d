"""A step as a process: what it is told, what is heard of it, and that it ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import Wavehouse

from wavehouse.pipeline.schedules.definition import Step
from wavehouse.pipeline.schedules.record import WorkflowRun
from wavehouse.pipeline.schedules.runner import Done
from wavehouse.settings import read_settings
from wavehouse.wiring import schedule_steps
from wavehouse.wiring.schedule_answers import MOST_ROWS
from wavehouse.wiring.schedule_steps import StepProcesses

Perform = Callable[..., Done]


@pytest.fixture(scope="module")
def catalogue(
    tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]
) -> Wavehouse:
    """A small lake."""
    wavehouse = wavehouse_in(tmp_path_factory.mktemp("steps"))
    assert wavehouse("generate", "files", "--scale", "0.001").code == 0
    assert wavehouse("run", "--from", "files").code == 0
    return wavehouse


@pytest.fixture
def perform(tmp_path: Path, catalogue: Wavehouse) -> Perform:
    """Does a step on that lake, for one run."""
    (tmp_path / "lock").touch()
    record = WorkflowRun.begun("flow", "ON_DEMAND", datetime.now(UTC))
    heard: list[str] = []

    def perform(stop: threading.Event | None = None, **step: object) -> Done:
        steps = StepProcesses(read_settings(None, str(catalogue.cwd / "lake")))
        with (tmp_path / "lock").open() as lock:
            found = Step.model_validate({"name": "a", **step})
            return steps(found, record, heard.append, stop or threading.Event(), lock.fileno())

    return perform


def test_a_query_may_begin_with_a_comment_and_of_many_rows_the_first_are_asked_for(perform: Perform) -> None:
    done = perform(action="sql", sql="-- how many\nSELECT count(*) FROM spotify.tracks")
    assert (done.state, done.told["rows_out"]) == ("SUCCEEDED", 1)
    done = perform(
        action="sql", sql="SELECT 1 FROM UNNEST(sequence(1, 5000)) a CROSS JOIN UNNEST(sequence(1, 5000)) b"
    )
    assert (done.state, done.told["rows_out"]) == ("SUCCEEDED", MOST_ROWS)
    assert done.told["warnings"] == ["only the first 10,000 rows were asked for"]


def test_a_query_has_the_time_of_its_step(perform: Perform) -> None:
    slow = "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x) CROSS JOIN UNNEST(sequence(1, 10000)) b(y) "
    done = perform(
        action="sql", sql=slow + "CROSS JOIN UNNEST(sequence(1, 10000)) c(z) WHERE x * y % 7 = z", timeout=3
    )
    assert done.state in ("FAILED", "TIMEOUT")
    assert "3 s" in done.error


def test_a_statement_that_was_done_while_nobody_heard_of_it_is_not_done_again(
    catalogue: Wavehouse, perform: Perform
) -> None:
    make = {
        "action": "sql",
        "sql": "CREATE TABLE mine.t WITH (table_type = 'ICEBERG', is_external = false) AS SELECT 1 AS x",
    }
    insert = {"action": "sql", "sql": "INSERT INTO mine.t VALUES 2, 3", "name": "b"}
    for _ in range(2):
        assert perform(**make, write=True).state == "SUCCEEDED"
    first, again = (perform(**insert, write=True) for _ in range(2))
    assert (first.state, again.state) == ("SUCCEEDED", "SUCCEEDED")
    assert (first.told["rows_out"], again.told["rows_out"]) == (2, 0)
    rows = catalogue("sql", "SELECT x FROM mine.t ORDER BY x", "--json").json["rows"]
    assert rows == [[1], [2], [3]]


def test_of_statements_with_one_id_the_first_is_done(catalogue: Wavehouse) -> None:
    table = "CREATE TABLE mine.ids WITH (table_type = 'ICEBERG', is_external = false) AS SELECT 1 AS x"
    assert catalogue("sql", table, "--write", "--once", "make.it").code == 0
    for once in ("one", "one", "one.2", "two"):
        assert catalogue("sql", "INSERT INTO mine.ids VALUES 5", "--write", "--once", once).code == 0
    assert catalogue("sql", "SELECT count(*) FROM mine.ids", "--json").json["rows"] == [[4]]
    done = catalogue("sql", "INSERT INTO mine.ids VALUES 5", "--write", "--once", "../x")
    assert done.code == 2
    assert "is no id of a statement" in done.stderr


def test_what_a_step_has_started_and_left_behind_does_not_hold_its_run(
    perform: Perform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule_steps, "_LAST_WORDS", 0.5)
    left = "import subprocess, sys; subprocess.Popen(['sleep', '1000'], stdout=2); print('{{}}')"
    monkeypatch.setattr(schedule_steps, "_LIMITED", left)
    started = time.monotonic()
    assert perform(action="compact").state == "SUCCEEDED"
    assert time.monotonic() - started < 60


def test_a_step_that_goes_on_alone_is_ended_by_its_own_alarm(
    perform: Perform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a server that was killed: nobody waits for the step but its alarm."""
    monkeypatch.setattr(schedule_steps, "_GRACE", -0.25)
    code = schedule_steps._LIMITED.partition("runpy.run")[0] + "import time; time.sleep(1000)"
    monkeypatch.setattr(schedule_steps, "_LIMITED", code)
    monkeypatch.setattr(StepProcesses, "_wait", lambda _, process, *__: bool(process.wait(60)) and False)
    done = perform(action="compact", timeout=1)
    assert (done.state, done.again) == ("FAILED", True)
