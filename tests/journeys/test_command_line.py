"""The command line from outside: exit codes, one paragraph per error, JSON on stdout and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import Answer, Wavehouse


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small catalogue of the generator's."""
    directory = tmp_path_factory.mktemp("catalogue")
    done = Wavehouse(directory)("generate", "files", "--scale", "0.002")
    assert done.code == 0, done.stderr
    return directory / "files"


@pytest.fixture(scope="module")
def lake(files: Path) -> Path:
    """A lake of that catalogue; tests must not write to it."""
    done = Wavehouse(files.parent)("run", "--from", "files", "--lake", "lake", "--json")
    assert done.code == 0, done.stderr
    return files.parent / "lake"


def one_paragraph(answer: Answer) -> str:
    """The error, which is one line and no traceback."""
    last = answer.stderr.strip().splitlines()[-1]
    assert last.startswith("error: "), answer.stderr
    assert "Traceback" not in answer.stderr
    return last


def test_demo_makes_a_lake_and_shows_three_insights(wavehouse: Wavehouse, tmp_path: Path) -> None:
    shown = wavehouse("demo", "here")
    assert shown.code == 0, shown.stderr
    for title in ("Top artists by track popularity", "Track releases over time", "Genres and albums"):
        assert title in shown.stdout
    assert (tmp_path / "here" / "lake" / "catalog.db").is_file()
    again = wavehouse("demo", "here", "--json")
    assert again.json["changed"] is False


def test_a_run_says_what_it_did_as_json(files: Path, wavehouse: Wavehouse) -> None:
    done = wavehouse("run", "--from", files, "--lake", "mine", "--json")
    record = done.json
    keys = {"run_id", "status", "snapshot_id", "changed", "steps", "sources", "tables"}
    assert keys <= record.keys()
    for step in record["steps"]:
        assert {"name", "seconds", "rows_in", "rows_out", "rows_quarantined"} <= step.keys()
    assert set(record["sources"]) == {"albums", "artists", "features", "spotify_data", "tracks"}
    shown = wavehouse("runs", "show", "last", "--lake", "mine", "--json")
    assert shown.json == record
    listed = wavehouse("runs", "list", "--lake", "mine", "--json").json["runs"]
    assert [one["run_id"] for one in listed] == [record["run_id"]]
    assert "read albums" in done.stderr
    assert record["run_id"] in wavehouse("runs", "list", "--lake", "mine").stdout


