"""Rollback, release, compact, vacuum, snapshots, batch times on the command line: JSON, text, bad input."""

from __future__ import annotations

import csv
import fcntl
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Answer, Wavehouse


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small catalogue of the generator's, and beside it tracks of another day."""
    directory = tmp_path_factory.mktemp("catalogue")
    done = Wavehouse(directory)("generate", "files", "--scale", "0.001")
    assert done.code == 0, done.stderr
    with (directory / "files" / "tracks.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    (directory / "later").mkdir()
    at = header.index("track_popularity")
    with (directory / "later" / "tracks.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *([*row[:at], "100", *row[at + 1 :]] for row in rows[:20])])
    return directory


@pytest.fixture(scope="module")
def looked_at(files: Path) -> Path:
    """A lake of both; tests must not write to it."""
    lake = files / "lake"
    for name, moment in (("files", "2024-01-01"), ("later", "2024-01-02T10:00:00+02:00")):
        done = Wavehouse(files)("run", "--from", name, "--batch-time", moment, "--lake", lake, "--json")
        assert done.code == 0, done.stderr
    return lake


def one_paragraph(answer: Answer) -> str:
    """The error, which is one line and no traceback."""
    last = answer.stderr.strip().splitlines()[-1]
    assert last.startswith("error: "), answer.stderr
    assert "Traceback" not in answer.stderr
    return last


def popular(wavehouse: Wavehouse, version: str = "") -> Any:
    """How many rows say that their track is as popular as can be."""
    sql = f"SELECT count_if(track_popularity = 100) FROM spotify.tracks {version}"
    return wavehouse("sql", sql, "--lake", "lake", "--json").json["rows"][0][0]


def test_a_lake_is_kept_up_from_the_command_line(files: Path, wavehouse: Wavehouse) -> None:
    """One way through all of it: load, go back, release, put together, clean up."""
    lake = ["--lake", "lake", "--json"]
    first = wavehouse("run", "--from", files / "files", "--batch-time", "2024-01-01", *lake).json
    second = wavehouse("run", "--from", files / "later", "--batch-time", "2024-01-02", *lake).json
    assert (first["mode"], second["mode"]) == ("full", "incremental")
    assert second["changes"]["staging.tracks"] == {"added": 0, "changed": 20, "removed": 0}
    after = popular(wavehouse)
    assert after >= 20

    shown = wavehouse("snapshots", "spotify.tracks", *lake).json["snapshots"]
    assert [one["run_id"] for one in shown] == [first["run_id"], second["run_id"]]
    assert [one["action"] for one in shown] == ["run", "run"]
    target = str(shown[0]["snapshot_id"])

    planned = wavehouse("rollback", "spotify.tracks", target, "--dry-run", *lake).json
    assert (planned["dry_run"], planned["run_id"], planned["held"]) == (True, None, ["tracks.csv"])
    assert popular(wavehouse) == after
    done = wavehouse("rollback", "spotify.tracks", target, *lake).json
    assert (done["rolled_back_to"], done["held"]) == (first["run_id"], ["tracks.csv"])
    assert done["snapshots"] == planned["snapshots"]
    assert done["tables"]["spotify.tracks"]["rows"] == first["tables"]["spotify.tracks"]["rows"]
    assert popular(wavehouse) == 0
    assert popular(wavehouse, f"FOR VERSION AS OF {second['snapshot_id']}") == after
    assert wavehouse("runs", "show", "last", *lake).json["run_id"] == done["run_id"]

    again = wavehouse("run", "--from", files / "later", *lake)
    assert (again.code, again.json["changed"]) == (0, False)
    assert any("wavehouse release" in note for note in again.json["notes"])
    released = wavehouse("release", *lake)
    assert (released.code, released.json["mode"], released.json["changed"]) == (0, "incremental", True)
    assert popular(wavehouse) == after

    compacted = wavehouse("compact", *lake).json
    assert {one["table"] for one in compacted["tables"]} >= {"spotify.tracks"}
    assert all(one["into"] < one["files"] for one in compacted["tables"])
    assert wavehouse("compact", *lake).json["tables"] == []
    assert popular(wavehouse) == after

    vacuumed = wavehouse("vacuum", "--keep", "1", "--expire-after", "0", *lake).json
    assert vacuumed["files"] == 0
    assert len(vacuumed["expired"]["spotify.tracks"]) == 4
    freed = wavehouse("vacuum", "--orphans-after", "0", *lake).json
    assert freed["files"] == len(freed["orphans"]) > 0
    assert freed["bytes"] > 0
    assert popular(wavehouse) == after
    gone = wavehouse("sql", f"SELECT 1 FROM spotify.tracks FOR VERSION AS OF {target}", "--lake", "lake")
    assert gone.code == 2
    assert "vacuum has let it go" in one_paragraph(gone)
    actions = wavehouse("snapshots", "spotify.tracks", *lake).json["snapshots"]
    assert [one["action"] for one in actions] == ["compact"]


def test_the_same_in_words(files: Path, wavehouse: Wavehouse) -> None:
    lake = ["--lake", "lake"]
    staged = wavehouse("stage", files / "files", "--batch-time", "2024-01-01", *lake)
    assert (staged.code, "album.csv" in staged.stdout) == (0, True)
    first = wavehouse("run", *lake, "--json").json
    shown = wavehouse("run", "--from", files / "later", *lake).stdout
    assert "changed" in shown
    listed = wavehouse("snapshots", "spotify.tracks", *lake).stdout
    assert str(first["snapshot_id"]) in listed
    assert "current" in listed
    run = first["run_id"]
    planned = wavehouse("rollback", "spotify.tracks", run, "--dry-run", *lake).stdout
    assert f"all tables would go back to run {run}" in planned
    done = wavehouse("rollback", "spotify.tracks", run, *lake).stdout
    assert f"all tables went back to run {run}" in done
    assert str(first["snapshot_id"]) in done
    assert "held until 'wavehouse release': tracks.csv" in done
    assert "rollback to" in wavehouse("snapshots", "spotify.tracks", *lake).stdout
    assert f"rolled back to run {run}; 1 files are held" in wavehouse("runs", "show", "last", *lake).stdout
    assert "published" in wavehouse("release", *lake).stdout
    assert "nothing new" in wavehouse("release", *lake).stdout
    planned = wavehouse("compact", "spotify.tracks", "--dry-run", *lake).stdout
    assert "spotify.tracks" in planned
    assert "–" in planned
    assert "spotify.tracks" in wavehouse("compact", "spotify.tracks", *lake).stdout
    assert "no partition has more than one file" in wavehouse("compact", "spotify.tracks", *lake).stdout
    said = wavehouse("vacuum", "--keep", "1", "--expire-after", "0", "--dry-run", *lake).stdout
    assert "0 files that nobody needs would be removed" in said
    assert "spotify.tracks: 4 old snapshots would be removed" in said
    assert "0 files that nobody needs removed" in wavehouse("vacuum", *lake).stdout


def test_the_time_of_a_batch_is_that_of_its_rows(looked_at: Path, wavehouse: Wavehouse) -> None:
    """In UTC, whatever zone it was written in."""
    moments = ["2024-01-01 00:00:00", "2024-01-02 08:00:00"]
    counts = [f"count_if(_batch_time = TIMESTAMP '{moment}')" for moment in moments]
    sql = f"SELECT {', '.join(counts)}, count(*) FROM staging.tracks"
    ((first, second, all_),) = wavehouse("sql", sql, "--lake", looked_at, "--json").json["rows"]
    assert (second, first + second) == (20, all_)


def test_an_older_batch_that_comes_late_loses(files: Path, wavehouse: Wavehouse) -> None:
    lake = ["--lake", "lake", "--json"]
    wavehouse("run", "--from", files / "files", "--batch-time", "2024-01-02", *lake)
    late = wavehouse("run", "--from", files / "later", "--batch-time", "2024-01-01", *lake).json
    assert (late["mode"], late["sources"]["tracks"]["rows_superseded"]) == ("incremental", 20)
    assert popular(wavehouse) == 0
    staged = wavehouse("stage", files / "later", "--batch-time", "2024-01-03", *lake)
    assert (staged.code, len(staged.json["known"])) == (0, 1)  # its bytes have been taken


_TOMORROW = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["rollback", "spotify.trakcs", "1"], "no table 'spotify.trakcs'. Did you mean 'spotify.tracks'?"),
        (["rollback", "spotify.tracks", "1"], "has no snapshot '1' that a run published"),
        (["rollback", "tracks", "1"], "database.table"),
        (["snapshots", "spotify.trakcs"], "Did you mean 'spotify.tracks'?"),
        (["compact", "spotify.trakcs"], "no table 'spotify.trakcs' that runs write"),
        (["compact", "spotify.tracks", "nothing"], "no table 'nothing' that runs write"),
        (["run", "--batch-time", "yesterday"], "'yesterday' is not a time. Write 2024-01-31 or"),
        (["run", "--batch-time", "2024-13-01"], "'2024-13-01' is not a time"),
        (
            ["run", "--batch-time", _TOMORROW],
            "UTC is still to come. Give the time at which the files were made",
        ),
        (["run", "--batch-time", "9999-01-01"], "is still to come"),
        (["stage", ".", "--batch-time", _TOMORROW], "is still to come"),
        (["stage", ".", "--batch-time", ""], "'' is not a time"),
    ],
)
def test_bad_input_is_one_paragraph(
    looked_at: Path, wavehouse: Wavehouse, args: list[str], said: str
) -> None:
    before = sorted(looked_at.rglob("*"))
    answer = wavehouse(*args, "--lake", looked_at, "--json")
    assert answer.code == 2
    assert said in one_paragraph(answer)
    assert answer.stdout == ""
    assert sorted(looked_at.rglob("*")) == before


