"""docs/aws-plan.md: its commands run."""

from __future__ import annotations

from pathlib import Path

from tests.house.pages import RUN, blocks_of, put_command, run_block

_BLOCKS = blocks_of((Path(__file__).parents[2] / "docs" / "aws-plan.md").read_text("utf-8"))


def test_the_page_holds(tmp_path: Path) -> None:
    put_command(tmp_path)
    assert {block.language for block in _BLOCKS} <= RUN
    for block in _BLOCKS:
        run_block(block, tmp_path, "docs/aws-plan.md")
    assert (tmp_path / "plan" / "template.json").is_file()
    assert (tmp_path / "plan" / "tables" / "spotify.tracks.json").is_file()
