"""`flow export` and `flow import`, as a user has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.flow.graphs import node

from wavehouse.aws.validator import request_findings

if TYPE_CHECKING:
    from tests.conftest import Answer, Wavehouse

_ROOT = Path(__file__).parents[2]
_GOLDEN = _ROOT / "tests" / "golden" / "glue"
_PLACES = ("--staging", "s3://music-staging", "--warehouse", "s3://music-warehouse")
_STUDIO = _GOLDEN / "studio.job.json"

_SOURCE = '  plays:\n    S3CsvSource: {Name: plays, Paths: ["${staging}/plays/"]}\n'
_TARGET = '  out:\n    S3GlueParquetTarget: {Name: out, Inputs: [n], Path: "${warehouse}/x/"}\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one flow, which reads plays and writes files."""
    folder = tmp_path / "Our Music!"
    (folder / "flows").mkdir(parents=True)
    (folder / "wavehouse.yaml").write_text("name: Our Music!\n", "utf-8")
    return folder


def _flow(project: Path, between: str, source: str = _SOURCE, target: str = _TARGET) -> Path:
    path = project / "flows" / "f.yaml"
    path.write_text(f"flow: f\nnodes:\n{source}{between}{target}", "utf-8")
    return path


def test_the_shipped_flow_in_glues_form(wavehouse: Wavehouse) -> None:
    answer = wavehouse("flow", "export", "--to", "glue", *_PLACES)
    assert answer.code == 0, answer.stderr
    assert answer.stdout == (_GOLDEN / "tracks.nodes.json").read_text("utf-8")
    assert answer.stderr == "the comments in tracks.yaml have no place in Glue's nodes and are left out\n"


def test_the_shipped_flow_as_a_whole_job(wavehouse: Wavehouse) -> None:
    answer = wavehouse("flow", "export", "--to", "glue", "--what", "job")
    job = answer.json
    assert request_findings("glue", "CreateJob", job) == []
    assert (job["Name"], job["JobMode"], job["GlueVersion"]) == ("spotify-tracks", "VISUAL", "5.1")
    assert job["Command"]["ScriptLocation"].startswith("s3://spotify-warehouse/")
    assert job["DefaultArguments"]["--job-bookmark-option"] == "job-bookmark-disable"
    assert job["DefaultArguments"]["--datalake-formats"] == "iceberg"
    nodes = wavehouse("flow", "export", "--to", "glue").json
    assert job["CodeGenConfigurationNodes"] == nodes
    assert answer.stdout == wavehouse("flow", "export", "--to", "glue", "--what", "job").stdout
    for said in (
        "staging is s3://spotify-staging; name another by --staging",
        "warehouse is s3://spotify-warehouse; name another by --warehouse",
        "role is spotify-glue; name another by --role",
        "job bookmarks are off, and each run of the job reads all files: 'albums_once' needs all rows",
    ):
        assert said in answer.stderr


def test_the_shipped_flow_comes_back(wavehouse: Wavehouse, tmp_path: Path) -> None:
    wavehouse("flow", "export", "--to", "glue", "--what", "job", "-o", "job.json")
    back = wavehouse("flow", "import", "job.json")
    assert back.code == 0, back.stderr
    assert back.stdout.startswith("flow: tracks\nnodes:\n  albums_csv:\n")
    # By the name of the job, whatever the file is called.
    (tmp_path / "spotify-tracks.json").write_bytes((tmp_path / "job.json").read_bytes())
    assert wavehouse("flow", "import", "spotify-tracks.json").stdout == back.stdout
    job = json.loads((tmp_path / "job.json").read_text("utf-8"))
    (tmp_path / "nameless.json").write_text(json.dumps({**job, "Name": ""}), "utf-8")
    assert wavehouse("flow", "import", "nameless.json").stdout.startswith("flow: nameless\n")
    refused = wavehouse("flow", "import", "job.json", "--name", "x\ny")
    assert (refused.code, refused.stderr.count("\n")) == (2, 1)
    (tmp_path / "p" / "flows").mkdir(parents=True)
    (tmp_path / "p" / "wavehouse.yaml").write_text("name: spotify\n", "utf-8")
    (tmp_path / "p" / "flows" / "x.yaml").write_text(back.stdout, "utf-8")
    again = wavehouse("flow", "export", "--to", "glue", "--what", "job", "--project", "p")
    assert again.stdout == (tmp_path / "job.json").read_text("utf-8")


