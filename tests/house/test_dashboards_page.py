"""docs/dashboards.md: its commands run and print what it shows, its tables name what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from tests.house.pages import RUN, Block, blocks_of, put_command, run_block, runnable

from wavehouse.dashboards.controls import ControlKind
from wavehouse.dashboards.files import ProjectFile
from wavehouse.dashboards.measures import AGGREGATES
from wavehouse.dashboards.records import RECORD_COLUMNS
from wavehouse.dashboards.visuals import KINDS, SHAPES
from wavehouse.project.yaml_file import parse_yaml

_PAGE = (Path(__file__).parents[2] / "docs" / "dashboards.md").read_text("utf-8")
_BLOCKS = blocks_of(_PAGE)


def test_every_block_is_run_or_is_the_setting() -> None:
    assert {block.language for block in _BLOCKS} == RUN | {"yaml"}
    assert _PAGE.count("\n```") == 2 * len(_BLOCKS)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that is empty but for the command."""
    folder = tmp_path_factory.mktemp("dashboards-page")
    put_command(folder)
    return folder


@pytest.mark.parametrize("block", runnable(_BLOCKS))
def test_the_commands_run(block: Block, directory: Path) -> None:
    run_block(block, directory, "docs/dashboards.md")


def test_the_setting_is_one() -> None:
    (setting,) = (block.text for block in _BLOCKS if block.language == "yaml")
    parse_yaml(Path("wavehouse.yaml"), f"name: x\n{setting}".encode()).parse(ProjectFile)


def _rows(heading: str) -> list[list[str]]:
    section = _PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line.strip("| ").split("|") for line in section.splitlines() if line.startswith("| `")]


def _named(heading: str) -> set[str]:
    return {name for row in _rows(heading) for name in re.findall(r"`(\w+)`", row[0])}


def test_every_kind_is_told() -> None:
    assert (
        {name for row in _rows("Visuals") for name in re.findall(r"`(\w+)`", row[0])}
        == set(KINDS)
        == set(SHAPES)
    )
    controls = {name for row in _rows("Controls, and the view") for name in re.findall(r"`(\w+)`", row[0])}
    assert controls == set(get_args(ControlKind))
    for name in AGGREGATES:
        assert f"`{name}(" in _PAGE
    for name in RECORD_COLUMNS:
        assert f"`{name}`" in _PAGE


def test_the_limits_are_those_of_the_shapes() -> None:
    for row in _rows("Visuals"):
        for kind in re.findall(r"`(\w+)`", row[0]):
            numbers = [int(one) for one in re.findall(r"\d+", row[2])]
            most = SHAPES[kind].measures[1]
            assert max(numbers) == most, kind
