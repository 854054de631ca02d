"""`flow list`, `flow show` and `flow schema` from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Wavehouse

_FLOW = """\
flow: one
description: What it is for
nodes:
  plays:
    S3CsvSource: {Name: Plays, Paths: ["${staging}/plays/"]}
  out:
    S3CatalogTarget: {Name: Out, Inputs: [plays], Database: music, Table: plays}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one flow, and nothing else."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "wavehouse.yaml").write_text("project: music\n", "utf-8")
    (tmp_path / "flows" / "one.yaml").write_text(_FLOW, "utf-8")
    return tmp_path


@pytest.mark.usefixtures("project")
def test_a_flow_says_what_it_is_for(wavehouse: Wavehouse) -> None:
    listed = wavehouse("flow", "list", "--json").json["flows"]
    assert [(one["name"], one["description"], one["nodes"]) for one in listed] == [
        ("one", "What it is for", 2)
    ]
    assert "What it is for" in wavehouse("flow", "list").stdout


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("file", "begin"),
    [
        ("one.svg", "<svg "),
        ("one.mmd", "flowchart LR\n"),
        ("one.dot", 'digraph "one" {'),
        ("one.txt", "one  What"),
    ],
)
def test_a_picture_goes_to_a_file_by_its_name(
    wavehouse: Wavehouse, tmp_path: Path, file: str, begin: str
) -> None:
    done = wavehouse("flow", "show", "-o", file)
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / file).read_text("utf-8").startswith(begin)
    assert "plays" in (tmp_path / file).read_text("utf-8").lower()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("-o", "one.pdf"), "one.pdf: the name of this file tells no format. End it in one of .txt, .svg"),
        (("--format", "svgg"), "there is no format 'svgg'. Did you mean 'svg'?"),
        (("-o", "no/one.svg"), "no/one.svg: nothing can be written here (no such file or directory)"),
        (("--flow", "two"), "flows: there is no flow 'two'. Known: one."),
        (("--lake", "nowhere"), "nowhere: there is no lake here yet"),
    ],
)
def test_what_cannot_be_drawn_is_said(wavehouse: Wavehouse, args: tuple[str, ...], said: str) -> None:
    done = wavehouse("flow", "show", *args)
    assert done.code == 2
    assert said in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_a_flow_needs_a_name(wavehouse: Wavehouse, project: Path) -> None:
    path = project / "flows" / "one.yaml"
    path.write_text(_FLOW.replace("flow: one", "flow: ''"), "utf-8")
    done = wavehouse("flow", "list")
    assert done.code == 2
    assert "one.yaml:1: the flow has no name" in done.stderr


def test_the_rows_of_a_run_stand_beside_the_nodes(wavehouse: Wavehouse, tmp_path: Path) -> None:
    assert wavehouse("generate", "files", "--scale", "0.002").code == 0
    without = wavehouse("flow", "show", "--json").json
    assert without["rows_of"] is None
    assert {node["rows"] for node in without["nodes"]} == {None}
    run = wavehouse("run", "--from", "files", "--json").json

    shown = wavehouse("flow", "show", "--json").json
    assert shown["rows_of"] == run["run_id"]
    rows = {node["id"]: node["rows"] for node in shown["nodes"]}
    assert rows["spotify_tracks"] == rows["without_keys"] == run["tables"]["spotify.tracks"]["rows"]
    assert rows["albums_csv"] == run["tables"]["staging.albums"]["rows"]
    # Only what a query makes of its rows, and no join counts as its left input, is not known.
    assert {id_ for id_, count in rows.items() if count is None} == {"artists_with_genres"}
    picture = wavehouse("flow", "show", "--format", "svg").stdout
    assert f"{rows['spotify_tracks']:,} rows" in picture
    assert run["run_id"] in picture
    # What a README has must not change with each run.
    assert "rows" not in wavehouse("flow", "show", "--format", "mermaid").stdout
    (tmp_path / "lake").rename(tmp_path / "other")
    assert wavehouse("flow", "show", "--json").json == without


def test_the_schema_is_printed_and_comes_with_a_new_project(wavehouse: Wavehouse, tmp_path: Path) -> None:
    printed = wavehouse("flow", "schema")
    assert json.loads(printed.stdout)["required"] == ["flow", "nodes"]
    assert wavehouse("init", "mine").code == 0
    assert (tmp_path / "mine" / "flows" / "flow.schema.json").read_text("utf-8") == printed.stdout