def test_compressed_files_give_the_same_tables(
    lake: Path, files: Path, wavehouse: Wavehouse, tmp_path: Path
) -> None:
    import gzip

    import pyarrow as pa

    packed = tmp_path / "packed"
    packed.mkdir()
    for path in files.glob("*.csv"):
        if path.name.startswith("a"):
            (packed / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        else:
            with pa.CompressedOutputStream(str(packed / f"{path.name}.zst"), "zstd") as stream:
                stream.write(path.read_bytes())
    done = wavehouse("run", "--from", packed, "--lake", "mine", "--json")
    assert done.code == 0, done.stderr
    sql = (
        "SELECT count(*), sum(track_popularity), sum(duration_ms), count(DISTINCT album_name), sum(tempo) "
        "FROM spotify.tracks"
    )
    mine = wavehouse("sql", sql, "--lake", "mine", "--json").json["rows"]
    theirs = wavehouse("sql", sql, "--lake", lake, "--json").json["rows"]
    assert mine[0][:4] == theirs[0][:4]
    assert mine[0][4] == pytest.approx(theirs[0][4])


def test_generated_names_survive_the_way_into_the_table(
    lake: Path, files: Path, wavehouse: Wavehouse
) -> None:
    import csv

    with (files / "album.csv").open(newline="", encoding="utf-8") as file:
        written = {(row["album_id"], row["track_id"]): row["track_name"] for row in csv.DictReader(file)}
    assert any("\n" in name for name in written.values())
    assert any('"' in name for name in written.values())
    sql = "SELECT album_id, track_id, track_name FROM spotify.tracks"
    rows = wavehouse("sql", sql, "--lake", lake, "--json").json["rows"]
    assert {(album, track): name for album, track, name in rows} == written


def test_the_catalog_can_be_looked_at(lake: Path, wavehouse: Wavehouse) -> None:
    tables = wavehouse("tables", "--lake", lake, "--json").json["tables"]
    assert [table["name"] for table in tables] == [
        "quarantine.rows", "spotify.tracks", "spotify.tracks_parquet",
        "staging.albums", "staging.artists", "staging.features", "staging.tracks",
    ]  # fmt: skip
    described = wavehouse("describe", "spotify.tracks", "--lake", lake, "--json").json
    types = {column["name"]: column["type"] for column in described["columns"]}
    assert types["release_date"] == "date"
    assert types["genres"] == types["featured_artists"] == "array<string>"
    assert types["followers"] == "bigint"
    assert {
        "track_id", "track_name", "track_number", "duration_ms", "explicit", "track_popularity", "album_id",
        "album_name", "album_type", "album_popularity", "total_tracks", "label", "release_date",
        "release_precision", "release_year", "release_decade", "artist_id", "artist_name",
        "artist_popularity", "followers", "genre", "genres", "featured_artists", "danceability", "energy",
        "key", "loudness", "mode", "speechiness", "acousticness", "instrumentalness", "liveness", "valence",
        "tempo", "time_signature",
    } == set(types)  # fmt: skip
    assert [c["name"] for c in described["columns"] if c["partition"]] == ["release_decade"]
    snapshots = wavehouse("snapshots", "spotify.tracks", "--lake", lake, "--json").json["snapshots"]
    assert [snapshot["current"] for snapshot in snapshots] == [True]
    for command in (["tables"], ["describe", "spotify.tracks"], ["snapshots", "spotify.tracks"]):
        assert "spotify.tracks" in wavehouse(*command, "--lake", lake).stdout or command[0] == "snapshots"


@pytest.mark.parametrize("name", ["top_tracks", "genre_by_decade", "audio_profile"])
def test_saved_queries_run(lake: Path, wavehouse: Wavehouse, name: str) -> None:
    listed = {q["name"]: q for q in wavehouse("queries", "list", "--json").json["queries"]}
    assert listed[name]["description"]
    assert wavehouse("queries", "run", name, "--lake", lake, "--json").json["rows"]


@pytest.mark.parametrize("name", ["artists", "releases", "genres_and_albums", "sound", "health"])
def test_dashboards_give_their_data(lake: Path, wavehouse: Wavehouse, name: str) -> None:
    assert name in {d["name"] for d in wavehouse("dashboards", "list", "--json").json["dashboards"]}
    charts = wavehouse("dashboards", "data", name, "--lake", lake, "--json").json["charts"]
    # (Nothing of the sample is kept aside.)
    assert all(chart["rows"] for chart in charts if chart["id"] not in ("quarantine", "risers"))
    assert all(chart["error"] is None for chart in charts)
    assert all(len(row) == len(chart["columns"]) for chart in charts for row in chart["rows"])


def test_a_visual_answers_by_its_own_name(lake: Path, wavehouse: Wavehouse) -> None:
    for name in ("top_artists", "artists/top_artists"):
        (chart,) = wavehouse("dashboards", "data", name, "--lake", lake, "--json").json["charts"]
        assert chart["columns"] == [
            "artist_id", "artist_name", "avg_popularity", "best_track", "tracks", "followers",
        ]  # fmt: skip
        assert 0 < len(chart["rows"]) <= 10


def test_a_dry_run_only_looks(lake: Path, files: Path, wavehouse: Wavehouse, tmp_path: Path) -> None:
    planned = wavehouse("run", "--from", files, "--lake", "new", "--dry-run", "--json").json
    assert {file["source"] for file in planned["new"]} == {
        "albums", "artists", "features", "spotify_data", "tracks",
    }  # fmt: skip
    assert planned["would_change"] is True
    assert not (tmp_path / "new").exists()
    known = wavehouse("run", "--from", files, "--lake", lake, "--dry-run", "--json").json
    assert known["would_change"] is False
    assert len(known["known"]) == 5


def test_staged_files_wait_for_the_next_run(files: Path, wavehouse: Wavehouse) -> None:
    staged = wavehouse("stage", files, "--lake", "mine", "--json").json
    assert staged["batch"]
    assert len(staged["files"]) == 5
    assert wavehouse("run", "--lake", "mine", "--json").json["changed"] is True
    assert wavehouse("stage", files, "--lake", "mine", "--json").json["batch"] == ""


def test_a_project_of_ones_own(files: Path, wavehouse: Wavehouse, tmp_path: Path) -> None:
    path = wavehouse("init", "mine", "--json").json["path"]
    contract = tmp_path / path / "contracts" / "tracks.yaml"
    contract.write_text(contract.read_text().replace("key: [id]", "key: [idd]"))
    broken = wavehouse("run", "--project", "mine", "--from", files, "--lake", "l")
    assert broken.code == 2
    assert "tracks.yaml" in one_paragraph(broken)
    assert "Did you mean 'id'?" in broken.stderr
    assert not (tmp_path / "l").exists()
    again = wavehouse("init", "mine")
    assert again.code == 2
    assert "something here already" in one_paragraph(again)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["run", "--from", "nowhere"], 2, "nowhere: there is no such file"),
        (["run", "--from", "."], 2, "no CSV file in this directory"),
        (["run"], 2, "no file was named"),
        (["tables"], 2, "there is no lake here yet"),
        (["sql", "SELECT 1", "--lake", "nowhere"], 2, "there is no lake here yet"),
        (["run", "--project", ".", "--from", "."], 2, "no wavehouse.yaml here"),
        (["run", "--from", ".", "--lake", "s3://bucket/lake"], 2, "s3://"),
        (["generate", "made", "--as-of", "yesterday"], 2, "'yesterday' is not a date"),
        (["generate", "made", "--scale", "-1"], 2, "scale"),
        (["sql"], 2, "there is no query"),
    ],
)
def test_a_wrong_call_is_one_paragraph(
    wavehouse: Wavehouse, tmp_path: Path, args: list[str], code: int, said: str
) -> None:
    answer = wavehouse(*args)
    assert answer.code == code
    assert said in one_paragraph(answer)
    assert answer.stdout == ""
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["sql", "SELECT nme FROM spotify.tracks"], "nme"),
        (["sql", "SELECT * FROM spotify.track"], "spotify.tracks"),
        (["sql", "SELECT * FROM read_csv('x')"], "read_csv"),
        (["sql", "DROP TABLE spotify.tracks"], "DROP"),
        (["describe", "spotify.trakcs"], "Did you mean 'spotify.tracks'?"),
        (["describe", "tracks"], "database.table"),
        (["runs", "show", "nope"], "no run 'nope'"),
        (["queries", "run", "nope"], "no saved query"),
        (["dashboards", "data", "nope"], "no dashboard"),
        (["sql", "SELECT 1", "--format", "xml"], "xml"),
    ],
)
def test_a_wrong_name_is_one_paragraph(lake: Path, wavehouse: Wavehouse, args: list[str], said: str) -> None:
    answer = wavehouse(*args, "--lake", lake)
    assert answer.code == 2
    assert said in one_paragraph(answer)


