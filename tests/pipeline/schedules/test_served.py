"""`wavehouse serve` looks after itself: files come to the dashboards, kills lose and double nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.conftest import Wavehouse
from tests.crash.depth import some
from tests.pipeline.schedules.waiting import until
from tests.servers import servers

from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.run_store import all_runs
from wavehouse.pipeline.schedules.record import WorkflowRun
from wavehouse.pipeline.schedules.store import ScheduleStore

pytestmark = pytest.mark.slow

_SPOTIFY = Path(__file__).parents[3] / "spotify"


_SHORT = """
workflows:
  - name: arrivals
    trigger: {type: EVENT, folder: INBOX, batch_size: 5, settle: 0.5}
    steps: [{name: load, action: run, files: ["${arrivals}"]}]
"""


@dataclass(frozen=True)
class Files:
    """A catalogue in two parts, and how many tracks a lake has that got both by hand."""

    old: Path
    new: Path
    tracks: int


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Files:
    folder = tmp_path_factory.mktemp("files")
    wavehouse = wavehouse_in(folder)
    for seed, name in ((1, "old"), (2, "new")):
        assert wavehouse("generate", name, "--scale", "0.001", "--seed", str(seed)).code == 0
    assert wavehouse("run", "--from", "old", "--from", "new", "--json").code == 0
    return Files(folder / "old", folder / "new", _tracks(wavehouse, folder / "lake"))


def _tracks(wavehouse: Wavehouse, lake: Path) -> int:
    done = wavehouse("sql", "SELECT count(*) FROM spotify.tracks", "--lake", lake, "--json")
    return int(done.json["rows"][0][0])


class Place:
    """A lake of the old files, and a project whose inbox waits for the five new ones."""

    def __init__(self, folder: Path, wavehouse: Wavehouse, files: Files) -> None:
        self.lake, self.project, self.inbox = folder / "lake", folder / "project", folder / "inbox"
        self.wavehouse, self.files = wavehouse, files
        shutil.copytree(_SPOTIFY, self.project)
        self.define(_SHORT.replace("INBOX", str(self.inbox)))
        done = wavehouse("run", "--from", files.old, *self.options, "--json")
        assert done.code == 0, done.stderr
        self.store = ScheduleStore(LakeLayout(self.lake))

    def define(self, schedules: str) -> None:
        (self.project / "schedules.yaml").write_text(schedules, "utf-8")

    @property
    def options(self) -> list[str]:
        return ["--lake", str(self.lake), "--project", str(self.project)]

    def tracks(self) -> int:
        return _tracks(self.wavehouse, self.lake)

    def drop(self) -> None:
        for file in sorted(self.files.new.glob("*.csv")):
            shutil.copy(file, self.inbox)

    def when(self, holds: Callable[[WorkflowRun], bool]) -> WorkflowRun:
        """The newest run, once that is so."""

        def found() -> WorkflowRun | None:
            newest = next(iter(self.store.runs("arrivals", 1)), None)
            return newest if newest is not None and holds(newest) else None

        return until(self.lake, found)


@pytest.fixture
def place(tmp_path: Path, wavehouse: Wavehouse, files: Files) -> Place:
    return Place(tmp_path, wavehouse, files)


def _ended(run: WorkflowRun) -> bool:
    return run.state != "RUNNING"


def _loading(run: WorkflowRun) -> bool:
    return run.step("load").state == "RUNNING"


def test_files_dropped_into_a_directory_come_to_the_dashboards_without_a_hand(
    place: Place, tmp_path: Path
) -> None:
    text = (_SPOTIFY / "schedules.yaml").read_text("utf-8").replace("${lake}/inbox", str(place.inbox))
    place.define(text.replace("batch_size: 4, batch_window: 60", "batch_size: 5, settle: 0.5"))
    with servers() as start:
        start(*place.options, clock=True)
        until(tmp_path, lambda: place.inbox.is_dir() or None)
        place.drop()
        run = place.when(_ended)
    assert (run.state, run.trigger, run.error) == ("SUCCEEDED", "EVENT", "")
    assert [step.state for step in run.steps] == ["SUCCEEDED"] * 4
    assert {Path(path).name for path in run.files} == {path.name for path in place.files.new.glob("*.csv")}
    assert place.tracks() == place.files.tracks
    load = run.step("load")
    record = next(one for one in all_runs(LakeLayout(place.lake)) if one.run_id == load.run_id)
    assert load.rows_in == sum(one.rows_in for one in record.sources.values())
    assert load.snapshots["spotify.tracks"] == record.snapshot_id
    assert load.bytes > 0
    # What the dashboards are answered from is a copy of the tables as they are now.
    assert list((place.lake / ".copies").glob("spotify.tracks-*.duckdb"))
    listed = place.wavehouse("runs", "list", "--lake", place.lake, "--json").json["workflows"]
    assert [one["run_id"] for one in listed] == [run.run_id]
    shown = place.wavehouse("runs", "show", run.run_id, "--lake", place.lake, "--json").json
    assert shown["steps"][1]["run_id"] == load.run_id
    log = place.wavehouse("runs", "show", run.run_id, "--log", "--lake", place.lake).stdout
    assert log.count(run.run_id) == len(log.splitlines()) > 8


# (By night also where the step goes on alone: the next server waits for it.)
@pytest.mark.parametrize("killed", ["its step as well", "the server alone"][: some(1, 2)])
def test_a_server_that_is_killed_in_the_middle_of_a_run_ends_it_once_after_a_restart(
    place: Place, tmp_path: Path, killed: str
) -> None:
    with servers() as start:
        server, _ = start(*place.options, clock=True)
        until(tmp_path, lambda: place.inbox.is_dir() or None)
        place.drop()
        run = place.when(_loading)
        children = _children(server.pid)
        assert children
        server.kill()
        for child in children if killed == "its step as well" else ():
            os.kill(child, signal.SIGKILL)
        server.wait(60)
        assert place.store.find(run.run_id).state == "RUNNING"
        start(*place.options, clock=True)
        run = place.when(_ended)
    assert (run.state, run.resumed) == ("SUCCEEDED", 1)
    assert [one.run_id for one in place.store.runs()] == [run.run_id]
    assert place.tracks() == place.files.tracks
    done = [one for one in all_runs(LakeLayout(place.lake)) if one.changed]
    assert len(done) == 2, "the first load, and one of the files that were dropped"


def test_a_server_that_is_told_to_end_comes_to_a_safe_point_and_the_next_goes_on(
    place: Place, tmp_path: Path
) -> None:
    with servers() as start:
        server, _ = start(*place.options, clock=True)
        until(tmp_path, lambda: place.inbox.is_dir() or None)
        place.drop()
        place.when(_loading)
        server.send_signal(signal.SIGTERM)
        server.wait(120)
        (run,) = place.store.runs()
        assert (run.state, run.step("load").state) == ("RUNNING", "WAITING")
        assert not place.store.is_running("arrivals"), "no step outlives the server"
        start(*place.options, clock=True)
        run = place.when(_ended)
    assert (run.state, run.resumed, len(place.store.runs())) == ("SUCCEEDED", 1, 1)
    assert place.tracks() == place.files.tracks


def _children(process: int) -> list[int]:
    """The steps of a server: the processes that it has begun and that are commands."""
    told = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(process)], capture_output=True, text=True, check=True
    ).stdout
    return [int(line.split()[0]) for line in told.splitlines() if " run --from " in line]


def test_a_workflow_that_is_run_by_hand_ends_cleanly_and_is_gone_on_with(place: Place) -> None:
    place.inbox.mkdir()
    place.drop()
    command = ["schedules", "run", "arrivals", *place.options]
    with subprocess.Popen([sys.executable, "-m", "wavehouse", *command], stderr=subprocess.PIPE) as process:
        place.when(_loading)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate()
    *steps, last = said.decode().splitlines()
    assert (process.returncode, last[:18]) == (143, "error: interrupted")
    assert steps[0] == "load: begins"
    done = place.wavehouse(*command, "--json")
    assert (done.code, done.json["state"], done.json["resumed"]) == (0, "SUCCEEDED", 1)
    assert len(done.json["files"]) == 5
    assert place.tracks() == place.files.tracks


def test_who_waits_for_files_to_settle_ends_when_he_is_told_to(place: Place, tmp_path: Path) -> None:
    place.define(_SHORT.replace("INBOX", str(place.inbox)).replace("settle: 0.5", "settle: 3000"))
    place.inbox.mkdir()
    place.drop()
    command = [sys.executable, "-m", "wavehouse", "schedules", "run", "arrivals", *place.options]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        until(tmp_path, lambda: place.store.is_running("arrivals") or None)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said.decode()[:18]) == (143, "error: interrupted")
    assert place.store.runs() == []


def test_a_file_that_is_rejected_keeps_no_other_out(place: Place) -> None:
    place.define((_SPOTIFY / "schedules.yaml").read_text("utf-8").replace("${lake}/inbox", str(place.inbox)))
    place.inbox.mkdir()
    place.drop()
    (place.inbox / "empty.csv").write_bytes(b"")
    done = place.wavehouse("schedules", "run", "arrivals", *place.options, "--json")
    assert (done.code, done.json["state"]) == (1, "FAILED")
    assert "empty.csv" in done.json["error"]
    states = {step["name"]: step["state"] for step in done.json["steps"]}
    assert states == {"check": "FAILED", "load": "FAILED", "crawl": "SUCCEEDED", "dashboards": "SUCCEEDED"}
    assert place.tracks() == place.files.tracks


def test_a_server_can_have_no_clock_and_sigterm_ends_a_run_as_ctrl_c_does(place: Place) -> None:
    with servers() as start:
        start(*place.options, "--no-schedules", clock=True)
        start(*place.options, "--read-only", clock=True)
    assert not place.inbox.exists()
    command = [sys.executable, "-m", "wavehouse", "run", "--from", str(place.files.new), *place.options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        process.stderr.readline()  # it has landed the files
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()
    assert process.returncode == 143, said
    assert "error: interrupted; what was not finished, the next run finishes or takes back" in said
    assert all_runs(LakeLayout(place.lake), 1)[0].status == "interrupted"
    assert place.wavehouse("run", "--from", place.files.new, *place.options).code == 0
    assert place.tracks() == place.files.tracks
