"""Folders of files that flows write: each format, replaced as a whole, after the tables, come what may."""

from __future__ import annotations

import gzip
import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.chosen_engine import open_engine
from tests.pipeline.conftest import Lake, albums, artists, day, tracks
from tests.pipeline.own_project import Own, csv, files, sql, table

from wavehouse.core.errors import CallError, DefinitionError, OutsideError
from wavehouse.core.progress import Silent
from wavehouse.core.run_record import RunRecord
from wavehouse.lake.publication import Publication
from wavehouse.pipeline import work
from wavehouse.pipeline.rollback import roll_back
from wavehouse.pipeline.vacuum import VacuumOptions, vacuum
from wavehouse.store.versioned_folder import VersionedFolder

PLAYS = "user,song,ms\nann,a,1\nbob,,2\nann,b/c,3\n"


@pytest.fixture
def own(tmp_path: Path) -> Own:
    own = Own.at(tmp_path)
    own.write({"plays.csv": PLAYS})
    return own


def flow(own: Own, path: str, form: str = "csv", more: str = "", *, with_table: bool = True) -> None:
    """A flow from the CSV file to files, and to a table."""
    tables = table("kept", "in", "my.plays") if with_table else ""
    own.flow("plays", csv("in", "plays.csv") + tables + files("out", "in", path, form, more))