def test_an_unknown_option_or_command(wavehouse: Wavehouse) -> None:
    assert wavehouse("fly").code == 2
    unknown = wavehouse("run", "--frm", "x")
    assert unknown.code == 2
    assert "--from" in unknown.stderr


def test_a_directory_that_is_something_else_is_left_alone(
    files: Path, wavehouse: Wavehouse, tmp_path: Path
) -> None:
    other = tmp_path / "photos"
    other.mkdir()
    (other / "beach.jpg").write_bytes(b"x")
    refused = wavehouse("run", "--from", files, "--lake", other)
    assert refused.code == 2
    assert "not a lake" in one_paragraph(refused)
    assert [path.name for path in other.iterdir()] == ["beach.jpg"]
    (other / "catalog.db").write_bytes(b"no database at all")
    assert wavehouse("run", "--from", files, "--lake", other).code == 2
    refused = wavehouse("run", "--from", files, "--lake", other / "beach.jpg")
    assert "this is a file" in one_paragraph(refused)


def test_a_rejected_file_makes_the_run_end_with_1(files: Path, wavehouse: Wavehouse, tmp_path: Path) -> None:
    mine = tmp_path / "files"
    shutil.copytree(files, mine)
    (mine / "notes.csv").write_text("a,b\n1,2\n")
    done = wavehouse("run", "--from", mine, "--lake", "mine", "--json")
    assert done.code == 1
    assert done.json["changed"] is True
    assert "notes.csv" in done.json["rejected"][0]["file"]
    again = wavehouse("run", "--from", mine, "--lake", "mine", "--json")
    assert (again.code, again.json["changed"]) == (1, False)


