"""docs/serve.md: its commands run in the order of the page, its programs against the server they start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.house.pages import RUN, Block, blocks_of, put_command, run_block

_PAGE = (Path(__file__).parents[2] / "docs" / "serve.md").read_text("utf-8")
_BLOCKS = blocks_of(_PAGE)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory that is empty but for the commands; what the page starts there is ended afterwards."""
    folder = tmp_path_factory.mktemp("serve")
    put_command(folder)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    yield folder
    told = (folder / "serve.pid").read_text() if (folder / "serve.pid").exists() else ""
    if told:
        os.kill(int(told), signal.SIGTERM)


def test_every_block_is_run() -> None:
    assert {block.language for block in _BLOCKS} == RUN - {"console"} | {"python"}
    assert [block.reason for block in _BLOCKS if block.reason] == ["needs Chromium", "does not end"]


@pytest.mark.parametrize("block", [pytest.param(block, id=f"line-{block.line}") for block in _BLOCKS])
def test_the_page_holds(block: Block, directory: Path) -> None:
    if block.reason:
        return
    if block.language == "sh":
        text = block.text.replace(
            "serve.json &\n", "serve.json 2> serve.err < /dev/null & echo $! > serve.pid\n"
        )
        if "export AWS" in text:
            # (As a reader's shell, the next blocks have it.)
            text += "\n"
        run_block(Block(block.line, block.language, text, None), directory, "docs/serve.md")
        return
    given = dict(line.split("=", 1) for line in (directory / "aws.env").read_text().splitlines())
    assert given["AWS_ENDPOINT_URL"] == json.loads((directory / "serve.json").read_text())["url"]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", block.text],
        cwd=directory,
        env={**os.environ, **given, "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
