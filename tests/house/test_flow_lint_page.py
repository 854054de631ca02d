"""docs/flow-lint.md tells of every finding, and its commands print what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.house.pages import RUN, Block, blocks_of, put_command, put_files, run_block, runnable

from wavehouse.flow.lint.finding import CODES

if TYPE_CHECKING:
    from tests.conftest import Wavehouse

_PAGE = (Path(__file__).parents[2] / "docs" / "flow-lint.md").read_text("utf-8")
_BLOCKS = [block for block in blocks_of(_PAGE) if block.language in RUN]


def test_every_code_has_its_place() -> None:
    assert dict(re.findall(r"^#### (F\d+) · (.+)$", _PAGE, re.MULTILINE)) == CODES


def test_every_code_has_a_mend() -> None:
    sections = re.split(r"^#+ ", _PAGE, flags=re.MULTILINE)
    for code in CODES:
        (section,) = [one for one in sections if one.startswith(f"{code} ·")]
        assert "mend" in section.lower() or code == "F502", code


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """Where the page's reader is: with `my-files/`, and the command on the path."""
    folder = tmp_path_factory.mktemp("lint")
    put_command(folder)
    put_files(folder, wavehouse_in(folder))
    return folder


@pytest.mark.parametrize("block", runnable(_BLOCKS))
def test_the_commands_run(block: Block, directory: Path) -> None:
    run_block(block, directory, "docs/flow-lint.md")
