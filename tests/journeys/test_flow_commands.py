"""The commands that look at flows, as a user has them: documents, exit codes, and what is said when not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Wavehouse

_SHIPPED = Path(__file__).parents[2] / "spotify"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """A small catalogue, loaded. Tests must not write to it."""
    folder = tmp_path_factory.mktemp("looked")
    wavehouse = wavehouse_in(folder)
    assert wavehouse("generate", "files", "--scale", "0.002").code == 0
    assert wavehouse("run", "--from", "files", "--lake", "lake", "--json").code == 0
    return folder / "lake"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the shipped project, to break."""
    return Path(shutil.copytree(_SHIPPED, tmp_path / "project"))


def _change(project: Path, old: str, new: str) -> None:
    file = project / "flows" / "tracks.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_the_shipped_flow_is_clean(wavehouse: Wavehouse, lake: Path) -> None:
    """But for what Glue does with files: it adds them again at each run."""
    answer = wavehouse("flow", "lint", "--strict", "--ignore", "F401", "--lake", lake, "--json")
    assert answer.code == 0
    assert answer.json["passed"]
    assert {finding["severity"] for finding in answer.json["findings"]} == {"note"}
    assert set(answer.json["findings"][0]) >= {"code", "severity", "node", "where", "message", "remedy"}


def test_a_wrong_key_is_found_in_the_rows(wavehouse: Wavehouse, lake: Path, project: Path) -> None:
    _change(project, "{From: album_artist, Keys: [[track_id]]}", "{From: album_artist, Keys: [[album_id]]}")
    answer = wavehouse("flow", "lint", "--lake", lake, "--project", project, "--json")
    assert answer.code == 1
    (found,) = [one for one in answer.json["findings"] if one["severity"] == "error"]
    assert (found["code"], found["node"]) == ("F301", "with_tracks")
    assert not answer.json["passed"]


def test_without_a_lake_what_can_be_said_is_said(wavehouse: Wavehouse, project: Path) -> None:
    _change(project, "FromPath: [label]", "FromPath: [labl]")
    answer = wavehouse("flow", "lint", "--lake", "nowhere", "--project", project)
    assert answer.code == 1
    assert "F201 error" in answer.stdout
    assert "Did you mean 'label'?" in answer.stdout
    assert "F601" not in answer.stdout  # what is broken is not measured anyway


def test_warnings_count_when_asked(wavehouse: Wavehouse, lake: Path, project: Path) -> None:
    _change(project, "S3IcebergCatalogTarget", "S3CatalogTarget")
    _change(project, "      AdditionalOptions: {wavehouse.sort-by: artist_id}\n", "")
    assert wavehouse("flow", "lint", "--lake", lake, "--project", project).code == 0
    strict = ("flow", "lint", "--strict", "--lake", lake, "--project", project)
    assert wavehouse(*strict).code == 1
    meant = wavehouse(*strict, "--ignore", "F401")
    assert meant.code == 0
    assert "F401" not in meant.stdout
    assert "Did you mean 'F401'?" in wavehouse(*strict, "--ignore", "F4O1").stderr
    _change(project, "FromPath: [label]", "FromPath: [labl]")
    assert wavehouse(*strict, "--ignore", "F201").code == 1


@pytest.mark.parametrize("text", ["nodes: [\n", "flow: tracks\n", "- a\n", ""])
def test_a_file_that_is_no_graph(wavehouse: Wavehouse, project: Path, text: str) -> None:
    (project / "flows" / "tracks.yaml").write_text(text, "utf-8")
    answer = wavehouse("flow", "lint", "--project", project)
    assert answer.code == 2
    assert "tracks.yaml" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_every_node_can_be_looked_at(wavehouse: Wavehouse, lake: Path) -> None:
    whole = wavehouse("sql", "SELECT count(*), count(genre) FROM spotify.tracks", "--lake", lake, "--json")
    count, with_genre = whole.json["rows"][0]
    answer = wavehouse("flow", "preview", "without_keys", "--rows", "3", "--lake", lake, "--json")
    assert answer.json["rows"] == {"count": count, "exact": True}
    nulls = {column["name"]: column["nulls"] for column in answer.json["columns"]}
    assert nulls["genre"] == pytest.approx(1 - with_genre / count)
    assert len(answer.json["sample"]) == 3
    shown = wavehouse("flow", "preview", "artists_csv", "--lake", lake)
    assert "artist_popularity" in shown.stdout
    # (The table behind a source has columns of its own besides.)
    source = wavehouse("flow", "preview", "artists_csv", "--lake", lake, "--json").json
    assert {len(row) for row in source["sample"]} == {len(source["columns"])}


def test_what_there_is_nothing_to_look_at(wavehouse: Wavehouse, lake: Path) -> None:
    unknown = wavehouse("flow", "preview", "albums_onse", "--lake", lake)
    assert unknown.code == 2
    assert "Did you mean 'albums_once'?" in unknown.stderr
    without = wavehouse("flow", "preview", "albums_once", "--lake", "nowhere")
    assert without.code == 2
    assert "nowhere" in without.stderr


def test_lineage_reaches_charts_and_queries(wavehouse: Wavehouse) -> None:
    down = wavehouse("flow", "lineage", "artists.genre_0", "--down", "--json").json
    kinds = {node["kind"] for node in down["nodes"]}
    assert {"file", "node", "table", "chart", "query"} <= kinds
    assert {
        "from": "spotify.tracks.genre",
        "to": "chart genres_and_albums/genres",
        "how": "computed",
    } in down["edges"]
    assert down["notes"] == []
    up = wavehouse("flow", "lineage", "spotify.tracks.genre", "--up", "--json").json
    assert {"artists.genre_0", "artists.artist_genres"} <= {node["id"] for node in up["nodes"]}
    assert [row["how"] for row in up["rows"]["up"]].count("join") == 3
    assert up["rows"]["down"] == []
    shown = wavehouse("flow", "lineage", "spotify.tracks.genre")
    assert "artists.genre_0  column of artist.csv" in shown.stdout


def test_a_column_that_is_not_there(wavehouse: Wavehouse) -> None:
    answer = wavehouse("flow", "lineage", "spotify.tracks.gnre")
    assert answer.code == 2
    assert "Did you mean 'spotify.tracks.genre'?" in answer.stderr


def test_a_chart_that_cannot_be_followed_is_named(wavehouse: Wavehouse, project: Path) -> None:
    file = project / "dashboards" / "releases.yaml"
    file.write_text(
        file.read_text("utf-8").replace("[{field: release_year, nulls", "[{field: realease_year, nulls", 1),
        "utf-8",
    )
    answer = wavehouse("flow", "lineage", "spotify.tracks.release_year", "--project", project, "--json").json
    (note,) = answer["notes"]
    assert note.startswith("the chart releases/by_year is left out")
