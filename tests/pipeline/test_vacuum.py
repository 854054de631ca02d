"""Vacuum: what nobody needs goes, when it is old enough; what anybody may still ask for stays."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from tests.chosen_engine import open_engine
from tests.pipeline.conftest import Lake, albums, artists, day, features, tracks

from wavehouse.core.errors import CallError, OutsideError, QueryError
from wavehouse.core.progress import Silent
from wavehouse.core.run_record import RunRecord
from wavehouse.core.table_name import TableName
from wavehouse.lake.commit import Committer
from wavehouse.pipeline.compact import compact
from wavehouse.pipeline.rollback import roll_back
from wavehouse.pipeline.vacuum import Vacuumed, VacuumOptions, vacuum
from wavehouse.pipeline.work import Work
from wavehouse.query.answer import answer

TRACKS = "spotify.tracks"
ALL_GO = VacuumOptions(keep=1, expire_after=timedelta(0))


def vacuumed(lake: Lake, options: VacuumOptions | None = None) -> Vacuumed:
    """Vacuum a lake."""
    return vacuum(lake.root, Silent(), options or VacuumOptions())


def grow_old(lake: Lake, hours: float = 25) -> None:
    """Let so much time go by since all files of a lake were written."""
    then = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
    for path in lake.root.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def count(lake: Lake, version: str = "") -> object:
    """How many tracks a version of the joined table has."""
    with lake.engine() as engine:
        return answer(
            f"SELECT count(*), max(track_popularity) FROM {TRACKS} {version}", lake.head, engine
        ).rows[0]


def as_of(record: RunRecord) -> str:
    """How a query names what a run has published."""
    return f"FOR VERSION AS OF {record.snapshot_id}"


@pytest.fixture
def runs(lake: Lake) -> list[RunRecord]:
    """What four runs said: 10, 20, 20 and 20 tracks, by and by more popular; three albums wait."""
    return [
        lake.load(day(1), artists=artists([1]), albums=albums(range(10)), tracks=tracks(range(20))),
        lake.load(day(2), albums=[*albums(range(10, 20)), *albums([30], artist=9)]),
        lake.load(day(3), tracks=tracks(range(10), 50), albums=albums([31, 32], artist=9)),
        lake.load(day(4), tracks=tracks([3], 70), features=features([3])),
    ]


def test_of_a_lake_at_work_nothing_goes(lake: Lake, runs: list[RunRecord]) -> None:
    lake.stage(lake.batch(tracks=tracks([4], 90)), day(5))
    roll_back(lake.root, TRACKS, runs[2].run_id, open_engine, Silent(), dry_run=False)
    grow_old(lake)
    before, files = lake.state(), lake.files()
    done = vacuumed(lake)
    assert (done.orphans, done.expired) == ({}, {})
    assert (lake.state(), lake.files()) == (before, files)
    # Every snapshot can be read, the files that are held can be released, the one that waits is taken.
    assert [count(lake, as_of(run)) for run in runs] == [(10, 10), (20, 10), (20, 50), (20, 70)]
    lake.run(release=True)
    assert count(lake) == (20, 90)
    state = lake.state()
    lake.run(full=True)
    assert lake.state() == state


@pytest.mark.usefixtures("runs")
def test_what_a_run_that_died_has_left(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    before, files = lake.state(), lake.files()

    # It dies before its publish, and cleans up nothing.
    monkeypatch.setattr(Work, "_publish", Mock(side_effect=OutsideError("the power failed")))
    monkeypatch.setattr(Work, "_undo", Mock())
    monkeypatch.setattr("wavehouse.pipeline.work.shutil.rmtree", Mock())
    with pytest.raises(OutsideError):
        lake.load(day(5), tracks=tracks(range(5), 99), albums=albums([33], artist=9))
    monkeypatch.undo()
    left = lake.files() - files
    places = {path.split("/")[0] for path in left}
    assert places == {"warehouse", "files", "staging", ".scratch"}

    assert vacuumed(lake).orphans == {}  # it may be at work still
    grow_old(lake, hours=23)
    assert vacuumed(lake).orphans == {}
    grow_old(lake, hours=25)
    done = vacuumed(lake)
    # (What lies in `.scratch` is of no use to anybody as soon as no run holds the lock.)
    assert set(done.orphans) == {path for path in left if not path.startswith(".scratch")}
    assert all(done.orphans.values())
    assert lake.files() == files
    assert lake.state() == before
    assert vacuumed(lake).orphans == {}


@pytest.mark.usefixtures("runs")
def test_the_age_is_that_of_each_file(lake: Lake) -> None:
    old = lake.root / "warehouse" / "spotify" / "tracks" / "data" / "run=dead" / "old.parquet"
    young, orphan = old.with_name("young.parquet"), lake.root / "staging" / "tracks" / "dead" / "0.csv"
    for path in (old, young, orphan):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 10)
    grow_old(lake)
    os.utime(young)
    options = VacuumOptions(orphan_age=timedelta(hours=24.5))
    assert vacuumed(lake, options).orphans == {
        "warehouse/spotify/tracks/data/run=dead/old.parquet": 10,
        "staging/tracks/dead/0.csv": 10,
    }
    assert (old.exists(), young.exists(), orphan.parent.exists()) == (False, True, False)
    assert set(vacuumed(lake, VacuumOptions(orphan_age=timedelta(0))).orphans) == {
        "warehouse/spotify/tracks/data/run=dead/young.parquet"
    }


def test_old_snapshots_are_forgotten_and_their_files_go_the_next_time(
    lake: Lake, runs: list[RunRecord]
) -> None:
    before, files = lake.state(), lake.files()
    grow_old(lake)
    done = vacuumed(lake, VacuumOptions(keep=2, expire_after=timedelta(0)))
    assert done.orphans == {}
    assert done.expired[TRACKS] == [runs[0].snapshot_id, runs[1].snapshot_id]
    # A query that began before may be at work: the data files are there.
    gone = {path for path in files - lake.files() if path.endswith(".parquet")}
    assert gone == set()
    assert [count(lake, as_of(run)) for run in runs[2:]] == [(20, 50), (20, 70)]
    for run in runs[:2]:
        with pytest.raises(QueryError, match=rf"has no snapshot {run.snapshot_id}: .* vacuum has let it go"):
            count(lake, as_of(run))

    grow_old(lake)
    os.utime(next((lake.root / "staging" / "_lost").iterdir()))
    assert not any(path.endswith(".parquet") for path in vacuumed(lake).orphans)  # lost its name just now
    grow_old(lake)
    freed = vacuumed(lake).orphans
    assert any(path.startswith("warehouse/spotify/tracks/data/") for path in freed)
    assert {path.split("/")[1] for path in freed if path.startswith("staging/")} == {"_lost"}
    assert lake.state() == before
    assert [count(lake, as_of(run)) for run in runs[2:]] == [(20, 50), (20, 70)]
    grow_old(lake)
    assert vacuumed(lake).orphans == {}


@pytest.mark.usefixtures("runs")
def test_a_lake_goes_on_after_everything_old_is_gone(lake: Lake) -> None:
    for _ in range(3):
        grow_old(lake)
        vacuumed(lake, ALL_GO)
    state = lake.state()
    assert lake.run().changed is False
    assert lake.load(day(5), artists=artists([9])).mode == "incremental"
    lake.run(full=True)
    assert lake.rows("SELECT count(*) FROM {t}", "staging.albums") == [(20,)]
    assert lake.state()["staging.tracks"] == state["staging.tracks"]


def test_publishes_stay_that_are_young_or_among_the_newest(lake: Lake, runs: list[RunRecord]) -> None:
    assert vacuumed(lake).expired == {}
    assert vacuumed(lake, VacuumOptions(keep=1)).expired == {}
    assert vacuumed(lake, VacuumOptions(keep=4, expire_after=timedelta(0))).expired == {}
    done = vacuumed(lake, VacuumOptions(keep=3, expire_after=timedelta(0)))
    assert done.expired[TRACKS] == [runs[0].snapshot_id]
    # A snapshot that belongs to a later publish, too, stays: the artists have not changed since.
    assert "staging.artists" not in done.expired
    assert done.expired["staging.albums"] == [runs[0].tables["staging.albums"].snapshot_id]


def test_back_only_to_what_is_kept(lake: Lake, runs: list[RunRecord]) -> None:
    vacuumed(lake, VacuumOptions(keep=2, expire_after=timedelta(0)))
    grow_old(lake)
    vacuumed(lake)
    with pytest.raises(CallError, match="older ones have been removed by 'wavehouse vacuum'"):
        roll_back(lake.root, TRACKS, runs[1].run_id, open_engine, Silent(), dry_run=False)
    roll_back(lake.root, TRACKS, runs[2].run_id, open_engine, Silent(), dry_run=False)
    assert count(lake) == (20, 50)
    for _ in range(2):
        grow_old(lake)
        vacuumed(lake, ALL_GO)
    # Only what is held is left of the run that was rolled back, and it is enough.
    lake.run(release=True)
    assert count(lake) == (20, 70)


@pytest.mark.usefixtures("runs")
def test_after_a_compaction_the_small_files_go(lake: Lake) -> None:
    before, files = lake.state(), lake.data_files("staging.albums")
    compact(lake.root, lake.project, (), open_engine, Silent(), dry_run=False)
    for _ in range(2):
        grow_old(lake)
        done = vacuumed(lake, ALL_GO)
    assert {Path(location).name for location in files} <= {Path(path).name for path in done.orphans}
    assert any(path.startswith("staging/_ledger/") for path in done.orphans)
    assert lake.state() == before
    assert sum(1 for path in lake.files() if path.startswith("warehouse/staging/albums/data")) == 1


@pytest.mark.usefixtures("runs")
def test_a_dry_run_says_the_same_and_does_nothing(lake: Lake) -> None:
    orphan = lake.root / "warehouse" / "x.parquet"
    orphan.write_bytes(b"x")
    grow_old(lake)
    files, heads = lake.files(), [head.metadata for head in lake.head.heads()]
    options = {"keep": 1, "expire_after": timedelta(0)}
    said = vacuumed(lake, VacuumOptions(**options, dry_run=True))  # type: ignore[arg-type]
    assert (said.orphans, len(said.expired[TRACKS])) == ({"warehouse/x.parquet": 1}, 3)
    assert (lake.files(), [head.metadata for head in lake.head.heads()]) == (files, heads)
    assert vacuumed(lake, VacuumOptions(**options)) == said  # type: ignore[arg-type]


@pytest.mark.usefixtures("runs")
def test_a_publish_that_was_cut_off_is_finished_first(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files belong to branches; none of them is lost."""
    move_forward = Committer.move_forward

    def dies(self: Committer, name: TableName, run: str, *, new: bool) -> None:
        if str(name) == TRACKS:
            raise OutsideError("the power failed")
        move_forward(self, name, run, new=new)

    monkeypatch.setattr(Committer, "move_forward", dies)
    with pytest.raises(OutsideError):
        lake.load(day(5), tracks=tracks([3], 99))
    monkeypatch.undo()
    assert count(lake) == (20, 70)
    grow_old(lake)
    assert vacuumed(lake).orphans == {}
    assert count(lake) == (20, 99)
    assert lake.run().changed is False


@pytest.mark.usefixtures("runs")
def test_a_lake_that_is_reached_by_another_way_loses_nothing(lake: Lake) -> None:
    """Its tables name their files by the path that it had when they were written."""
    link = lake.root.parent / "link"
    link.symlink_to(lake.root)
    by_link = Lake(link, lake.project)
    by_link.load(day(5), tracks=tracks([4], 80))
    grow_old(lake)
    before = lake.state()
    for one in (by_link, lake):
        assert vacuumed(one).orphans == {}
        assert one.state() == before
