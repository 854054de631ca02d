"""docs/catalog.md: its commands run and print what it shows, and its settings are settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.house.pages import RUN, Block, blocks_of, put_command, put_files, run_block, runnable

from wavehouse.core.catalog_setting import GlueSetting, PostgresSetting
from wavehouse.project.catalog_setting import project_catalog
from wavehouse.project.project import Project

if TYPE_CHECKING:
    from tests.conftest import Wavehouse

_PAGE = (Path(__file__).parents[2] / "docs" / "catalog.md").read_text("utf-8")
_BLOCKS = blocks_of(_PAGE)


def test_every_block_is_run_or_is_a_setting() -> None:
    assert {block.language for block in _BLOCKS} == RUN | {"yaml"}
    assert _PAGE.count("\n```") == 2 * len(_BLOCKS)


def test_the_settings_are_settings(tmp_path: Path) -> None:
    kinds = []
    for block in _BLOCKS:
        if block.language == "yaml":
            (tmp_path / "wavehouse.yaml").write_text(f"name: x\n{block.text}")
            kinds.append(type(project_catalog(Project.at(tmp_path))))
    assert kinds == [PostgresSetting, GlueSetting]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """Where the page's reader is, with files to load."""
    folder = tmp_path_factory.mktemp("catalog-page")
    put_command(folder)
    put_files(folder, wavehouse_in(folder))
    return folder


@pytest.mark.parametrize("block", runnable(_BLOCKS))
def test_the_commands_run(block: Block, directory: Path) -> None:
    run_block(block, directory, "docs/catalog.md")