def test_files_of_one_source_row_by_row_profit_from_bookmarks(wavehouse: Wavehouse, project: Path) -> None:
    _flow(project, node("n", "DropFields", "plays", ", Paths: [[ms]]"))
    job = wavehouse("flow", "export", "--to", "glue", "--what", "job", "--project", project)
    assert job.json["DefaultArguments"]["--job-bookmark-option"] == "job-bookmark-enable"
    assert "bookmarks" not in job.stderr
    assert "--datalake-formats" not in job.json["DefaultArguments"]
    # Buckets have letters, digits and hyphens.
    nodes = job.json["CodeGenConfigurationNodes"]
    assert nodes["plays"]["S3CsvSource"]["Paths"] == ["s3://our-music-staging/plays/"]
    assert nodes["out"]["S3GlueParquetTarget"]["Path"] == "s3://our-music-warehouse/x/"


def test_defaults_are_written_where_glue_has_others(wavehouse: Wavehouse, project: Path) -> None:
    _flow(project, node("n", "DropDuplicates", "plays"))
    nodes = wavehouse("flow", "export", "--to", "glue", "--project", project).json
    assert nodes["plays"]["S3CsvSource"] == {
        "Name": "plays",
        "Paths": ["s3://our-music-staging/plays/"],
        "Separator": "comma",
        "QuoteChar": "quote",
        "WithHeader": True,
        "Multiline": True,
    }
    assert nodes["n"]["DropDuplicates"] == {"Name": "N", "Inputs": ["plays"]}


def test_what_has_no_place_in_glue_is_told(wavehouse: Wavehouse, project: Path) -> None:
    source = '  plays:\n    S3ParquetSource: {Name: plays, Paths: ["data/plays.parquet"]}\n'
    between = node("n", "DropFields", "plays", ", Paths: [[ms]]")
    _flow(project, between, source)
    answer = wavehouse("flow", "export", "--to", "glue", "--project", project)
    assert list(answer.json) == ["plays", "n", "out"]
    assert "the node 'plays' names data/plays.parquet, which a job on AWS cannot reach" in answer.stderr


def test_what_glue_would_refuse_is_refused_with_every_reason(wavehouse: Wavehouse, project: Path) -> None:
    between = node("m", "DropDuplicates", "plays", ", Columns: [[my column]]")
    _flow(
        project, between + node("n", "EvaluateDataQuality", "m", ", Ruleset: 'Rules = [ IsComplete \"ä\" ]'")
    )
    answer = wavehouse("flow", "export", "--to", "glue", "--project", project)
    assert answer.code == 2
    assert answer.stdout == ""
    assert "f.yaml: Glue would refuse the job of this flow" in answer.stderr
    assert "m.DropDuplicates.Columns[0][0]: 'my column' does not match the pattern" in answer.stderr
    assert "n.EvaluateDataQuality.Ruleset: " in answer.stderr


def test_without_the_client_it_is_said_that_nothing_was_validated(
    wavehouse: Wavehouse, tmp_path: Path
) -> None:
    (tmp_path / "absent").mkdir()
    (tmp_path / "absent" / "botocore.py").write_text("raise ModuleNotFoundError('botocore')\n", "utf-8")
    answer = wavehouse("flow", "export", "--to", "glue", env={"PYTHONPATH": str(tmp_path / "absent")})
    assert answer.code == 0, answer.stderr
    assert "was not validated" in answer.stderr
    assert "-m pip install 'boto3>=" in answer.stderr
    assert len(answer.json) > 10


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to", "gule"], "--to is 'gule'. Did you mean 'glue'?"),
        (["--to", "glue", "--what", "jobs"], "Did you mean 'job'?"),
        (
            ["--to", "glue", "--staging", "/data"],
            "--staging is '/data', which is no prefix in S3. Write it as",
        ),
        (["--to", "glue", "--staging", "s3://aa1/x/", "--warehouse", "s3://aa1/x"], "both s3://aa1/x"),
        (["--to", "glue", "--flow", "track"], "there is no flow 'track'"),
    ],
)
def test_a_wrong_call(wavehouse: Wavehouse, options: list[str], said: str) -> None:
    answer = wavehouse("flow", "export", *options)
    assert answer.code == 2
    assert said in answer.stderr


def test_files_are_not_written_over(wavehouse: Wavehouse, tmp_path: Path) -> None:
    (tmp_path / "n.json").write_text("mine", "utf-8")
    call = ("flow", "export", "--to", "glue", "-o", "n.json")
    refused = wavehouse(*call)
    assert (refused.code, (tmp_path / "n.json").read_text("utf-8")) == (2, "mine")
    assert "--force" in refused.stderr
    assert wavehouse(*call, "--force").code == 0
    assert len(json.loads((tmp_path / "n.json").read_text("utf-8"))) > 10