@pytest.mark.parametrize("number", ["-1", "x", "nan", "inf", "1e300"])
@pytest.mark.parametrize("option", ["--keep", "--expire-after", "--orphans-after"])
def test_vacuum_takes_only_numbers_that_make_sense(
    looked_at: Path, wavehouse: Wavehouse, option: str, number: str
) -> None:
    answer = wavehouse("vacuum", option, number, "--dry-run", "--lake", looked_at)
    assert (answer.code, answer.stdout) == (2, "")
    assert option.strip("-") in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("command", [["rollback", "a.b", "1"], ["compact"], ["vacuum"], ["release"]])
def test_where_there_is_no_lake(wavehouse: Wavehouse, tmp_path: Path, command: list[str]) -> None:
    answer = wavehouse(*command, "--lake", "nowhere")
    assert answer.code == 2
    one_paragraph(answer)
    assert not (tmp_path / "nowhere").exists()


def test_two_runs_at_once(files: Path, tmp_path: Path, wavehouse: Wavehouse) -> None:
    """Both meet a lake that somebody writes to; they say that they wait, and take turns then."""
    assert (
        wavehouse("run", "--from", files / "files", "--batch-time", "2024-01-01", "--lake", "lake").code == 0
    )
    later = files / "later" / "tracks.csv"
    (tmp_path / "tracks.csv").write_text(later.read_text(encoding="utf-8").replace(",100,", ",99,"))
    command = [sys.executable, "-m", "wavehouse", "run", "--lake", "lake", "--json", "--batch-time"]
    batches = [("2024-01-02", later), ("2024-01-03", tmp_path / "tracks.csv")]
    with (tmp_path / "lake" / ".lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        runs = [
            subprocess.Popen(
                [*command, time, "--from", path],
                cwd=tmp_path,
                env={**os.environ},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for time, path in batches
        ]
        said = [run.stderr.readline() for run in runs if run.stderr]
    assert said == ["note: another run is writing to this lake; waiting for it\n"] * 2
    for run in runs:
        stdout, stderr = run.communicate(timeout=120)
        assert run.returncode == 0, stderr
        record = Answer(run.returncode, stdout, stderr).json
        assert (record["mode"], record["changed"]) == ("incremental", True)
    sql = "SELECT track_popularity, count(*) FROM staging.tracks WHERE track_popularity > 98 GROUP BY 1"
    assert wavehouse("sql", sql, "--lake", "lake", "--json").json["rows"] == [[99, 20]]
    listed = wavehouse("runs", "list", "--lake", "lake", "--json").json["runs"]
    assert [run["status"] for run in listed] == ["done"] * 3
