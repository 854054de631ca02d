"""A file is known by its source and bytes: it counts as of its earliest time, and of that the last name."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from tests.chosen_engine import open_engine
from tests.pipeline.conftest import Lake, albums, artists, day, tracks, write

from wavehouse.core.errors import OutsideError, RejectedError
from wavehouse.core.progress import Silent
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.plan import plan_run
from wavehouse.pipeline.quarantine import files_aside
from wavehouse.pipeline.rollback import roll_back
from wavehouse.pipeline.run_store import all_runs, find_run
from wavehouse.project.project import Project
from wavehouse.settings import builtin_project

ORDERS = [(0, 1, 2), (2, 1, 0), (1, 2, 0)]
COUNTED_ANEW = "a file that was taken before came again, and counts as of another batch time or name"


@pytest.fixture
def loaded(lake: Lake) -> Lake:
    """Ten tracks of the first of two artists."""
    lake.load(day(1), artists=artists([1, 2]), albums=albums(range(10)), tracks=tracks(range(10)))
    return lake


def named(folder: Path, file: str, name: str) -> Path:
    """A file with one artist of that name."""
    return write(folder / file, artists([1], name=name))


def name_of_the_artist(lake: Lake) -> object:
    """What the lake calls the first artist."""
    return lake.rows("SELECT name FROM {t} WHERE id LIKE '%1'", "staging.artists")[0][0]


def ended(tmp_path: Path, loads: list[tuple[str, str, datetime]]) -> tuple[object, Counter[object]]:
    """The artist's name, and the joined table, after files (name of the file, of the artist, time)."""
    key = "-".join(f"{file}{time:%d}" for file, _, time in loads)
    lake = Lake(tmp_path / key, Project.at(builtin_project()))
    lake.load(day(1), artists=artists([1, 2]), albums=albums(range(10)), tracks=tracks(range(10)))
    for file, name, time in loads:
        lake.run(named(tmp_path / f"files {key}" / f"{time:%d}", file, name), time=time)
    return name_of_the_artist(lake), Counter(lake.state()["spotify.tracks"])


def test_of_one_time_the_last_name_counts_in_any_order(tmp_path: Path) -> None:
    """The third file has the bytes of the first."""
    loads = [("artist_a.csv", "X", day(2)), ("artist_b.csv", "Y", day(2)), ("artist_c.csv", "X", day(2))]
    states = [ended(tmp_path, [loads[at] for at in order]) for order in ORDERS]
    assert {name for name, _ in states} == {"X"}
    assert all(state == states[0] for state in states)


def test_of_two_times_the_earlier_counts_in_any_order(tmp_path: Path) -> None:
    loads = [("artist.csv", "X", day(2)), ("artist.csv", "Y", day(3)), ("artist.csv", "X", day(4))]
    states = [ended(tmp_path, [loads[at] for at in order]) for order in ORDERS]
    assert {name for name, _ in states} == {"Y"}
    assert all(state == states[0] for state in states)


def test_what_comes_again_changes_nothing(loaded: Lake, tmp_path: Path) -> None:
    first = named(tmp_path / "1", "artist.csv", "X")
    loaded.run(first, time=day(2))
    loaded.run(named(tmp_path / "2", "artist.csv", "Y"), time=day(3))
    assert loaded.run(first).changed is False
    assert loaded.run(first, time=day(2)).changed is False
    assert loaded.run(first, time=day(4)).changed is False
    assert name_of_the_artist(loaded) == "Y"


def test_the_run_says_why_it_makes_everything_again(loaded: Lake, tmp_path: Path) -> None:
    first = named(tmp_path / "1", "artist.csv", "X")
    loaded.run(first, time=day(4))
    loaded.run(named(tmp_path / "2", "artist.csv", "Y"), time=day(3))
    assert name_of_the_artist(loaded) == "X"
    record = loaded.run(first, time=day(2))
    assert (record.mode, record.why) == ("full", COUNTED_ANEW)
    assert name_of_the_artist(loaded) == "Y"
    assert loaded.run().changed is False


def test_it_can_be_staged_with_its_earlier_time(loaded: Lake, tmp_path: Path) -> None:
    first = named(tmp_path / "1", "artist.csv", "X")
    loaded.run(first, time=day(4))
    before = loaded.run(named(tmp_path / "2", "artist.csv", "Y"), time=day(3))
    loaded.stage(first, day(2))
    assert plan_run(loaded.root, loaded.project, [], full=False).why == COUNTED_ANEW
    assert loaded.run().why == COUNTED_ANEW
    assert name_of_the_artist(loaded) == "Y"
    # A rollback holds the time that was given, not the file.
    roll_back(loaded.root, "spotify.tracks", before.run_id, open_engine, Silent(), dry_run=False)
    assert name_of_the_artist(loaded) == "X"
    assert loaded.run().changed is False
    loaded.run(release=True)
    assert name_of_the_artist(loaded) == "Y"


@pytest.fixture
def twins(loaded: Lake, tmp_path: Path) -> tuple[Lake, Path, Path]:
    """A lake with two more sources, which have one form, and a file for each, of the same bytes."""
    lake = loaded.edited("wavehouse.yaml", "name: spotify", "name: twins")
    rows = [{"id": f"{at:022d}", "name": f"Name {at}"} for at in range(2)]
    for source in ("bands", "fans"):
        (lake.project.root / "contracts" / f"{source}.yaml").write_text(
            f"source: {source}\nfiles: [{source}.csv]\nkey: [id]\n"
            "columns:\n  id: {type: string, required: true}\n  name: {type: string}\n",
            encoding="utf-8",
        )
    files = [write(tmp_path / "twins" / f"{source}.csv", rows) for source in ("bands", "fans")]
    return Lake(lake.root, Project.at(lake.project.root)), files[0], files[1]