def test_quarantined_rows_alone_end_with_0_and_are_listed(
    files: Path, wavehouse: Wavehouse, tmp_path: Path
) -> None:
    mine = tmp_path / "files"
    shutil.copytree(files, mine)
    lines = (mine / "tracks.csv").read_text().splitlines(keepends=True)
    lines[4] = lines[4].replace(",true", ",maybe").replace(",false", ",maybe")
    (mine / "tracks.csv").write_text("".join(lines))
    done = wavehouse("run", "--from", mine, "--lake", "mine", "--json")
    assert done.code == 0
    assert done.json["sources"]["tracks"]["rows_quarantined"] == 1
    listed = wavehouse("quarantine", "list", "--source", "tracks", "--lake", "mine", "--json").json
    (row,) = listed["rows"]
    assert (row["file"], row["line"], row["rule"], row["columns"]) == (
        "tracks.csv", 5, "not a boolean", ["explicit"],
    )  # fmt: skip
    assert listed["total"] == 1
    assert "explicit: not a boolean ('maybe')" in row["reason"]
    assert "tracks.csv:5" in wavehouse("quarantine", "list", "--lake", "mine").stdout
    shown = wavehouse("quarantine", "show", "tracks.csv:5", "--lake", "mine")
    assert "not a boolean" in shown.stdout
    none = wavehouse("quarantine", "list", "--file", "other.csv", "--lake", "mine")
    assert "are kept aside" in none.stdout
    assert "nothing is kept aside" not in none.stdout
    unknown = wavehouse("quarantine", "list", "--source", "track", "--lake", "mine")
    assert "Did you mean 'tracks'?" in one_paragraph(unknown)
    nowhere = wavehouse("quarantine", "show", "tracks.csv:6", "--lake", "mine")
    assert nowhere.code == 2
    assert "quarantine list" in one_paragraph(nowhere)


def test_check_gives_verdicts_and_an_exit_code(files: Path, wavehouse: Wavehouse, tmp_path: Path) -> None:
    good = wavehouse("check", "--from", files, "--json")
    assert (good.code, good.json["passed"], good.json["quarantined"]) == (0, True, 0)
    assert {"source", "rule", "passed", "metric", "failed_rows"} <= set(good.json["rules"][0])
    mine = tmp_path / "files"
    shutil.copytree(files, mine)
    with (mine / "tracks.csv").open("a") as file:
        file.write("short,1,false\n")
    bad = wavehouse("check", "--from", mine, "--html", "report.html", "--json")
    assert (bad.code, bad.json["passed"], bad.json["quarantined"]) == (0, False, 1)
    assert "matches" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert wavehouse("check", "--from", mine, "--strict").code == 1
    # Never over anything but an earlier report.
    assert wavehouse("check", "--from", mine, "--html", "report.html", "--json").code == 0
    kept = (mine / "tracks.csv").read_bytes()
    over = wavehouse("check", "--from", mine, "--html", mine / "tracks.csv")
    assert over.code == 2
    assert "is no report" in one_paragraph(over)
    assert (mine / "tracks.csv").read_bytes() == kept
    assert wavehouse("check", "--from", mine, "--html", "nowhere/report.html").code == 2
    assert not (tmp_path / "lake").exists()