def test_what_glue_studio_saved_becomes_a_flow(wavehouse: Wavehouse) -> None:
    answer = wavehouse("flow", "import", _STUDIO, *_PLACES)
    assert answer.code == 0, answer.stderr
    assert answer.stdout.startswith("flow: music tracks\nnodes:\n  albums:\n    S3CsvSource:\n")
    for line in (
        '      Paths: ["${staging}/albums/"]',
        "      Columns: [{From: sql_query, Keys: [[artist_id]]}, {From: sql_query_2, Keys: [[id]]}]",
        "      SqlAliases: [{From: change_schema, Alias: myDataSource}]",
        "        - {ToKey: id, FromPath: [id], FromType: string, ToType: string, Dropped: false}",
        # Glue reads one line per row where it is not told otherwise, and we do not.
        "      Multiline: false",
    ):
        assert f"{line}\n" in answer.stdout
    assert "node-1700" not in answer.stdout
    kept = wavehouse("flow", "import", _STUDIO, *_PLACES, "--keep-ids", "--name", "kept").stdout
    assert kept.startswith("flow: kept\n")
    assert "{From: node-1700" in kept


def test_what_glue_studio_saved_is_what_glue_takes() -> None:
    job = json.loads(_STUDIO.read_text("utf-8"))["Job"]
    read_only = {"CreatedOn", "LastModifiedOn"}
    request = {name: value for name, value in job.items() if name not in read_only}
    assert request_findings("glue", "CreateJob", request) == []


def test_paths_elsewhere_stay_and_are_told(wavehouse: Wavehouse) -> None:
    answer = wavehouse("flow", "import", _STUDIO)
    assert 'Paths: ["s3://music-staging/albums/"]' in answer.stdout
    assert "the node 'albums' reads s3://music-staging/albums/ as it is" in answer.stderr


def _rows(wavehouse: Wavehouse, lake: str) -> list[str]:
    names = wavehouse("describe", "spotify.tracks", "--lake", lake, "--json").json["columns"]
    columns = ", ".join(f'"{column["name"]}"' for column in sorted(names, key=lambda one: str(one["name"])))
    sql = f"SELECT {columns} FROM spotify.tracks ORDER BY album_id, track_id"
    answer = wavehouse("sql", sql, "--lake", lake, "--format", "csv", "--max-rows", "1000000")
    assert answer.code == 0, answer.stderr
    return answer.stdout.splitlines()


def _runs(wavehouse: Wavehouse, *args: str | Path) -> Answer:
    done = wavehouse("run", *args, "--json", timeout=600)
    assert done.code == 0, done.stderr
    return done


def _both(wavehouse: Wavehouse, files: Path | str) -> tuple[list[str], list[str]]:
    """The rows of the shipped flow, and of the one that Glue Studio saved."""
    wavehouse("init", "p")
    imported = wavehouse(
        "flow", "import", _STUDIO, *_PLACES, "--project", "p", "-o", "p/flows/tracks.yaml", "--force"
    )
    assert imported.code == 0, imported.stderr
    _runs(wavehouse, "--from", files, "--lake", "shipped")
    _runs(wavehouse, "--from", files, "--lake", "imported", "--project", "p")
    return _rows(wavehouse, "shipped"), _rows(wavehouse, "imported")


@pytest.mark.slow
def test_the_job_of_glue_studio_gives_the_same_rows(wavehouse: Wavehouse) -> None:
    assert wavehouse("generate", "files", "--scale", "0.01").code == 0
    shipped, imported = _both(wavehouse, "files")
    assert len(shipped) > 500
    assert imported == shipped


@pytest.mark.real
def test_the_job_of_glue_studio_gives_the_same_rows_of_the_real_files(
    wavehouse: Wavehouse, real_data: Path
) -> None:
    shipped, imported = _both(wavehouse, real_data)
    assert len(shipped) > 30_000
    assert imported == shipped


def _imported(wavehouse: Wavehouse, document: Any, *options: str) -> Answer:
    text = document if isinstance(document, str) else json.dumps(document)
    return wavehouse("flow", "import", "-", *options, stdin=text)


_CSV = {"S3CsvSource": {"Name": "a", "Paths": ["s3://b/"], "Separator": "comma", "QuoteChar": "quote"}}
_OUT = {"S3GlueParquetTarget": {"Name": "o", "Inputs": ["a"], "Path": "s3://b/"}}
_GOOD = {"a": _CSV, "o": _OUT}


def test_nodes_alone_need_a_name(wavehouse: Wavehouse) -> None:
    refused = _imported(wavehouse, _GOOD)
    assert (refused.code, "--name" in refused.stderr) == (2, True)
    assert _imported(wavehouse, _GOOD, "--name", "f").stdout.startswith("flow: f\n")


@pytest.mark.parametrize("document", ["[" * 100_000, '{"\\u001b[2J": {}}', '{"n": {"CustomCode": {}}}'])
def test_a_hostile_document_ends_in_one_paragraph(wavehouse: Wavehouse, document: str) -> None:
    answer = _imported(wavehouse, document, "--name", "f")
    assert (answer.code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("error: -")
    assert "Traceback" not in answer.stderr
    assert "\x1b" not in answer.stderr
