"""A project is the folder with `wavehouse.yaml`; what decides its tables decides its digest."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from wavehouse.core.errors import CallError
from wavehouse.project.copy import copy_project
from wavehouse.project.project import Project, nearest_project


def test_a_folder_that_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"there is no wavehouse\.yaml here.*--project"):
        Project.at(tmp_path)


def test_the_nearest_project_is_looked_for_upwards(tmp_path: Path) -> None:
    (tmp_path / "wavehouse.yaml").write_text("name: x\n")
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    assert nearest_project(inside) == tmp_path
    (tmp_path / "a" / "wavehouse.yaml").write_text("name: y\n")
    assert nearest_project(inside) == tmp_path / "a"


def test_a_copy_is_the_same_project(shipped: Project, tmp_path: Path) -> None:
    copied = Project.at(copy_project(shipped, tmp_path / "mine"))
    assert copied.digest() == shipped.digest()
    assert [path.name for path in copied.files("contracts")] == [
        "albums.yaml",
        "artists.yaml",
        "features.yaml",
        "spotify_data.yaml",
        "tracks.yaml",
    ]
    assert copied.files("queries", ".sql")


def test_nothing_is_copied_over(shipped: Project, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    copy_project(shipped, tmp_path / "mine")
    with pytest.raises(CallError, match="something here already"):
        copy_project(shipped, tmp_path / "mine")


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("wavehouse.yaml", False),
        ("contracts/albums.yaml", True),
        ("flows/tracks.yaml", True),
        ("contracts/new.yaml", True),
        ("queries/top_tracks.sql", False),
        ("dashboards/releases.yaml", False),
    ],
)
def test_what_decides_the_tables(shipped: Project, tmp_path: Path, file: str, changes: bool) -> None:
    project = Project.at(copy_project(shipped, tmp_path / "mine"))
    with (project.root / file).open("a") as target:
        target.write("\n# another line\n")
    assert (project.digest() != shipped.digest()) is changes


def test_a_contract_that_is_gone_changes_the_digest(shipped: Project, tmp_path: Path) -> None:
    project = Project.at(copy_project(shipped, tmp_path / "mine"))
    shutil.move(project.root / "contracts" / "tracks.yaml", tmp_path / "tracks.yaml")
    assert project.digest() != shipped.digest()
