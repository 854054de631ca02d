"""The clock: a year of it, what nobody was there for, and what a process that is gone has left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
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
    bench = _nightly(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))
    bench.clock.tick()

    def killed(*_: object) -> Done:
        raise SystemExit

    bench.runner._perform = killed
    with pytest.raises(SystemExit):
        bench.move(hours=2)
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
    assert not bench.store.come("arrivals").taken, "what is not there any more need not be known"


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
        "arrivals: [Errno 13] Permission denied: 'inbox'",
        "definition: schedules.yaml:3: there is no step 'x'.",
    ]
    assert [name for name, _ in bench.done] == ["compact"], "what was right before goes on"


def test_a_run_that_is_asked_for_takes_what_has_arrived_and_leaves_what_is_still_written_to(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, _ARRIVALS, datetime(2026, 1, 1, tzinfo=UTC))
    bench.files = {"a.csv": "1", "b.csv": "1"}
    trigger = bench.schedules.workflow("arrivals").trigger

    def wait(seconds: float) -> None:
        bench.now += timedelta(seconds=seconds)
        bench.files = {"a.csv": "1", "b.csv": "2"}

    assert arrived(lambda: bench, trigger, {}, lambda: bench.now, wait) == {"a.csv": "1"}
    assert arrived(lambda: bench, trigger, {"a.csv": "1", "b.csv": "2"}, lambda: bench.now) == {}


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