def counts(lake: Lake) -> list[object]:
    """How many rows both tables have."""
    names = ("staging.bands", "staging.fans")
    return [row[0] for name in names for row in lake.rows("SELECT count(*) FROM {t}", name)]


def test_the_same_bytes_may_be_of_two_sources(twins: tuple[Lake, Path, Path]) -> None:
    lake, bands_csv, fans_csv = twins
    lake.run(bands_csv)
    assert lake.run(fans_csv).changed
    assert counts(lake) == [2, 2]
    assert lake.run(bands_csv, fans_csv).changed is False


def test_the_same_bytes_may_wait_for_two_sources(twins: tuple[Lake, Path, Path]) -> None:
    lake, bands_csv, fans_csv = twins
    lake.stage(bands_csv)
    lake.stage(fans_csv)
    lake.run()
    assert counts(lake) == [2, 2]


def test_what_was_released_in_vain_can_be_released_again(loaded: Lake, tmp_path: Path) -> None:
    before = all_runs(LakeLayout(loaded.root.absolute()))[0]
    renamed = write(tmp_path / "1" / "artist.csv", artists([1], name="X"))
    loaded.run(renamed, time=day(2))
    roll_back(loaded.root, "spotify.tracks", before.run_id, open_engine, Silent(), dry_run=False)
    required = "  manager: {type: string, required: true}\n"
    strict = loaded.edited("contracts/artists.yaml", "  followers:", f"{required}  followers:")
    with pytest.raises(RejectedError):
        strict.run(release=True)
    again = strict.edited("contracts/artists.yaml", required, "")
    again.run(release=True)
    assert name_of_the_artist(again) == "X"


def test_a_rollback_brings_back_the_files_that_were_set_aside_since(loaded: Lake, tmp_path: Path) -> None:
    lake = loaded
    layout = LakeLayout(lake.root.absolute())
    rows = [
        {name: value for name, value in row.items() if name != "followers"} for row in artists([1], name="X")
    ]
    first = all_runs(layout)[0]
    second = lake.run(write(tmp_path / "1" / "artist.csv", rows), time=day(2))
    roll_back(lake.root, "spotify.tracks", first.run_id, open_engine, Silent(), dry_run=False)
    strict = lake.edited("contracts/artists.yaml", "{type: bigint}", "{type: bigint, required: true}")
    record = strict.run(release=True)
    assert [file.reason for file in record.rejected] != []
    assert [one.file.name for one in files_aside(layout)] == ["artist.csv"]
    roll_back(lake.root, "spotify.tracks", second.run_id, open_engine, Silent(), dry_run=False)
    assert files_aside(layout) == []
    assert lake.run(full=True).changed
    assert name_of_the_artist(lake) == "X"


def test_somebody_elses_commit_to_the_joined_table_releases_nothing(loaded: Lake, tmp_path: Path) -> None:
    from pyiceberg.catalog.sql import SqlCatalog

    before = all_runs(LakeLayout(loaded.root.absolute()))[0]
    state = loaded.state()
    loaded.run(named(tmp_path / "1", "artist.csv", "WRONG"), time=day(2))
    roll_back(loaded.root, "spotify.tracks", before.run_id, open_engine, Silent(), dry_run=False)
    root = loaded.root.absolute()
    catalog = SqlCatalog("lake", uri=f"sqlite:///{root}/catalog.db", warehouse=f"file://{root}/warehouse")
    table = catalog.load_table("spotify.tracks")
    table.overwrite(table.scan().to_arrow())
    catalog.close()
    record = loaded.run()
    assert (record.mode, record.why) == ("full", "a table was changed by somebody else")
    assert loaded.state() == state
    loaded.run(release=True)
    assert name_of_the_artist(loaded) == "WRONG"


def test_the_record_of_a_run_that_was_killed_at_its_end(
    loaded: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wavehouse.pipeline.run.save_run", lambda *_: None)
    killed = loaded.load(day(2), artists=artists([3]))
    monkeypatch.undo()
    layout = LakeLayout(loaded.root.absolute())
    assert find_run(layout, killed.run_id).status == "cut off"
    assert loaded.run().changed is False
    record = find_run(layout, killed.run_id)
    assert (record.status, record.changed, record.snapshot_id) == ("done", True, killed.snapshot_id)
    assert record.sources["artists"].rows_in == 1
    assert "it was cut off while it published; the next command has finished it" in record.notes


def test_damaged_notes_are_named(loaded: Lake) -> None:
    layout = LakeLayout(loaded.root.absolute())
    (layout.runs / "0.json").write_text(json.dumps({"by": "somebody else"}))
    with pytest.raises(OutsideError, match="this is not the record of a run") as caught:
        all_runs(layout)
    assert caught.value.where.endswith("runs/0.json")
    batch = next((layout.staging / "_batches").iterdir())
    batch.write_text("{")
    with pytest.raises(OutsideError, match="the list of a batch is damaged") as caught:
        loaded.run()
    assert caught.value.where == str(batch)
