"""A project to begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from wavehouse.core.errors import CallError
from wavehouse.project.contracts import read_contracts
from wavehouse.project.copy import empty_project
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import read_yaml


def test_an_empty_project_has_its_folders_name(tmp_path: Path) -> None:
    project = Project.at(empty_project(tmp_path / 'a: "b" #c'))
    assert read_yaml(project.root / "wavehouse.yaml").data == {"name": 'a: "b" #c'}
    assert read_contracts(project) == {}
    with pytest.raises(CallError, match="something here already"):
        empty_project(project.root)


def test_what_is_hidden_is_not_in_its_way(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    empty_project(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".git", "flows", "wavehouse.yaml"]


def test_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    for target in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(CallError, match="something here already"):
            empty_project(target)
