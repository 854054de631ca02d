"""docs/crawler.md: its commands run in the order of the page, and its example is what a project may say."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.house.pages import RUN, Block, blocks_of, put_command, run_block, runnable

from wavehouse.catalog.definition import read_crawlers
from wavehouse.project.project import PROJECT_FILE, Project

_SHIPPED = Path(__file__).parents[2] / "spotify"
_PAGE = (Path(__file__).parents[2] / "docs" / "crawler.md").read_text("utf-8")
_BLOCKS = blocks_of(_PAGE)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that is empty but for the command."""
    folder = tmp_path_factory.mktemp("crawler")
    put_command(folder)
    return folder


def test_every_block_is_run_or_read() -> None:
    assert {block.language for block in _BLOCKS} == RUN | {"yaml"}
    assert _PAGE.count("\n```") == 2 * len(_BLOCKS)


@pytest.mark.parametrize("block", runnable(_BLOCKS))
def test_the_commands_run(block: Block, directory: Path) -> None:
    run_block(block, directory, "docs/crawler.md")


def test_the_example_is_a_project(tmp_path: Path) -> None:
    example, shipped = [block.text for block in _BLOCKS if block.language == "yaml"]
    (tmp_path / PROJECT_FILE).write_text("name: example\n" + example, "utf-8")
    known = read_crawlers(Project.at(tmp_path))
    assert known.crawler("landing").database == "raw"
    assert [one.name for one in known.tried(None)] == ["hashes", "track_ids"]
    (tmp_path / PROJECT_FILE).write_text("name: shipped\n" + shipped, "utf-8")
    assert read_crawlers(Project.at(tmp_path)).crawlers == read_crawlers(Project.at(_SHIPPED)).crawlers
