"""docs/sql-price.md: its commands run and print what it shows, its setting is one, and its keys are there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.house.pages import RUN, Block, blocks_of, put_command, put_files, run_block, runnable

from wavehouse.project.project import Project
from wavehouse.query.athena_setting import read_rates

if TYPE_CHECKING:
    from tests.conftest import Wavehouse

_PAGE = (Path(__file__).parents[2] / "docs" / "sql-price.md").read_text("utf-8")
_BLOCKS = blocks_of(_PAGE)


def test_every_block_is_run_or_is_the_setting() -> None:
    assert {block.language for block in _BLOCKS} == RUN | {"yaml"}
    assert _PAGE.count("\n```") == 2 * len(_BLOCKS)


def _set(folder: Path) -> Project:
    (setting,) = (block.text for block in _BLOCKS if block.language == "yaml")
    (folder / "wavehouse.yaml").write_text(f"name: x\n{setting}")
    return Project.at(folder)


def test_the_setting_is_one(tmp_path: Path) -> None:
    rates = read_rates(_set(tmp_path))
    assert (rates.price_per_tb, rates.cutoff) == (5.0, 100_000_000)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """Where the page's reader is, with files to load."""
    folder = tmp_path_factory.mktemp("sql-price-page")
    put_command(folder)
    put_files(folder, wavehouse_in(folder))
    return folder


@pytest.mark.parametrize("block", runnable(_BLOCKS))
def test_the_commands_run(block: Block, directory: Path) -> None:
    if "--project ." in block.text:
        _set(directory)
    run_block(block, directory, "docs/sql-price.md")


def test_the_keys_are_those_of_the_page(directory: Path) -> None:
    price = json.loads((directory / "price.json").read_text())["price"]
    rows = [line.split("|")[1] for line in _PAGE.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(price)
    listed = re.search(r"`(table, bytes, .*?)`", _PAGE)
    assert listed is not None
    assert listed[1].split(", ") == [*price["tables"][0]]
