"""A dashboard's file: every mistake is told with its line and what to do; nothing else is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from tests.dashboards.conftest import made

from wavehouse.core.errors import DefinitionError
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.file_schema import file_schema
from wavehouse.dashboards.files import all_dashboards, find_dashboard, insights
from wavehouse.project.copy import copy_project
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import read_yaml
from wavehouse.settings import builtin_project

FILE = """\
dashboard: one
title: One
data:
  tracks:
    table: spotify.tracks
    fields:
      minutes: duration_ms / 60000e0
controls:
  - {id: genre, kind: choice, title: Genre, field: genre}
  - {id: top, kind: number, title: Top, default: 10}
sheets:
  - id: first
    title: First
    visuals:
      - id: bars
        kind: bar
        title: Bars
        dimensions: [genre]
        measures: {tracks: count(*)}
        limit: $top
        at: {x: 0, y: 0, w: 6, h: 8}
      - id: lines
        kind: line
        title: Lines
        dimensions: [release_year]
        measures: {minutes: avg(minutes)}
        at: {x: 6, y: 0, w: 6, h: 8}
"""


def test_the_file_is_one() -> None:
    dashboard = made(FILE)
    assert [visual.id for visual in dashboard.visuals] == ["bars", "lines"]
    assert dashboard.data_of(dashboard.visual("bars")) == "tracks"
    assert dashboard.visual("bars").action == "filter"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("kind: bar", "kind: baar", 16, "did you mean 'bar'?"),
        ("title: Bars", "titel: Bars", 17, "'titel' is not a known key here. Did you mean 'title'?"),
        ("measures: {tracks: count(*)}", "measures: {tracks: count()}", 19, "'count()' is no measure"),
        ("{tracks: count(*)}", "{tracks: average(genre)}", 19, "'average' is no aggregate. Did you mean"),
        ("{tracks: count(*)}", "{tracks: sum(*)}", 19, "only count takes *"),
        ("limit: $top", "limit: $tpo", 20, "there is no control 'tpo'. Did you mean 'top'?"),
        ("limit: $top", "limit: $genre", 20, "a control of kind 'choice', and a number is needed here"),
        ("limit: $top", "limit: 0", 15, "'limit' is from 1 to 2,000"),
        ("limit: $top", "order: [-trakcs]", 15, "no measure or dimension 'trakcs'. Did you mean 'tracks'?"),
        ("limit: $top", "minimum: {trakcs: 5}", 15, "there is no measure 'trakcs'. Did you mean 'tracks'?"),
        ("limit: $top", "rest: Other\n        trend: genre", 15, "'trend' is for kpi; this is a bar"),
        ("{tracks: count(*)}", "{t: avg(x)}\n        rest: Other", 15, "make 't' a count, sum, min or max"),
        ("dimensions: [genre]", "dimensions: [genre, label]", 15, "a bar takes 1 dimension, and has 2"),
        ("dimensions: [genre]", "drill: [genre, label]\n        click: link", 15, "'click: link' needs"),
        ("dimensions: [genre]", "dimensions: [{field: a, bin: 5, by: year}]", 18, "a field is one of them"),
        ("dimensions: [genre]", "dimensions: [{field: a, bin: 0}]", 18, "greater than 0"),
        ("at: {x: 6", "at: {x: 5", 27, "'lines' covers a part of 'bars'"),
        ("at: {x: 6", "at: {x: 9", 27, "it ends at column 15 of 12"),
        (
            "kind: line\n",
            "kind: line\n        series: genre\n        limit: 10\n",
            22,
            "a line with a 'series' takes no 'limit'",
        ),
        ("id: lines", "id: bars", 22, "there is a second visual 'bars'"),
        ("id: top,", "id: genre,", 10, "there is a second control 'genre'"),
        ("id: top,", "id: sheet,", 10, "cannot be called 'sheet'"),
        ("kind: number, title: Top, default: 10", "kind: number, title: Top", 10, "needs a 'default'"),
        ("kind: number, title: Top,", "kind: number, title: Top, field: a,", 10, "has no 'field'"),
        (
            "field: genre}",
            "field: genre, default: pop}",
            9,
            "the default of a control of kind 'choice' is a list",
        ),
        ("table: spotify.tracks", "table: tracks", 4, "'tracks' is not a table name"),
        ("table: spotify.tracks", "records: run", 4, "no records 'run'. Did you mean 'runs'?"),
        (
            "table: spotify.tracks",
            "table: spotify.tracks\n    sql: SELECT 1",
            4,
            "either a 'table', 'sql' or",
        ),
        ("title: Lines", "title: Lines\n        data: trakcs", 25, "there is no data set 'trakcs'"),
        (
            "title: Lines",
            "title: Lines\n        links: [{title: There, sheet: frist}]",
            25,
            "there is no sheet 'frist'. Did you mean 'first'?",
        ),
        (
            "title: Lines",
            'title: Lines\n        links: [{title: There, url: "http://example.com"}]',
            25,
            "does not match",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert FILE.count(old) == 1, "the test must say which"
    with pytest.raises(DefinitionError) as raised:
        made(FILE.replace(old, new))
    told = str(raised.value)
    assert told.startswith(f"d.yaml:{line}: "), told
    assert said in told


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.at(copy_project(Project.at(builtin_project()), tmp_path / "mine"))


def test_a_broken_file_does_not_keep_the_others_back(project: Project) -> None:
    path = project.root / "dashboards" / "sound.yaml"
    path.write_text(path.read_text("utf-8").replace("kind: heat_map", "kind: heatmap"), "utf-8")
    found = all_dashboards(project)
    assert sorted(found.dashboards) == ["artists", "genres_and_albums", "health", "releases"]
    (error,) = found.broken.values()
    assert "did you mean 'heat_map'?" in str(error)
    with pytest.raises(DefinitionError, match=r"sound\.yaml:\d+"):
        find_dashboard(project, "sound")
    assert find_dashboard(project, "artists").title == "Artists"


def test_a_link_to_another_dashboard_is_followed(project: Project) -> None:
    path = project.root / "dashboards" / "releases.yaml"
    link = "links: [{title: Artist, dashboard: artists, sheet: artist, set: {artst: label}}]"
    path.write_text(
        path.read_text("utf-8").replace("limit: $labels", f"limit: $labels\n        {link}"), "utf-8"
    )
    (error,) = all_dashboards(project).broken.values()
    assert "has no control 'artst'. Did you mean 'artist'?" in str(error)


@pytest.mark.parametrize("name", ["releases", "top_artists/nope", "artists/top_artits"])
def test_insights_name_what_is_there(project: Project, name: str) -> None:
    (project.root / "wavehouse.yaml").write_text(f"name: x\ninsights:\n  - {name}\n", "utf-8")
    if name == "releases":
        assert [one.title for one in insights(project)] == ["Releases"]
        return
    with pytest.raises(DefinitionError, match=r"wavehouse\.yaml:3"):
        insights(project)


def test_the_published_schema_is_that_of_the_models() -> None:
    published = (builtin_project() / "dashboards" / "dashboard.schema.json").read_text("utf-8")
    assert published == file_schema(), (
        "write it anew: wavehouse dashboards schema -o spotify/dashboards/dashboard.schema.json"
    )


def test_the_schema_takes_the_shipped_files_and_no_mistyped_key() -> None:
    validator = Draft7Validator(json.loads(file_schema()))
    for path in Project.at(builtin_project()).files("dashboards"):
        tree = json.loads(json.dumps(read_yaml(path).data))
        assert [error.message for error in validator.iter_errors(tree)] == []
    wrong = {"dashboard": "a", "titel": "A", "data": {}, "sheets": []}
    assert [*validator.iter_errors(wrong)] != []


def test_a_dashboard_without_a_file_has_no_lines(shipped: dict[str, Dashboard]) -> None:
    assert Dashboard.model_validate(shipped["sound"].model_dump(exclude_unset=True)).where() == ""
