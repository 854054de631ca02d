"""The clock: a year of it, what nobody was there for, and what a process that is gone has left."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.pipeline.schedules.projects import Bench

from wavehouse.core.errors import DefinitionError
from wavehouse.pipeline.schedules.arrivals import arrived
from wavehouse.pipeline.schedules.definition import Schedules, StartTrigger
from wavehouse.pipeline.schedules.due import due
from wavehouse.pipeline.schedules.runner import Done
from wavehouse.pipeline.schedules.store import Come
from wavehouse.query.first_word import READING, WRITING
from wavehouse.query.statements.run import STATEMENTS

_NIGHTLY = """
history: {{keep: 5}}
workflows:
  - name: nightly
    trigger: {{type: SCHEDULED, schedule: "30 2 * * *", timezone: Europe/Berlin, missed: {missed}}}
    steps: [{{name: compact, action: compact}}]
"""
_ARRIVALS = """
workflows:
  - name: arrivals
    trigger: {type: EVENT, folder: inbox, batch_size: 3, batch_window: 60, settle: 2}
    steps: [{name: load, action: run, files: ["${arrivals}"]}]
"""


def _nightly(folder: Path, now: datetime, missed: str = "coalesce") -> Bench:
    return Bench(folder, _NIGHTLY.format(missed=missed), now)


def _killed_at_night(folder: Path) -> Bench:
    """A clock whose process was killed in the middle of its first run, at 02:00."""
    bench = _nightly(folder, datetime(2026, 1, 1, tzinfo=UTC))
    bench.clock.tick()

    def killed(*_: object) -> Done:
        raise SystemExit

    bench.runner._perform = killed
    with pytest.raises(SystemExit):
        bench.move(hours=2)
    return bench


def test_a_year_of_a_clock_has_one_run_a_night_also_where_the_clocks_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # (Whether a disk has written it is not asked here, and would take a minute.)
    monkeypatch.setattr("os.fsync", lambda _: None)
    bench = _nightly(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))
    while bench.now < datetime(2027, 1, 1, tzinfo=UTC):
        bench.move(minutes=30)
    nights = Counter(when.astimezone(ZoneInfo("Europe/Berlin")).date() for _, when in bench.done)
    assert len(nights) == 365
    assert set(nights.values()) == {1}
    # And of its records the last ones are kept.
    assert [run.due[:10] for run in bench.store.runs()] == [f"2026-12-{day}" for day in (31, 30, 29, 28, 27)]


@pytest.mark.parametrize(
    ("missed", "runs"), [("coalesce", ["01-06"]), ("catch_up", [f"01-0{day}" for day in range(2, 7)])]
)
def test_what_a_machine_that_was_away_has_missed(tmp_path: Path, missed: str, runs: list[str]) -> None:
    bench = _nightly(tmp_path, datetime(2026, 1, 1, 12, tzinfo=UTC), missed)
    bench.clock.tick()
    bench.now += timedelta(days=5)
    bench.start()
    for _ in range(10):
        bench.move(seconds=1)
    found = list(reversed(bench.store.runs()))
    assert [run.due[5:10] for run in found] == runs
    assert found[0].others == (4 if missed == "coalesce" else 0)
    assert bool(found[0].warnings) == (missed == "coalesce")


def test_who_skips_what_was_missed_begins_again_with_the_next(tmp_path: Path) -> None:
    bench = _nightly(tmp_path, datetime(2026, 1, 1, 12, tzinfo=UTC), "skip")
    bench.clock.tick()
    bench.move(days=5)
    assert not bench.done
    bench.now = datetime(2026, 1, 7, 1, 29, 59, tzinfo=UTC)
    bench.move(seconds=1)
    bench.move(seconds=1)
    assert [f"{when:%m-%d}" for _, when in bench.done] == ["01-07"]


def test_the_past_before_a_workflow_was_there_is_nothing_that_was_missed(tmp_path: Path) -> None:
    bench = _nightly(tmp_path, datetime(2026, 1, 1, 1, 31, tzinfo=UTC), "catch_up")
    for _ in range(3):
        bench.move(minutes=1)
    assert not bench.done


def test_of_very_much_that_was_missed_the_last_is_made_up_for() -> None:
    trigger = StartTrigger(type="SCHEDULED", schedule="*/5 * * * *", missed="catch_up")
    now = datetime(2026, 1, 3, tzinfo=UTC)
    found = due(trigger, datetime(2026, 1, 1, tzinfo=UTC), now)
    assert found.at == now - timedelta(minutes=5 * 99)


def test_after_a_year_away_a_clock_looks_at_the_last_firings_alone() -> None:
    trigger = StartTrigger(type="SCHEDULED", schedule="* * * * *")
    now = datetime(2026, 1, 3, 0, 0, 30, tzinfo=UTC)
    started = time.process_time()
    found = due(trigger, now - timedelta(days=365), now)
    # (The half million of a year took a minute.)
    assert time.process_time() - started < 2
    assert found.at == now.replace(second=0)
    assert found.more
    assert found.others >= 100


def test_a_paused_workflow_begins_nothing_and_makes_up_for_nothing(tmp_path: Path) -> None:
    bench = _nightly(tmp_path, datetime.now(UTC))
    bench.clock.tick()
    bench.store.pause("nightly", paused=True)
    bench.move(days=3)
    assert not bench.done
    # (It is resumed at the time of the real clock, which is before.)
    bench.store.pause("nightly", paused=False)
    bench.move(minutes=1)
    assert len(bench.done) == 1


def test_two_clocks_of_one_lake_begin_a_firing_once(tmp_path: Path) -> None:
    first = _nightly(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))
    first.clock.tick()
    other = _nightly(tmp_path, datetime(2026, 1, 1, 2, tzinfo=UTC))
    first.now = other.now
    first.clock.tick()
    other.clock.tick()
    assert len(first.done) + len(other.done) == 1


def test_nothing_begins_while_another_process_is_at_it(tmp_path: Path) -> None:
    bench = _nightly(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))
    bench.clock.tick()
    with bench.store.at_it("nightly") as lock:
        assert lock is not None
        bench.move(hours=2)
        assert not bench.done
    bench.move(seconds=1)
    assert len(bench.done) == 1


def test_a_run_whose_process_is_gone_is_gone_on_with_and_is_one(tmp_path: Path) -> None:
    bench = _killed_at_night(tmp_path)
    assert [run.state for run in bench.store.runs()] == ["RUNNING"]
    bench.start()
    bench.move(seconds=1)
    bench.move(hours=1)
    (run,) = bench.store.runs()
    assert (run.state, run.resumed, run.step("compact").attempts) == ("SUCCEEDED", 1, 2)
    assert len(bench.done) == 1


def test_files_begin_a_run_when_there_are_enough_or_the_window_is_over(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _ARRIVALS, datetime(2026, 1, 1, tzinfo=UTC))
    bench.files = {"a.csv": "1", "b.csv": "1"}
    for _ in range(5):
        bench.move(seconds=1)
    assert not bench.done
    bench.files = {**bench.files, "c.csv": "1"}
    bench.move(seconds=1)
    assert not bench.done, "who has just come may still be written to"
    bench.move(seconds=2)
    assert len(bench.done) == 1
    assert sorted(bench.store.runs()[0].files) == ["a.csv", "b.csv", "c.csv"]
    bench.files = {**bench.files, "d.csv": "1"}
    for _ in range(60):
        bench.move(seconds=1)
    assert len(bench.done) == 1
    for _ in range(4):
        bench.move(seconds=1)
    assert len(bench.done) == 2
    assert sorted(bench.store.runs()[0].files) == ["d.csv"]


def test_a_file_that_is_still_written_is_not_taken(tmp_path: Path) -> None:
    bench = Bench(
        tmp_path, _ARRIVALS.replace("batch_size: 3", "batch_size: 1"), datetime(2026, 1, 1, tzinfo=UTC)
    )
    for size in range(30):
        bench.files = {"a.csv": str(size)}
        bench.move(seconds=1)
    assert not bench.done
    bench.move(seconds=2)
    assert bench.store.runs()[0].files == {"a.csv": "29"}


def test_a_file_that_was_taken_is_known_after_a_restart_and_another_one_in_its_place_is_not(
    tmp_path: Path,
) -> None:
    text = _ARRIVALS.replace("batch_size: 3", "batch_size: 1")
    bench = Bench(tmp_path, text, datetime(2026, 1, 1, tzinfo=UTC))
    bench.files = {"a.csv": "1"}
    bench.move(seconds=1)
    bench.move(seconds=3)
    bench.start()
    for _ in range(5):
        bench.move(seconds=2)
    assert len(bench.done) == 1
    bench.files = {"a.csv": "2"}
    bench.move(seconds=1)
    bench.move(seconds=3)
    assert len(bench.done) == 2
    bench.files = {}
    bench.move(seconds=1)
    assert bench.store.come("arrivals").taken, "a disk that is not mounted has not lost its files"
    bench.files = {"b.csv": "1"}
    bench.move(seconds=1)
    assert "a.csv" not in bench.store.come("arrivals").taken, "what is not there any more need not be known"


def test_what_goes_wrong_besides_runs_is_said_once_and_the_rest_goes_on(tmp_path: Path) -> None:
    text = _ARRIVALS + _NIGHTLY.format(missed="skip").partition("workflows:\n")[2]
    bench = Bench(tmp_path, text, datetime(2026, 1, 1, tzinfo=UTC))
    said: list[str] = []
    bench.clock._say = said.append

    def away(_: object) -> Bench:
        raise PermissionError(13, "Permission denied", "inbox")

    bench.clock._watch = away
    bench.clock.tick()

    def broken() -> Schedules:
        raise DefinitionError("there is no step 'x'", where="schedules.yaml:3")

    bench.clock._read = broken
    for _ in range(5):
        bench.move(minutes=30)
    assert said == [
        "arrivals: inbox: reading or writing failed: Permission denied. Check permissions and free space "
        "there, then run again.",
        "definition: schedules.yaml:3: there is no step 'x'.",
    ]
    assert [name for name, _ in bench.done] == ["compact"], "what was right before goes on"
    assert "Permission denied" in bench.store.trouble("arrivals")
    bench.clock._watch = lambda _: bench
    bench.move(minutes=1)
    assert bench.store.trouble("arrivals") == ""


def test_a_run_that_is_asked_for_takes_what_has_arrived_and_leaves_what_is_still_written_to(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, _ARRIVALS, datetime(2026, 1, 1, tzinfo=UTC))
    bench.files = {"a.csv": "1", "b.csv": "1"}
    trigger = bench.schedules.workflow("arrivals").trigger

    def wait(seconds: float) -> None:
        bench.now += timedelta(seconds=seconds)
        bench.files = {"a.csv": "1", "b.csv": "2"}

    assert arrived(lambda: bench, trigger, Come(), lambda: bench.now, wait) == {"a.csv": "1"}
    assert arrived(lambda: bench, trigger, Come(taken={"a.csv": "1", "b.csv": "2"}), lambda: bench.now) == {}


def test_a_firing_that_another_process_has_begun_meanwhile_is_not_begun_again(tmp_path: Path) -> None:
    benches = [_nightly(tmp_path, datetime(2026, 1, 1, tzinfo=UTC)) for _ in range(2)]
    works: list[Callable[[], object]] = []
    for bench in benches:
        bench.clock.tick()
        bench.clock._spawn = works.append
    for bench in benches:
        bench.move(hours=2)
    for work in works:
        work()
    assert [len(bench.done) for bench in benches] == [1, 0]


def test_files_of_a_run_that_something_outside_has_brought_to_nothing_come_with_the_next(
    tmp_path: Path,
) -> None:
    text = _ARRIVALS.replace("batch_size: 3", "batch_size: 1")
    bench = Bench(tmp_path, text, datetime(2026, 1, 1, tzinfo=UTC))
    bench.answers["load"] = [Done("FAILED", again=True, error="the disk is full")]
    bench.files = {"a.csv": "1", "gone.csv": "1"}
    bench.move(seconds=1)
    bench.move(seconds=3)
    assert bench.store.runs()[0].state == "FAILED"
    for _ in range(5):
        bench.move(minutes=20)
    assert len(bench.done) == 1, "they begin no run of their own"
    bench.files = {"a.csv": "1", "b.csv": "1"}
    bench.move(seconds=1)
    bench.move(seconds=3)
    assert sorted(bench.store.runs()[0].files) == ["a.csv", "b.csv"]
    bench.files = {**bench.files, "c.csv": "1"}
    bench.move(seconds=1)
    bench.move(seconds=3)
    assert sorted(bench.store.runs()[0].files) == ["c.csv"], "what has come about is not left"


@pytest.mark.parametrize("state", ["FAILED", "TIMEOUT"])
def test_files_that_may_be_to_blame_keep_no_others_out_and_come_again_with_a_run_by_hand(
    tmp_path: Path, state: str
) -> None:
    text = _ARRIVALS.replace("batch_size: 3", "batch_size: 1")
    bench = Bench(tmp_path, text, datetime(2026, 1, 1, tzinfo=UTC))
    bench.answers["load"] = [Done(state, again=state == "TIMEOUT", error="no")]  # type: ignore[arg-type]
    bench.files = {"a.csv": "1"}
    bench.move(seconds=1)
    bench.move(seconds=3)
    bench.files = {**bench.files, "b.csv": "1"}
    bench.move(seconds=1)
    bench.move(seconds=3)
    assert sorted(bench.store.runs()[0].files) == ["b.csv"]
    bench.now += timedelta(seconds=1)
    bench.clock.ask("arrivals")
    assert bench.store.runs()[0].trigger == "ON_DEMAND"
    assert sorted(bench.store.runs()[0].files) == ["a.csv"]


def test_more_files_than_a_command_can_be_told_of_begin_several_runs(tmp_path: Path) -> None:
    bench = Bench(tmp_path, _ARRIVALS, datetime(2026, 1, 1, tzinfo=UTC))
    bench.files = {f"{number:04}{'x' * 200}.csv": "1" for number in range(5000)}
    bench.move(seconds=1)
    for _ in range(6):
        bench.move(seconds=61)
    runs = bench.store.runs()
    assert len(runs) == 3
    assert sum(len(run.files) for run in runs) == 5000
    assert all(sum(map(len, run.files)) < 1_000_000 for run in runs)


def test_a_clock_that_was_ahead_once_is_not_waited_for(tmp_path: Path) -> None:
    bench = _nightly(tmp_path, datetime(2026, 1, 1, 12, tzinfo=UTC))
    bench.clock.tick()
    bench.now = datetime(2031, 1, 1, 12, tzinfo=UTC)
    bench.move(seconds=1)
    assert len(bench.done) == 1
    bench.now = datetime(2026, 1, 1, 13, tzinfo=UTC)
    bench.clock.tick()
    bench.move(days=1)
    bench.move(seconds=1)
    assert [f"{when:%F}" for _, when in bench.done][1:] == ["2026-01-02"]


def test_a_clock_that_is_behind_once_makes_up_for_nothing_when_it_is_right_again(tmp_path: Path) -> None:
    bench = _nightly(tmp_path, datetime(2026, 1, 1, 12, tzinfo=UTC), "catch_up")
    bench.clock.tick()
    bench.now = datetime(1970, 1, 1, 12, tzinfo=UTC)
    bench.start()
    bench.move(seconds=1)
    bench.now = datetime(2026, 1, 1, 13, tzinfo=UTC)
    for _ in range(3):
        bench.move(seconds=1)
    assert not bench.done
    bench.move(days=1)
    assert len(bench.done) == 1


def test_what_is_resumed_that_was_not_paused_still_makes_up_for_what_was_missed(tmp_path: Path) -> None:
    now = datetime.now(UTC) - timedelta(days=3)
    bench = _nightly(tmp_path, now)
    bench.clock.tick()
    bench.now = datetime.now(UTC)
    bench.store.pause("nightly", paused=False)
    bench.clock.tick()
    assert len(bench.done) == 1


def test_a_run_of_a_paused_workflow_is_gone_on_with_when_it_is_resumed(tmp_path: Path) -> None:
    bench = _killed_at_night(tmp_path)
    bench.store.pause("nightly", paused=True)
    bench.start()
    bench.move(seconds=1)
    assert not bench.done
    bench.store.pause("nightly", paused=False)
    bench.move(seconds=1)
    assert len(bench.done) == 1


def test_a_run_whose_workflow_was_taken_out_of_the_definition_ends(tmp_path: Path) -> None:
    bench = _killed_at_night(tmp_path)
    bench.start()
    bench.schedules = Schedules()
    bench.move(seconds=1)
    (run,) = bench.store.runs()
    assert (run.state, run.step("compact").state) == ("STOPPED", "STOPPED")
    assert "taken out of the definition" in run.error
    assert bench.store.unfinished("nightly") is None


def test_a_definition_that_was_wrong_from_the_beginning_ends_no_run(tmp_path: Path) -> None:
    bench = _killed_at_night(tmp_path)
    bench.start()

    def broken() -> Schedules:
        raise DefinitionError("there is no step 'x'", where="schedules.yaml:3")

    bench.clock._read = broken
    bench.move(seconds=1)
    assert bench.store.unfinished("nightly") is not None


def test_a_folder_that_answers_slowly_holds_up_no_other_workflow(tmp_path: Path) -> None:
    text = _ARRIVALS + _NIGHTLY.format(missed="coalesce").partition("workflows:\n")[2]
    bench = Bench(tmp_path, text, datetime(2026, 1, 1, tzinfo=UTC))
    answers = threading.Event()
    listed = threading.Event()

    class Slow:
        def listing(self, _: datetime, *, again: bool) -> Mapping[str, str]:  # noqa: ARG002
            answers.wait()
            listed.set()
            return {f"{name}.csv": "1" for name in "abc"}

        def close(self) -> None:
            """Nothing is open."""

    def spawn(work: Callable[[], object]) -> threading.Thread:
        thread = threading.Thread(target=work)
        thread.start()
        return thread

    bench.clock._watch = lambda _: Slow()
    bench.clock._spawn = spawn
    bench.clock.tick()
    bench.move(hours=2)
    bench.clock._running["nightly"].join()
    assert [name for name, _ in bench.done] == ["compact"]
    answers.set()
    assert listed.wait(60)
    for _ in range(3):
        bench.move(seconds=3)
    bench.clock._running["arrivals"].join()
    assert [name for name, _ in bench.done] == ["compact", "load"]


def test_what_statements_begin_with_is_what_is_known_of_them() -> None:
    assert {"SELECT", "WITH", "VALUES", "EXECUTE", *STATEMENTS} == READING | WRITING
