"""Runs of workflows: what follows from what, what is tried again, and what is recorded."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.schedules.projects import Bench

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.pipeline.schedules.definition import History
from wavehouse.pipeline.schedules.record import WorkflowRun
from wavehouse.pipeline.schedules.runner import Done

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_FLOW = """
workflows:
  - name: flow
    trigger: {type: ON_DEMAND}
    steps:
      - {name: a, action: compact}
      - {name: b, action: compact}
      - {name: both, action: compact, trigger: {conditions: [{step: a}, {step: b}]}}
      - name: either
        action: compact
        trigger: {logical: ANY, conditions: [{step: a, state: FAILED}, {step: b, state: TIMEOUT}]}
      - {name: after, action: compact, trigger: {conditions: [{step: both}]}}
"""
_AGAIN = """
workflows:
  - name: flow
    trigger: {type: ON_DEMAND}
    steps: [{name: a, action: compact, retries: {times: 3, wait: 0, factor: 2}}]
"""


def test_steps_follow_from_all_that_they_wait_for(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _FLOW, _NOW)
    run = bench.run("flow")
    assert [name for name, _ in bench.done] == ["a", "b", "both", "after"]
    assert run.state == "SUCCEEDED"
    assert run.step("either").state == "NOT_STARTED"


@pytest.mark.parametrize(("step", "state"), [("a", "FAILED"), ("b", "TIMEOUT")])
def test_steps_follow_from_one_of_several_failures_and_the_run_has_failed(
    tmp_path: Path, step: str, state: str
) -> None:
    bench = Bench(tmp_path, _FLOW, _NOW)
    bench.answers[step] = [Done(state, error="the disk is full")]  # type: ignore[arg-type]
    run = bench.run("flow")
    assert [name for name, _ in bench.done] == ["a", "b", "either"]
    assert run.state == state
    assert run.error == f"{step}: the disk is full"


def test_what_may_go_another_way_is_tried_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _AGAIN, _NOW)
    bench.answers["a"] = [Done("FAILED", again=True, error="away"), Done("TIMEOUT", again=True)]
    run = bench.run("flow")
    assert (run.state, run.step("a").attempts, run.error) == ("SUCCEEDED", 3, "")


def test_what_cannot_go_another_way_is_not_and_nothing_more_often_than_said(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _AGAIN, _NOW)
    bench.answers["a"] = [Done("FAILED", error="a rule stops it")]
    assert bench.run("flow").step("a").attempts == 1
    bench.answers["a"] = [Done("FAILED", again=True, error="away") for _ in range(9)]
    run = bench.run("flow")
    assert (run.state, run.step("a").attempts) == ("FAILED", 4)


def test_pauses_grow_up_to_the_longest(tmp_path: Path) -> None:
    text = _AGAIN.replace("wait: 0, factor: 2", "wait: 10, factor: 3, longest: 60")
    retries = Bench(tmp_path, text, _NOW).schedules.workflow("flow").steps[0].retries
    assert [retries.pause(attempt) for attempt in (1, 2, 3)] == [10, 30, 60]


def test_a_run_that_is_told_to_end_is_gone_on_with_where_it_was(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _FLOW, _NOW)

    def stopped(*_: object) -> Done:
        bench.runner.stop.set()
        return Done("STOPPED", error="it was told to end")

    bench.answers = {}
    before = bench.runner._perform
    bench.runner._perform = lambda step, *rest: stopped() if step.name == "b" else before(step, *rest)
    run = bench.run("flow")
    assert (run.state, run.step("a").state, run.step("b").state) == ("RUNNING", "SUCCEEDED", "WAITING")
    bench.start()
    again = bench.run("flow")
    assert (again.run_id, again.state, again.resumed) == (run.run_id, "SUCCEEDED", 1)
    assert [name for name, _ in bench.done] == ["a", "b", "both", "after"]


def test_what_the_preparation_of_a_step_meets_is_tried_again_and_told(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _AGAIN, _NOW)
    before, met = bench.runner._perform, [OSError(28, "No space left on device"), OutsideError("it is away")]

    def perform(*given: Any) -> Done:
        if met:
            raise met.pop(0)
        return before(*given)

    bench.runner._perform = perform
    run = bench.run("flow")
    assert (run.state, run.step("a").attempts) == ("SUCCEEDED", 3)
    met += [OutsideError("it is away")] * 4
    run = bench.run("flow")
    assert (run.state, run.step("a").attempts, run.error) == ("FAILED", 4, "a: it is away.")


def test_a_kill_between_two_attempts_leaves_the_others_to_whoever_goes_on(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _AGAIN, _NOW)
    bench.answers["a"] = [Done("FAILED", again=True, error="away")]

    def killed(_: float) -> bool:
        raise KeyboardInterrupt

    bench.runner.stop.wait = killed  # type: ignore[assignment, method-assign]
    with pytest.raises(KeyboardInterrupt):
        bench.run("flow")
    bench.start()
    run = bench.run("flow")
    assert (run.state, run.resumed, run.step("a").attempts) == ("SUCCEEDED", 1, 2)


def test_records_of_one_workflow_make_no_room_for_those_of_another(tmp_path: Path) -> None:
    other = _AGAIN.replace("workflows:\n", "").replace("name: flow", "name: often")
    bench = Bench(tmp_path, _AGAIN + other, _NOW)
    rare = bench.run("flow").run_id
    going = WorkflowRun.begun("often", "EVENT", _NOW)
    bench.store.save(going)
    for _ in range(4):
        bench.now += timedelta(days=40)
        bench.run("often")
    bench.store.prune(History(keep=2, days=30), bench.now)
    left = [run.run_id for run in bench.store.runs()]
    assert rare in left
    assert going.run_id in left
    assert len(left) == 3


def test_the_log_has_a_line_of_json_for_each_thing_with_the_run(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _AGAIN, _NOW)
    bench.answers["a"] = [Done("FAILED", again=True, error="away"), Done("SUCCEEDED", told={"rows_in": 7})]
    run = bench.run("flow")
    lines = [json.loads(line) for line in bench.store.log_of(run.run_id).read_text("utf-8").splitlines()]
    assert {(line["run"], line["workflow"]) for line in lines} == {(run.run_id, "flow")}
    events = [(line["event"], line["level"]) for line in lines if line["event"] != "said"]
    assert events == [
        ("started", "info"), ("step started", "info"), ("step ended", "error"), ("retry", "warning"),
        ("step started", "info"), ("step ended", "info"), ("ended", "info"),
    ]  # fmt: skip
    assert bench.store.find(run.run_id).step("a").rows_in == 7


def test_records_are_kept_as_long_as_is_said(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _AGAIN, _NOW)
    runs = [bench.run("flow").run_id]
    bench.now = datetime(2026, 3, 1, tzinfo=UTC)
    runs += [bench.run("flow").run_id for _ in range(3)]
    bench.store.prune(History(keep=10, days=30), bench.now)
    assert {run.run_id for run in bench.store.runs()} == set(runs[1:])
    bench.store.prune(History(keep=1, days=30), bench.now)
    (left,) = bench.store.runs()
    assert [path.stem for path in (bench.store.folder / "logs").iterdir()] == [left.run_id]


def test_a_run_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _AGAIN, _NOW)
    first, second = bench.run("flow"), bench.run("flow")
    assert bench.store.find(first.run_id[:-1]).run_id == first.run_id
    with pytest.raises(CallError, match="begins 2 runs"):
        bench.store.find(second.run_id[:12])
    with pytest.raises(CallError, match="there is no run 'wr-x'"):
        bench.store.find("wr-x")


def test_a_run_that_takes_its_process_down_each_time_is_given_up(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _AGAIN, _NOW)

    def killed(*_: object) -> Done:
        raise SystemExit

    for _ in range(11):
        bench.start()
        bench.runner._perform = killed
        with pytest.raises(SystemExit):
            bench.run("flow")
    bench.start()
    run = bench.run("flow")
    assert (run.state, run.error) == ("FAILED", "a: it was cut off 11 times")
    assert not bench.done


def test_restarts_of_a_server_are_not_counted_as_cuts(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _AGAIN, _NOW)

    def told_to_end(*_: object) -> Done:
        bench.runner.stop.set()
        return Done("STOPPED", error="it was told to end")

    for _ in range(15):
        bench.start()
        bench.runner._perform = told_to_end
        assert bench.run("flow").state == "RUNNING"
    bench.start()
    run = bench.run("flow")
    assert (run.state, run.resumed, run.step("a").cut_off) == ("SUCCEEDED", 15, 0)


def test_the_day_of_a_run_is_that_of_its_time_zone() -> None:
    evening = datetime(2026, 1, 1, 20, tzinfo=UTC)
    assert WorkflowRun.begun("flow", "SCHEDULED", evening, "Asia/Tokyo").date == "2026-01-02"