def test_rules_are_read_and_printed_back_with_their_sql(wavehouse: Wavehouse, tmp_path: Path) -> None:
    (tmp_path / "rules.dqdl").write_text('Rules = [ Completeness of "id" > 0.5, ColumnValues "n" > 1 ]\n')
    parsed = wavehouse("rules", "parse", "rules.dqdl", "--json").json["rules"]
    assert [(rule["type"], rule["text"]) for rule in parsed] == [
        ("Completeness", 'Completeness of "id" > 0.5'),
        ("ColumnValues", 'ColumnValues "n" > 1'),
    ]
    assert all(rule["sql"] for rule in parsed)
    assert "ColumnValues" in wavehouse("rules", "parse", "-", stdin='Rules = [ ColumnValues "n" > 1 ]').stdout
    broken = wavehouse("rules", "parse", "-", stdin='Rules = [\n  IsComplet "id"\n]')
    assert broken.code == 2
    assert "line 2, column 3" in one_paragraph(broken)
    assert "Did you mean 'IsComplete'?" in one_paragraph(broken)
    unknown = wavehouse("rules", "parse", "rules.dqdl", "--source", "tracks")
    assert unknown.code == 2
    assert "'n'" in one_paragraph(unknown)


def _in_a_namespace() -> bool:
    """Whether this machine lets a test mount a small disk of its own."""
    if not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _in_a_namespace(), reason="a disk that fills up needs `unshare -rm` (Linux)")
