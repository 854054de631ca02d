"""docs/own-flow.md: from an empty directory to a table, a query and files, command by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.house.pages import RUN, Block, blocks_of, put_command, run_block, runnable

_PAGE = (Path(__file__).parents[2] / "docs" / "own-flow.md").read_text("utf-8")
_BLOCKS = blocks_of(_PAGE)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that is empty but for the command, which no listing shows."""
    folder = tmp_path_factory.mktemp("own")
    put_command(folder)
    return folder


def test_every_block_is_run() -> None:
    assert {block.language for block in _BLOCKS} == RUN
    assert _PAGE.count("\n```") == 2 * len(_BLOCKS)


@pytest.mark.parametrize("block", runnable(_BLOCKS))
def test_the_commands_run(block: Block, directory: Path) -> None:
    run_block(block, directory, "docs/own-flow.md")