def written(folder: Path) -> dict[str, str]:
    """The files of a folder."""
    return {
        str(path.relative_to(folder)): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def parquet_rows(own: Own, folder: Path) -> list[Any]:
    """The rows of Parquet files with their partitions."""
    with own.lake.engine() as engine:
        pattern = f"{folder}/**/*.parquet"
        return engine.rows(f"SELECT * FROM read_parquet('{pattern}', hive_partitioning = true) ORDER BY ALL")


@pytest.mark.parametrize("with_table", [True, False])
def test_csv(own: Own, with_table: bool) -> None:
    flow(own, "${warehouse}/plays/", with_table=with_table)
    record = own.lake.run()
    assert written(own.lake.root / "files/plays") == {"part-0.csv": PLAYS}
    state = record.outputs["${warehouse}/plays/"]
    assert (state.rows, state.files, state.bytes) == (3, 1, len(PLAYS))
    again = own.lake.run()
    assert (again.changed, again.outputs) == (False, record.outputs)


def test_json_beside_the_project(own: Own) -> None:
    flow(own, "out/plays", "json", ", Compression: gzip")
    own.lake.run()
    (path,) = (own.root / "out/plays").iterdir()
    assert path.name == "part-0.json.gz"
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert sorted(rows, key=lambda row: row["ms"])[1] == {"user": "bob", "song": None, "ms": "2"}


@pytest.mark.parametrize("compression", [None, "gzip", "uncompressed"])
def test_parquet_at_an_absolute_path(own: Own, compression: str | None, tmp_path: Path) -> None:
    said = f", Compression: {compression}" if compression else ""
    own.flow(
        "plays",
        csv("in", "plays.csv")
        + sql("typed", "SELECT user, CAST(ms AS INT) AS ms FROM t", t="in")
        + f'out:\n  S3GlueParquetTarget: {{Name: out, Inputs: [typed], Path: "{tmp_path}/mine"{said}}}\n',
    )
    own.lake.run()
    assert parquet_rows(own, tmp_path / "mine") == [("ann", 1), ("ann", 3), ("bob", 2)]


@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
def test_partitions_are_folders(own: Own, form: str) -> None:
    own.flow(
        "plays",
        csv("in", "plays.csv")
        + sql("typed", "SELECT user, song, CAST(ms AS INT) AS ms, user = 'ann' AS a FROM t", t="in")
        + files("out", "typed", "${warehouse}/p", form, ", PartitionKeys: [[song], [a]]"),
    )
    own.lake.run()
    folder = own.lake.root / "files/p"
    found = {str(path.parent.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {
        "song=a/a=true",
        "song=__HIVE_DEFAULT_PARTITION__/a=false",
        "song=b%2Fc/a=true",
    }
    if form == "parquet":
        assert parquet_rows(own, folder) == [
            ("ann", 1, "true", "a"), ("ann", 3, "true", "b/c"), ("bob", 2, "false", None),
        ]  # fmt: skip
    if form == "csv":
        assert written(folder)["song=a/a=true/part-0.csv"] == "user,ms\nann,1\n"
    if form == "json":
        assert written(folder)["song=a/a=true/part-0.json"] == '{"user":"ann","ms":1}\n'


@pytest.mark.parametrize(
    ("path", "form", "more", "said"),
    [
        ("${warehouse}/x", "orc", "", "files of the format orc"),
        ("s3://bucket/x", "csv", "", "bucket"),
        ("${warehouse}/../x", "csv", "", "is not of the form"),
        ("${staging}/x", "csv", "", "among the landed files"),
        ("../lake/runs/x", "csv", "", "is in the lake"),
        ("..", "csv", "", "is in the lake, or has the lake in it"),
        ("${warehouse}/x", "csv", ", Compression: bzip2", "is not written with the compression bzip2"),
        ("${warehouse}/x", "parquet", ", Compression: lzo", "is not written with the compression lzo"),
        ("${warehouse}/x", "csv", ", PartitionKeys: [[user], [song], [ms]]", "all of its columns"),
        ("${warehouse}/x", "csv", ", PartitionKeys: [[usr]]", "Did you mean 'user'?"),
    ],
)
def test_what_cannot_be_written_names_the_node(own: Own, path: str, form: str, more: str, said: str) -> None:
    flow(own, path, form, more)
    with pytest.raises(DefinitionError) as found:
        own.lake.run()
    assert said in str(found.value)
    assert "plays.yaml:7: node 'out'" in str(found.value)


def test_two_targets_and_sources_keep_out_of_each_others_way(own: Own) -> None:
    own.flow(
        "plays",
        csv("in", "plays.csv") + files("a", "in", "out/x") + files("b", "in", "./out/x/y/"),
    )
    with pytest.raises(DefinitionError, match=r"both write to \./out/x/y/"):
        own.lake.run()
    own.flow("plays", csv("in", "out/*.csv") + files("a", "in", "out"))
    with pytest.raises(DefinitionError, match=r"node 'in': it reads out/\*\.csv, where the node 'a'"):
        own.lake.run()


def test_what_no_run_has_made_is_not_replaced(own: Own) -> None:
    own.write({"out/mine.txt": "precious"})
    flow(own, "out")
    with pytest.raises(CallError, match="no run has made"):
        own.lake.run()
    assert written(own.root / "out") == {"mine.txt": "precious"}
    (own.root / "out/mine.txt").unlink()
    own.lake.run()
    assert written(own.root / "out") == {"part-0.csv": PLAYS}


def test_a_reader_has_the_old_folder_or_the_new_one(own: Own) -> None:
    flow(own, "out")
    own.lake.run()
    opened = (own.root / "out").resolve()
    own.write({"plays.csv": PLAYS + "cleo,d,4\n"})
    own.lake.run()
    assert written(own.root / "out") == {"part-0.csv": PLAYS + "cleo,d,4\n"}
    assert written(opened) == {"part-0.csv": PLAYS}
    # It goes with the next replacement, or by the upkeep.
    vacuum(own.lake.root, Silent(), VacuumOptions(orphan_age=VacuumOptions.orphan_age * 0))
    assert not opened.exists()
    assert written(own.root / "out") == {"part-0.csv": PLAYS + "cleo,d,4\n"}


def test_files_that_are_gone_are_made_again(own: Own) -> None:
    flow(own, "out")
    own.lake.run()
    link = own.root / "out"
    folder = VersionedFolder(link)
    folder.remove_but()
    assert own.lake.run().changed
    assert written(link) == {"part-0.csv": PLAYS}
    link.unlink()
    assert not own.lake.run().changed
    assert written(link) == {"part-0.csv": PLAYS}


def test_a_run_that_is_cut_off_after_the_tables_is_finished(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow(own, "out")
    own.lake.run()
    own.write({"plays.csv": PLAYS + "cleo,d,4\n"})

    def cut(*_: object) -> None:
        raise OSError(5, "cut off")

    with monkeypatch.context() as patch:
        patch.setattr(work, "show_outputs", cut)
        with pytest.raises(OutsideError, match="cut off"):
            own.lake.run()
    assert own.lake.rows("SELECT count(*) FROM {t}", "my.plays") == [(4,)]
    assert written(own.root / "out") == {"part-0.csv": PLAYS}
    own.lake.run()
    assert written(own.root / "out") == {"part-0.csv": PLAYS + "cleo,d,4\n"}


def test_a_run_that_is_cut_off_before_leaves_the_folder(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    flow(own, "out")
    own.lake.run()
    own.write({"plays.csv": PLAYS + "cleo,d,4\n"})

    def cut(*_: object, **__: object) -> None:
        raise OSError(5, "cut off")

    with monkeypatch.context() as patch:
        patch.setattr(Publication, "publish", cut)
        with pytest.raises(OutsideError, match="the lake is as it was"):
            own.lake.run()
    assert written(own.root / "out") == {"part-0.csv": PLAYS}
    assert len(VersionedFolder(own.root / "out").versions()) == 1


def test_a_rollback_shows_the_files_of_then(own: Own) -> None:
    flow(own, "out")
    first = own.lake.run()
    own.write({"plays.csv": PLAYS + "cleo,d,4\n"})
    own.lake.run()
    roll_back(own.lake.root, "my.plays", first.run_id, open_engine, Silent(), dry_run=False)
    assert written(own.root / "out") == {"part-0.csv": PLAYS}
    assert own.lake.rows("SELECT count(*) FROM {t}", "my.plays") == [(3,)]
    assert not own.lake.run().changed
    assert own.lake.run(release=True).changed
    assert written(own.root / "out") == {"part-0.csv": PLAYS + "cleo,d,4\n"}


def three_runs(own: Own, path: str) -> RunRecord:
    """Runs with other rows each; returns the first."""
    flow(own, path)
    first = own.lake.run()
    for more in ("cleo,d,4\n", "dan,e,5\n"):
        own.write({"plays.csv": PLAYS + more})
        own.lake.run()
    return first


def test_files_in_the_lake_stay_as_long_as_their_publish(own: Own) -> None:
    first = three_runs(own, "${warehouse}/out")
    folder = VersionedFolder(own.lake.root / "files" / "out")
    at_once = timedelta(0)
    assert vacuum(own.lake.root, Silent(), VacuumOptions(3, at_once, at_once)).orphans == {}
    roll_back(own.lake.root, "my.plays", first.run_id, open_engine, Silent(), dry_run=False)
    assert written(folder.path) == {"part-0.csv": PLAYS}
    assert not own.lake.run().changed
    # Two publishes are let go; their files, however old, go a day later, when nobody can be reading them.
    before = time.time() - 2 * 86_400
    for file in folder.path.parent.rglob("part-*"):
        os.utime(file, (before, before))
    assert vacuum(own.lake.root, Silent(), VacuumOptions(1, at_once, timedelta(days=1))).orphans == {}
    assert len(folder.versions()) == 3
    assert vacuum(own.lake.root, Silent(), VacuumOptions(1, at_once, timedelta(days=1))).orphans == {}
    vacuum(own.lake.root, Silent(), VacuumOptions(1, at_once, at_once))
    assert folder.versions() == [folder.shown]
    assert written(folder.path) == {"part-0.csv": PLAYS}


def test_after_a_rollback_to_files_that_are_gone_the_next_run_makes_them_again(own: Own) -> None:
    first = three_runs(own, "out")
    roll_back(own.lake.root, "my.plays", first.run_id, open_engine, Silent(), dry_run=False)
    assert written(own.root / "out") == {"part-0.csv": PLAYS + "dan,e,5\n"}
    assert own.lake.run().changed
    assert written(own.root / "out") == {"part-0.csv": PLAYS}
    assert not own.lake.run().changed


def test_an_empty_result_is_a_file_with_a_header(own: Own) -> None:
    own.flow(
        "plays",
        csv("in", "plays.csv")
        + sql("none", "SELECT user FROM t WHERE user = 'x'", t="in")
        + files("out", "none", "out", "csv")
        + files("parts", "none", "parts", "csv", ", PartitionKeys: []"),
    )
    record = own.lake.run()
    assert written(own.root / "out") == {"part-0.csv": "user\n"}
    assert list(record.tables) == ["quarantine.rows"]  # something must be published


def test_a_change_writes_the_partitions_again_that_it_touches(lake: Lake) -> None:
    """The others are the same files as before, under names of the new version."""
    target = (
        "  as_files:\n    S3GlueParquetTarget:\n      {Name: Files, Inputs: [without_keys], "
        "Path: '${warehouse}/tracks/', PartitionKeys: [[release_decade]]}\n\n  spotify_tracks:\n"
    )
    lake = lake.edited("flows/tracks.yaml", "  spotify_tracks:\n", target)
    folder = lake.root / "files" / "tracks"

    def inodes() -> dict[str, int]:
        return {path.parent.name: path.stat().st_ino for path in folder.rglob("*.parquet")}

    def agree() -> None:
        names = "track_id, track_popularity, album_id, release_decade"
        with lake.engine() as engine:
            read = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = true)"
            files = engine.rows(f"SELECT {names} FROM {read} ORDER BY ALL")
        assert files == lake.rows(f"SELECT {names} FROM {{t}} ORDER BY ALL")

    three = [
        *albums(range(10), date="1985"),
        *albums(range(10, 20), date="1999-01-01"),
        *albums(range(20, 30), date="2001"),
    ]
    lake.load(day(1), artists=artists([1]), albums=three, tracks=tracks(range(30)))
    first = inodes()
    assert set(first) == {"release_decade=1980", "release_decade=1990", "release_decade=2000"}
    agree()

    record = lake.load(day(2), tracks=tracks([12], 99))
    assert record.mode == "incremental"
    second = inodes()
    assert {name for name in first if first[name] == second[name]} == {
        "release_decade=1980",
        "release_decade=2000",
    }
    assert record.outputs["${warehouse}/tracks/"].rows == 30
    assert record.outputs["${warehouse}/tracks/"].files == 3
    agree()

    # All rows of a decade move to another one, and some to none.
    lake.load(day(3), albums=albums(range(10), date="1990"))
    assert set(inodes()) == {"release_decade=1990", "release_decade=2000"}
    assert inodes()["release_decade=2000"] == first["release_decade=2000"]
    agree()

    # What does not reach the table leaves its files alone.
    third = inodes()
    assert lake.load(day(4), tracks=tracks([500])).changed
    assert inodes() == third
    agree()
