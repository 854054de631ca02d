"""A run from outside: what is in the tables, what the record says, what stays when it fails."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import threading
from dataclasses import asdict
from pathlib import Path

import pytest
from tests.pipeline.conftest import Lake, albums, artists, ident, tracks, write

from wavehouse.core.errors import CallError, OutsideError, RejectedError, WavehouseError
from wavehouse.core.run_record import RunRecord
from wavehouse.core.table_name import TableName
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.run_store import all_runs, find_run
from wavehouse.project.copy import copy_project
from wavehouse.project.project import Project

TRACKS = TableName("spotify", "tracks")


def balanced(record: RunRecord) -> bool:
    """Whether every source's counts add up."""
    return all(
        counts.rows_in == counts.rows_out + counts.rows_quarantined + counts.rows_superseded
        for counts in record.sources.values()
    )


def test_rows_arrive_joined_and_derived(lake: Lake, catalogue: Path) -> None:
    record = lake.run(catalogue)
    assert record.changed
    assert balanced(record)
    (row,) = lake.rows(
        "SELECT count(*), min(release_date), min(release_decade), min(artist_name), min(genre), "
        "min(genres), min(featured_artists), count(danceability) FROM {t}"
    )
    assert [str(value) for value in row] == [
        "20", "2001-02-03", "2000", "Artist 1", "pop", "['pop']", "['Guest']", "0",
    ]  # fmt: skip


def test_every_table_has_one_snapshot_and_the_joined_one_names_the_others(
    lake: Lake, catalogue: Path
) -> None:
    record = lake.run(catalogue)
    heads = {str(head.name): head for head in lake.head.heads()}
    assert all(head.properties["wavehouse.run"] == record.run_id for head in heads.values())
    named = json.loads(heads["spotify.tracks"].properties["wavehouse.source-snapshots"])
    assert named == {name: head.snapshot_id for name, head in heads.items() if name != "spotify.tracks"}
    assert len(lake.head.metadata(TRACKS)["snapshots"]) == 1  # type: ignore[index]


def test_nothing_new_publishes_nothing(lake: Lake, catalogue: Path) -> None:
    first = lake.run(catalogue)
    before = lake.files()
    again = lake.run(catalogue)
    assert not again.changed
    assert again.tables == first.tables
    assert again.snapshot_id == first.snapshot_id
    assert lake.files() == before


