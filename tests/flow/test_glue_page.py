"""docs/glue.md: its commands, run in order in one directory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.house.pages import blocks_of

_PAGE = (Path(__file__).parents[2] / "docs" / "glue.md").read_text("utf-8")


def test_the_commands_of_the_page(tmp_path: Path) -> None:
    blocks = blocks_of(_PAGE)
    assert {block.reason for block in blocks} == {None, "needs an account in a cloud"}
    prelude = f'set -e\nwavehouse() {{ "{sys.executable}" -m wavehouse "$@"; }}\n'
    for block in blocks:
        if block.reason is None:
            done = subprocess.run(
                ["sh", "-c", prelude + block.text],
                cwd=tmp_path,
                capture_output=True,
                encoding="utf-8",
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, f"line {block.line}: {done.stderr}"
    assert (tmp_path / "tracks.yaml").read_text("utf-8").startswith("flow: tracks\nnodes:\n")
    assert (tmp_path / "again.yaml").read_text("utf-8").startswith("flow: again\nnodes:\n")
