"""A small lake with the shipped dashboards, and its table in polars, read past everything of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from wavehouse.core.table_name import TableName
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.definition import Dashboard, check_names
from wavehouse.dashboards.files import read_dashboards
from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.project.definition_file import DefinitionFile
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import parse_yaml
from wavehouse.settings import Settings, builtin_project
from wavehouse.wiring.dashboards import dashboard_parts
from wavehouse.wiring.projects import generate
from wavehouse.wiring.runs import run

Make = Callable[..., Dashboard]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A lake of some 2,000 tracks. Tests must not write to it."""
    folder = tmp_path_factory.mktemp("dashboards")
    generate(folder / "files", 0.005, 7, 0.0, "2023-12-20")
    made = Settings(builtin_project(), folder / "lake")
    run(made, [str(folder / "files")], full=False, show=False)
    return made


@pytest.fixture(scope="session", params=["from files", "from copies"])
def queries(settings: Settings, request: pytest.FixtureRequest) -> Iterator[LakeQueries]:
    """What answers dashboards on that lake: from the tables' own files, and from copies of them."""
    with dashboard_parts(settings) as (found, copies):
        if request.param == "from copies":
            notes = copies.refresh([TableName("spotify", "tracks")])
            assert notes == []
            assert len(copies.names) == 1
        yield found


@pytest.fixture(scope="session")
def tracks(settings: Settings) -> pl.DataFrame:
    """The rows of spotify.tracks, from its Parquet files: the lake has had one run."""
    files = sorted((settings.lake / "warehouse" / "spotify" / "tracks").rglob("*.parquet"))
    return pl.concat([pl.read_parquet(file, hive_partitioning=False) for file in files])


@pytest.fixture(scope="session")
def shipped() -> dict[str, Dashboard]:
    """The dashboards that ship with the package."""
    return dict(read_dashboards(Project.at(builtin_project())))


def made(text: str) -> Dashboard:
    """A dashboard as the text of its file."""
    file: DefinitionFile = parse_yaml(Path("d.yaml"), text.encode())
    dashboard = file.parse(Dashboard)
    check_names(dashboard)
    return dashboard


def with_visual(visual: dict[str, Any], **parts: Any) -> Dashboard:
    """A dashboard of spotify.tracks with one visual, besides what `parts` says."""
    dashboard = Dashboard.model_validate(
        {
            "dashboard": "one",
            "title": "One",
            "data": {"tracks": {"table": "spotify.tracks"}},
            "sheets": [{"id": "first", "title": "First", "visuals": [visual, *parts.pop("others", [])]}],
            **parts,
        }
    )
    check_names(dashboard)
    return dashboard


@pytest.fixture
def board(queries: LakeQueries, shipped: dict[str, Dashboard]) -> Callable[[str], Board]:
    """A shipped dashboard on the lake."""
    return lambda name: Board(shipped[name], queries)