@pytest.mark.parametrize("kilobytes", [150, 400, 700, 900])
def test_a_disk_that_fills_up_leaves_the_lake_as_it_was(files: Path, tmp_path: Path, kilobytes: int) -> None:
    """A disk with so much room is left for a second load; wherever it fills up, the first one stays whole."""
    more = tmp_path / "more"
    shutil.copytree(files, more)
    for path in more.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.rstrip("\n") + "\n\n", encoding="utf-8")  # other bytes, the same rows
    script = f"""
        set -e
        mkdir disk && mount -t tmpfs -o size=64m none disk
        run() {{ {sys.executable} -m wavehouse "$@"; }}
        ask='SELECT count(*), sum(track_popularity) FROM spotify.tracks'
        run run --from {files} --lake disk/lake --json > first.json
        run sql "$ask" --lake disk/lake --format csv > before
        find disk/lake -type f -not -path '*/runs/*' -not -path '*/queries/*' | sort > files-before
        mount -o remount,size=$(( $(df --output=used disk | tail -1) + {kilobytes} ))k disk
        echo 0 > code
        run run --from {more} --lake disk/lake --json > second.json 2> said || echo $? > code
        run sql "$ask" --lake disk/lake --format csv > after
        find disk/lake -type f -not -path '*/runs/*' -not -path '*/queries/*' | sort > files-after
        mount -o remount,size=64m disk
        run run --from {more} --lake disk/lake --json > third.json
    """
    done = subprocess.run(
        ["unshare", "-rm", "bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = (tmp_path / "said").read_text()
    assert (tmp_path / "code").read_text().strip() == "3", said
    assert "error: " in said
    assert "Traceback" not in said
    assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()
    third = json.loads((tmp_path / "third.json").read_text())
    first = json.loads((tmp_path / "first.json").read_text())
    assert third["changed"] is True
    assert third["tables"]["spotify.tracks"]["rows"] == first["tables"]["spotify.tracks"]["rows"]
    if "catalog" not in said:
        assert (tmp_path / "files-after").read_text() == (tmp_path / "files-before").read_text()


@pytest.mark.skipif(not _in_a_namespace(), reason="a disk that cannot be written needs `unshare -rm` (Linux)")
def test_a_lake_that_cannot_be_written_to(files: Path, tmp_path: Path) -> None:
    script = f"""
        mkdir disk && mount -t tmpfs none disk && mkdir disk/lake && mount -o remount,ro disk
        exec {sys.executable} -m wavehouse run --from {files} --lake disk/lake
    """
    done = subprocess.run(
        ["unshare", "-rm", "bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "cannot be written to" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_stops_cleanly(files: Path, tmp_path: Path) -> None:
    """Interrupted while it reads: exit 130, no lake left behind, and the next run starts from nothing."""
    process = subprocess.Popen(
        [sys.executable, "-m", "wavehouse", "run", "--from", str(files), "--lake", "lake"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ},
    )
    assert process.stderr is not None
    process.stderr.readline()  # the first step is done: the work has begun
    process.send_signal(signal.SIGINT)
    said = process.stderr.read()
    process.wait(60)
    process.stderr.close()
    assert process.returncode == 130, said
    assert "interrupted" in said
    assert "Traceback" not in said
    assert not (tmp_path / "lake").exists()


def test_ctrl_c_before_anything_has_begun() -> None:
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "wavehouse", "tables"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "wavehouse.core.errors" in line:
            break
    else:
        pytest.fail("it has ended before that was imported")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert "Traceback" not in said


def test_output_that_nobody_reads_to_its_end(lake: Path, tmp_path: Path) -> None:
    query = "'SELECT * FROM spotify.tracks'"
    script = f"{sys.executable} -m wavehouse sql {query} --lake {lake} --format csv | head -1"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("track_id,")
    assert done.stderr == ""


def test_undecodable_rows_are_valid_json(wavehouse: Wavehouse, files: Path, tmp_path: Path) -> None:
    mine = tmp_path / "files"
    shutil.copytree(files, mine)
    with (mine / "artist.csv").open("ab") as file:
        file.write(b"\xff\xfe0000000000000000000,caf\xe9,1,[],2,,,,,,,\n")
    done = wavehouse("run", "--from", mine, "--lake", "mine", "--json")
    assert done.json["sources"]["artists"]["rows_quarantined"] == 1
    listed = wavehouse(
        "quarantine", "list", "--lake", "mine", "--json", env={"PYTHONIOENCODING": "utf-8:strict"}
    )
    (row,) = listed.json["rows"]
    assert row["raw"].startswith(r"\xff\xfe0000")


def test_a_broken_dashboard_is_found_before_anything_is_written(
    wavehouse: Wavehouse, files: Path, tmp_path: Path
) -> None:
    wavehouse("init", "mine")
    path = tmp_path / "mine" / "wavehouse.yaml"
    path.write_text(path.read_text().replace("releases", "relases"))
    answer = wavehouse("run", "--project", "mine", "--from", files, "--lake", "l")
    assert answer.code == 2
    assert "Did you mean 'releases'?" in one_paragraph(answer)
    assert not (tmp_path / "l" / "catalog.db").exists()


def test_a_log_that_nobody_reads_does_not_stop_the_run(files: Path, tmp_path: Path) -> None:
    command = f"{sys.executable} -m wavehouse run --from {files} --lake lake --json 2>&1 >out | head -1"
    subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert json.loads((tmp_path / "out").read_text())["changed"] is True


def test_debug_may_stand_anywhere(wavehouse: Wavehouse, lake: Path) -> None:
    assert wavehouse("tables", "--lake", lake, "--debug").code == 0
    assert "Traceback" in wavehouse("describe", "spotify.no", "--lake", lake, "--debug").stderr
