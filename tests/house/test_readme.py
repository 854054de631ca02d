"""The README cannot lie: its commands are run, in order, in one directory, and say what it shows (pages.py).

The directory has `my-files/`, a small catalogue in place of the reader's own files, and the commands
`wavehouse` and `.venv/bin/wavehouse`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.house.pages import (
    MAKE,
    NOT_COMMANDS,
    REASONS,
    RUN,
    Block,
    blocks_of,
    first_missing,
    put_command,
    put_files,
    run_block,
    runnable,
    script_of,
)

if TYPE_CHECKING:
    from tests.conftest import Wavehouse

_ROOT = Path(__file__).parents[2]
_README = (_ROOT / "README.md").read_text("utf-8")
_BLOCKS = blocks_of(_README)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """Where the README's reader is."""
    folder = tmp_path_factory.mktemp("readme")
    put_command(folder)
    put_files(folder, wavehouse_in(folder), "0.01")
    return folder


def test_no_block_escapes() -> None:
    assert _README.count("\n```") + _README.startswith("```") == 2 * len(_BLOCKS)
    assert {block.language for block in _BLOCKS} <= RUN | NOT_COMMANDS
    assert {block.reason for block in _BLOCKS if block.reason} <= REASONS


def test_make_does_what_stands_here() -> None:
    makefile = (_ROOT / "Makefile").read_text("utf-8")
    for line, command in MAKE.items():
        assert re.search(rf"^{line.removeprefix('make ')}:", makefile, re.MULTILINE)
        assert command == ":" or f"\t$(BIN)/{command}\n" in makefile


@pytest.mark.parametrize("block", runnable([block for block in _BLOCKS if not block.reason]))
def test_the_commands_run(block: Block, directory: Path) -> None:
    run_block(block, directory, "README.md")


_EXAMPLE = """# Title
```sh
make demo   # a comment
ls
```
<!-- not run: gets the source -->
```sh
fetch it
```
```console
$ wavehouse tables \\
> --json
spotify.tracks ... rows
$ ls
```
"""


def test_blocks_are_found() -> None:
    first, second, third = blocks_of(_EXAMPLE)
    assert (first.line, first.language, first.reason) == (2, "sh", None)
    assert script_of(first.steps()[0][0]) == "wavehouse demo wavehouse-demo\nls"
    assert (second.line, second.reason) == (7, "gets the source")
    assert third.steps() == [("wavehouse tables \\\n--json", ["spotify.tracks ... rows"]), ("ls", [])]


@pytest.mark.parametrize(
    ("expected", "missing"),
    [
        (["a", "c"], None),
        (["a 1 ... rows"], "a 1 ... rows"),
        (["b ... rows", "", "...", "c"], None),
        (["c", "a"], "a"),
    ],
)
def test_what_is_shown_is_looked_for_in_order(expected: list[str], missing: str | None) -> None:
    assert first_missing(expected, "a\nb 12 rows\n\nc\n") == missing