def test_a_copy_under_another_name_is_known_by_its_contents(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    lake.run(catalogue)
    copy = tmp_path / "elsewhere" / "albums.csv"
    copy.parent.mkdir()
    copy.write_bytes((catalogue / "album.csv").read_bytes())
    assert not lake.run(copy).changed


def test_a_file_changed_in_place_is_noticed_whatever_its_times_say(lake: Lake, catalogue: Path) -> None:
    """The same size, the same name, and its modification time put back: only its contents tell."""
    path = catalogue / "tracks.csv"
    long_ago = 1_600_000_000
    os.utime(path, (long_ago, long_ago))
    lake.run(catalogue)
    path.write_text(path.read_text().replace(",10,", ",77,"))
    os.utime(path, (long_ago, long_ago))
    assert lake.run(catalogue).changed
    assert lake.rows("SELECT min(track_popularity) FROM {t}") == [(77,)]


def test_a_file_that_was_not_touched_is_not_read_again(
    lake: Lake, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.run(catalogue)
    known = json.loads((lake.root / "staging" / "_seen.json").read_text())
    assert len(known) == 3
    later = {name: [*entry[:4], entry[4] + 3_000_000_000, entry[5]] for name, entry in known.items()}
    (lake.root / "staging" / "_seen.json").write_text(json.dumps(later))
    monkeypatch.setattr(hashlib, "file_digest", None)  # whoever hashes a file now fails
    assert not lake.run(catalogue).changed
    (lake.root / "staging" / "_seen.json").write_text("damaged")
    monkeypatch.undo()
    assert not lake.run(catalogue).changed


def test_a_later_batch_wins_key_by_key(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    lake.run(catalogue)
    write(tmp_path / "more" / "tracks.csv", tracks([3, 20], popularity=99))
    record = lake.run(tmp_path / "more")
    assert record.changed
    assert balanced(record)
    assert record.mode == "incremental"
    assert asdict(record.changes["staging.tracks"]) == {"added": 1, "changed": 1, "removed": 0}
    assert asdict(record.changes["spotify.tracks"]) == {"added": 0, "changed": 1, "removed": 0}
    popular = lake.rows("SELECT track_id FROM {t} WHERE track_popularity = 99")
    assert popular == [(ident("tr", 3),)]  # track 20 stands on no album
    assert lake.rows("SELECT count(*) FROM {t}", "staging.tracks") == [(21,)]


def test_the_last_line_of_a_key_wins_within_a_file(lake: Lake, catalogue: Path) -> None:
    twice = [*tracks([1], 1), *tracks(range(20), 2), *tracks([1], 3)]
    write(catalogue / "tracks.csv", twice)
    record = lake.run(catalogue)
    assert record.sources["tracks"].rows_superseded == 2
    assert lake.rows("SELECT track_popularity FROM {t} WHERE track_id = '" + ident("tr", 1) + "'") == [(3,)]


def test_batches_of_disjoint_rows_end_the_same_in_any_order(tmp_path: Path, lake: Lake) -> None:
    parts = {
        "artists": write(tmp_path / "a" / "artist.csv", artists([1, 2])),
        "albums": write(tmp_path / "b" / "album.csv", albums(range(20))),
        "tracks": write(tmp_path / "c" / "tracks.csv", tracks(range(20))),
    }
    results = set()
    for at, order in enumerate(itertools.permutations(parts)):
        one = Lake(tmp_path / f"lake{at}", lake.project)
        for name in order:
            one.run(parts[name])
        results.add(str(one.rows("SELECT * FROM {t} ORDER BY album_id, track_id")))
    assert len(results) == 1
    assert results.pop().count("Track 7") == 1


def test_albums_without_their_artist_wait_and_are_mentioned(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    write(catalogue / "album.csv", [*albums(range(20)), *albums([30], artist=9)])
    write(catalogue / "tracks.csv", tracks(range(40)))
    record = lake.run(catalogue)
    assert record.tables["spotify.tracks"].rows == 20
    assert [(row["line"], row["retryable"]) for row in lake.aside()] == [(22, True)]
    write(tmp_path / "late" / "artist.csv", artists([9]))
    assert lake.run(tmp_path / "late").tables["spotify.tracks"].rows == 21


def test_misfits_are_kept_aside_with_file_line_and_reason(lake: Lake, catalogue: Path) -> None:
    with (catalogue / "tracks.csv").open("a") as file:
        file.write(f"{ident('tr', 50)},many,false\n{ident('tr', 51)},5\n,5,true\n")
    record = lake.run(catalogue)
    assert record.sources["tracks"].rows_quarantined == 3
    assert balanced(record)
    kept = lake.aside(record.run_id)
    assert [(row["file"], row["line"], row["columns"], row["rules"]) for row in kept] == [
        ("tracks.csv", 22, ["track_popularity"], ["not a int"]),
        ("tracks.csv", 23, ["explicit"], ["missing columns"]),
        ("tracks.csv", 24, ["id"], ["blank key"]),
    ]
    assert kept[0]["raw"] == f"{ident('tr', 50)},many,false"


def test_partial_dates_and_rows_without_a_date(lake: Lake, catalogue: Path) -> None:
    dated = [
        *albums([1], date="1999"),
        *albums([2], date="1999-05"),
        *albums([3], date="2015-06-09"),
        *albums([4], date=""),
    ]
    write(catalogue / "album.csv", dated)
    lake.run(catalogue)
    found = lake.rows(
        "SELECT release_date::VARCHAR, release_precision, release_decade FROM {t} ORDER BY track_id"
    )
    assert found == [
        ("1999-01-01", "year", 1990),
        ("1999-05-01", "month", 1990),
        ("2015-06-09", "day", 2010),
        (None, None, None),
    ]


def test_one_bad_file_does_not_stop_the_others(lake: Lake, catalogue: Path) -> None:
    (catalogue / "features.csv").write_text("")
    record = lake.run(catalogue)
    assert record.changed
    assert record.tables["spotify.tracks"].rows == 20
    assert [Path(file.file).name for file in record.rejected] == ["features.csv"]
    assert "empty" in record.rejected[0].reason


def test_a_bad_file_among_known_ones_changes_nothing(lake: Lake, catalogue: Path) -> None:
    lake.run(catalogue)
    before = lake.files()
    (catalogue / "features.csv").write_text('danceability,energy\n"never closed')
    record = lake.run(catalogue)
    assert not record.changed
    assert len(record.rejected) == 1
    assert lake.files() == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tracks.csv", "", "empty"),
        ("tracks.csv", "id,track_popularity,explicit\n", "no rows"),
        ("tracks.csv", "id,explicit\nx,true\n", "track_popularity"),
        ("tracks.csv", "id,id,track_popularity,explicit\nx,x,1,true\n", "twice"),
        ("tracks.csv", 'id,track_popularity,explicit\nx,1,true\n"y,2,true\n', "never closed"),
        ("tracks.csv", "id,track_popularity,explicit\nx,one,true\ny,two,true\n", "none of its 2 rows"),
        ("what.csv", "a,b\n1,2\n", "known source"),
    ],
)
def test_no_file_left_leaves_no_lake(lake: Lake, tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(RejectedError, match=said) as error:
        lake.run(tmp_path / name)
    assert name in str(error.value)
    assert not lake.root.exists()


def test_no_file_left_leaves_a_lake_as_it_was(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    lake.run(catalogue)
    before = lake.files()
    bad = tmp_path / "tracks.csv"
    bad.write_text('id,track_popularity,explicit\nx,1,true\n"y,2,true\n')
    with pytest.raises(RejectedError):
        lake.run(bad)
    assert lake.files() == before
    newest = all_runs(LakeLayout(lake.root))[0]
    assert newest.status == "failed"
    assert "never closed" in newest.error


def test_a_wrong_path_makes_no_lake(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(CallError, match="no such file"):
        lake.run(tmp_path / "nowhere")
    assert not lake.root.exists()


def test_a_crash_between_two_commits_is_mended_by_the_next_run(
    lake: Lake, catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wavehouse.lake.commit import Committer

    lake.run(catalogue)
    write(tmp_path / "more" / "tracks.csv", tracks([3], popularity=99))
    move_forward = Committer.move_forward

    def dies(self: Committer, name: TableName, run: str, *, new: bool) -> None:
        if name == TRACKS:
            raise OutsideError("the power failed")
        move_forward(self, name, run, new=new)

    monkeypatch.setattr(Committer, "move_forward", dies)
    with pytest.raises(OutsideError, match="power"):
        lake.run(tmp_path / "more")
    monkeypatch.undo()
    assert lake.rows("SELECT max(track_popularity) FROM {t}") == [(10,)]
    record = lake.run(tmp_path / "more")
    assert record.changed
    assert lake.rows("SELECT max(track_popularity) FROM {t}") == [(99,)]
    assert not lake.run(tmp_path / "more").changed


def test_landed_files_of_a_killed_run_are_taken_once(lake: Lake, catalogue: Path) -> None:
    from datetime import UTC, datetime

    from wavehouse.core.progress import Silent
    from wavehouse.pipeline.stage import stage

    staged = stage(lake.root, lake.project, Silent(), [catalogue])
    assert {file.source for file in staged.files} == {"albums", "artists", "tracks"}
    assert staged.files[0].batch_time <= datetime.now(UTC).isoformat()
    record = lake.run()
    assert record.tables["spotify.tracks"].rows == 20
    assert not lake.run(catalogue).changed


def test_an_edited_flow_makes_the_tables_again(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    project = Project.at(copy_project(lake.project, tmp_path / "mine"))
    mine = Lake(lake.root, project)
    mine.run(catalogue)
    flow = project.root / "flows" / "tracks.yaml"
    text = flow.read_text()
    flow.write_text(text.replace("Paths: [[artists_id]", "Paths: [[label], [artists_id]"))
    record = mine.run()
    assert record.changed
    columns = [column.name for column in mine.head.head(TRACKS).columns]  # type: ignore[union-attr]
    assert "label" not in columns
    assert mine.rows("SELECT count(*), min(artist_name) FROM {t}") == [(20, "Artist 1")]
    flow.write_text(text)
    mine.run()
    assert mine.rows("SELECT count(*), count(label) FROM {t}") == [(20, 0)]
    added = mine.head.head(TRACKS).columns[-1]  # type: ignore[union-attr]
    assert added.name == "label"


@pytest.mark.parametrize(
    ("type_", "said"),
    [
        ("int", r"explicit.*boolean.*int"),
        # Here the flow itself cannot go on from the type.
        ("date", r"node 'tracks_typed': 'explicit': a date cannot be cast to boolean"),
    ],
)
def test_a_contract_that_loses_a_loaded_file_stops_the_run(
    lake: Lake, catalogue: Path, tmp_path: Path, type_: str, said: str
) -> None:
    project = Project.at(copy_project(lake.project, tmp_path / "mine"))
    mine = Lake(lake.root, project)
    mine.run(catalogue)
    before = mine.files()
    contract = project.root / "contracts" / "tracks.yaml"
    contract.write_text(
        contract.read_text().replace("explicit: {type: boolean", f"explicit: {{type: {type_}")
    )
    with pytest.raises(WavehouseError, match=said):
        mine.run()
    assert mine.files() == before


def test_full_reads_everything_again_and_says_the_same(lake: Lake, catalogue: Path) -> None:
    first = lake.run(catalogue)
    rows = lake.rows("SELECT * FROM {t} ORDER BY ALL")
    record = lake.run(full=True)
    assert record.changed
    assert record.snapshot_id != first.snapshot_id
    assert lake.rows("SELECT * FROM {t} ORDER BY ALL") == rows


def test_two_runs_at_once_wait_for_each_other(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    write(tmp_path / "more" / "tracks.csv", tracks(range(100, 200)))
    errors: list[BaseException] = []

    def one(path: Path) -> None:
        try:
            lake.run(path)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=[path]) for path in (catalogue, tmp_path / "more")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert lake.rows("SELECT count(*) FROM {t}", "staging.tracks") == [(120,)]


def test_the_history_finds_runs_by_the_beginning_of_their_id(lake: Lake, catalogue: Path) -> None:
    record = lake.run(catalogue)
    layout = LakeLayout(lake.root)
    assert find_run(layout, "last") == find_run(layout, record.run_id[:20]) == record
    with pytest.raises(CallError, match="no run 'x'"):
        find_run(layout, "x")


@pytest.mark.parametrize("name", ["with space", "ünïcode-名前", "a'quote", "semi;colon", "per=cent"])
def test_a_lake_may_lie_in_any_ordinary_place(tmp_path: Path, lake: Lake, catalogue: Path, name: str) -> None:
    odd = Lake(tmp_path / name, lake.project)
    odd.run(catalogue)
    assert odd.rows("SELECT count(*) FROM {t}") == [(20,)]
    assert not odd.run(catalogue).changed


def test_a_killed_commit_locks_nobody_out(lake: Lake, catalogue: Path) -> None:
    """A writer that is killed in its commit leaves a journal, which whoever comes next rolls back."""
    import subprocess
    import sys

    lake.run(catalogue)
    script = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN")
connection.execute("UPDATE iceberg_tables SET metadata_location = NULL")
connection.execute("CREATE TABLE filling (x)")
connection.executemany("INSERT INTO filling VALUES (?)", [(b"x" * 5000,)] * 500)
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", script, str(lake.root / "catalog.db")], check=False)
    assert (lake.root / "catalog.db-journal").is_file()
    assert lake.rows("SELECT count(*) FROM {t}") == [(20,)]
    assert not lake.run(catalogue).changed


def test_a_removed_alias_never_empties_a_table(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    text = (catalogue / "tracks.csv").read_text()
    (catalogue / "tracks.csv").write_text(text.replace("id,", "track_id,", 1))
    project = Project.at(copy_project(lake.project, tmp_path / "mine"))
    mine = Lake(lake.root, project)
    mine.run(catalogue)
    contract = project.root / "contracts" / "tracks.yaml"
    contract.write_text(contract.read_text().replace(", aliases: [track_id]", ""))
    with pytest.raises(RejectedError, match=r"needs the column id.*project has changed"):
        mine.run()
    assert mine.rows("SELECT count(*) FROM {t}") == [(20,)]


def test_a_failing_first_run_leaves_the_lake_of_one_that_waits_alone(
    lake: Lake, catalogue: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad" / "tracks.csv"
    bad.parent.mkdir()
    bad.write_text('id,track_popularity,explicit\nx,1,true\n"y,2,true\n')
    outcomes: list[object] = []

    def one(path: Path) -> None:
        try:
            outcomes.append(lake.run(path).changed)
        except RejectedError:
            outcomes.append("refused")

    threads = [threading.Thread(target=one, args=[path]) for path in (bad, catalogue, bad)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["True", "refused", "refused"]
    assert lake.rows("SELECT count(*) FROM {t}") == [(20,)]
    assert (lake.root / ".lock").exists()


def test_a_renamed_target_is_loaded_once(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    project = Project.at(copy_project(lake.project, tmp_path / "mine"))
    mine = Lake(lake.root, project)
    mine.run(catalogue)
    flow = project.root / "flows" / "tracks.yaml"
    flow.write_text(flow.read_text().replace("Table: tracks", "Table: songs"))
    assert mine.run().changed
    assert mine.rows("SELECT count(*) FROM {t}", "spotify.songs") == [(20,)]
    again = mine.run()
    assert not again.changed
    assert "spotify.songs" in again.tables


@pytest.mark.parametrize("order", [("a", "m", "z"), ("z", "m", "a")])
def test_the_order_of_the_paths_decides_nothing(
    lake: Lake, catalogue: Path, tmp_path: Path, order: list[str]
) -> None:
    """Two files of the same bytes stand for the one of them that would win."""
    popularity = {"a": 63, "m": 99, "z": 63}
    for name, value in popularity.items():
        write(tmp_path / name / f"spotify_tracks_data_{name}.csv", tracks(range(20), value))
    (catalogue / "tracks.csv").unlink()
    lake.run(catalogue, *(tmp_path / name for name in order))
    assert lake.rows("SELECT DISTINCT track_popularity FROM {t}") == [(63,)]


def test_the_name_of_a_column_goes_before_its_alias(lake: Lake, catalogue: Path) -> None:
    rows = [{"track_id": "other", **row} for row in tracks(range(20))]
    write(catalogue / "tracks.csv", rows)
    lake.run(catalogue)
    assert lake.rows("SELECT count(*) FROM {t}") == [(20,)]


def test_a_copied_lake_is_told_from_its_original(lake: Lake, catalogue: Path, tmp_path: Path) -> None:
    import shutil

    lake.run(catalogue)
    shutil.copytree(lake.root, tmp_path / "copy")
    with pytest.raises(OutsideError, match="moved or copied"):
        Lake(tmp_path / "copy", lake.project).run(catalogue)
    link = tmp_path / "link"
    link.symlink_to(lake.root)
    assert not Lake(link, lake.project).run(catalogue).changed


def test_a_catalog_that_somebody_holds_is_named(
    lake: Lake, catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    from pyiceberg.catalog import sql

    lake.run(catalogue)
    write(tmp_path / "more" / "tracks.csv", tracks([3], popularity=99))
    patient = sql.SqlCatalog
    monkeypatch.setattr(
        sql,
        "SqlCatalog",
        lambda name, **given: patient(name, **{**given, "uri": f"{given['uri']}?timeout=0.1"}),
    )
    holder = sqlite3.connect(lake.root / "catalog.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(OutsideError, match="catalog could not be written"):
            lake.run(tmp_path / "more")
    finally:
        holder.close()
    assert lake.run(tmp_path / "more").changed
