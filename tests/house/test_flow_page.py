"""docs/flow.md: its commands run, its picture is the shipped flow's, and its example is a flow."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft7Validator
from tests.house.pages import Block, blocks_of, put_command, put_files, run_block, runnable

from wavehouse.flow.file_schema import file_schema
from wavehouse.flow.graph import read_graph
from wavehouse.flow.pictures.cards import cards
from wavehouse.flow.pictures.mermaid import mermaid
from wavehouse.project.yaml_file import read_yaml

if TYPE_CHECKING:
    from tests.conftest import Wavehouse

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "flow.md").read_text("utf-8")
_BLOCKS = blocks_of(_PAGE)


def test_the_picture_is_that_of_the_shipped_flow() -> None:
    (drawn,) = [block.text for block in _BLOCKS if block.language == "mermaid"]
    graph = read_graph(read_yaml(_ROOT / "spotify" / "flows" / "tracks.yaml"))
    assert drawn == mermaid(cards(graph, {})), "draw it anew: wavehouse flow show --format mermaid"


def test_the_example_is_a_flow(tmp_path: Path) -> None:
    (example,) = [block.text for block in _BLOCKS if block.language == "yaml"]
    path = tmp_path / "flow.yaml"
    path.write_text(example, "utf-8")
    file = read_yaml(path)
    assert list(read_graph(file).tables) == ["table"]
    assert Draft7Validator(json.loads(file_schema())).is_valid(file.data)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """Where the page's reader is, with files to load."""
    folder = tmp_path_factory.mktemp("flow-page")
    put_command(folder)
    put_files(folder, wavehouse_in(folder))
    return folder


@pytest.mark.parametrize("block", runnable(_BLOCKS))
def test_the_commands_run(block: Block, directory: Path) -> None:
    run_block(block, directory, "docs/flow.md")
