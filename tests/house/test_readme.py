"""The README cannot lie: its commands are run, in order, in one directory, and say what it shows.

A ```sh block is run as it stands. In a ```console block each line after `$ ` is run, and the lines below it
must be in what it prints, in that order; `...` stands for anything. The directory has `my-files/`, a small
catalogue in place of the reader's own files, and the commands `wavehouse` and `.venv/bin/wavehouse`.
A block may be left out by a comment above it, `<!-- not run: REASON -->`, for the reasons listed here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Wavehouse

_ROOT = Path(__file__).parents[2]
_RUN = {"sh", "console"}
# A block in another language could hide a command.
_NOT_COMMANDS = {"text", "mermaid", "sql", "yaml", "json"}
_REASONS = {"gets the source", "needs an account in a cloud"}

# `make` is tried by itself (test_makefile.py, and by whoever runs these tests): here stands what it would do.
_MAKE = {"make demo": "wavehouse demo wavehouse-demo", "make test": ":", "make lint": ":"}

_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>.+?) -->\n+)?^```(?P<language>.*)\n(?P<text>(?:.*\n)*?)```$", re.MULTILINE
)


@dataclass(frozen=True)
class Block:
    """A fenced block; `reason` says why it is not run."""

    line: int
    language: str
    text: str
    reason: str | None

    def steps(self) -> list[tuple[str, list[str]]]:
        """Commands, each with the lines that it must print."""
        if self.language == "sh":
            return [(self.text, [])]
        steps: list[tuple[str, list[str]]] = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                steps.append((line.removeprefix("$ "), []))
            elif steps and steps[-1][0].endswith("\\"):
                steps[-1] = (f"{steps[-1][0]}\n{line.removeprefix('> ')}", [])
            else:
                assert steps, f"README.md:{self.line}: a console block begins with '$ '"
                steps[-1][1].append(line)
        return steps


def blocks_of(text: str) -> list[Block]:
    """The fenced blocks of a Markdown text."""
    return [
        Block(
            text.count("\n", 0, found.start("language")) + 1,
            found["language"],
            found["text"],
            found["reason"],
        )
        for found in _BLOCK.finditer(text)
    ]


def script_of(command: str) -> str:
    """The command with what each line of `make` stands for."""
    lines = [line.partition(" #")[0].strip() for line in command.splitlines()]
    unknown = [line for line in lines if line.startswith("make") and line not in _MAKE]
    assert unknown == [], "say in _MAKE what these stand for"
    return "\n".join(_MAKE.get(short, line) for short, line in zip(lines, command.splitlines(), strict=True))


def first_missing(expected: list[str], printed: str) -> str | None:
    """The first expected line that is not printed after those before it."""
    left = iter(printed.splitlines())
    for line in filter(str.strip, expected):
        pattern = re.compile(".*".join(map(re.escape, line.rstrip().split("..."))))
        if line.strip() != "..." and not any(pattern.fullmatch(candidate.rstrip()) for candidate in left):
            return line
    return None


_README = (_ROOT / "README.md").read_text("utf-8")
_BLOCKS = blocks_of(_README)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """Where the README's reader is."""
    folder = tmp_path_factory.mktemp("readme")
    command = folder / ".venv" / "bin" / "wavehouse"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wavehouse "$@"\n', "utf-8")
    command.chmod(0o755)
    made = wavehouse_in(folder)("generate", "my-files", "--scale", "0.01")
    assert made.code == 0, made.stderr
    return folder


def test_no_block_escapes() -> None:
    assert _README.count("\n```") + _README.startswith("```") == 2 * len(_BLOCKS)
    assert {block.language for block in _BLOCKS} <= _RUN | _NOT_COMMANDS
    assert {block.reason for block in _BLOCKS if block.reason} <= _REASONS


def test_make_does_what_stands_here() -> None:
    makefile = (_ROOT / "Makefile").read_text("utf-8")
    for line, command in _MAKE.items():
        assert re.search(rf"^{line.removeprefix('make ')}:", makefile, re.MULTILINE)
        assert command == ":" or f"\t$(BIN)/{command}\n" in makefile


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, id=f"line-{block.line}")
        for block in _BLOCKS
        if block.language in _RUN and not block.reason
    ],
)
def test_the_commands_run(block: Block, directory: Path) -> None:
    path = f"{directory / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    for command, expected in block.steps():
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script_of(command)],
            cwd=directory,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"README.md:{block.line}: {command}\n{done.stdout}"
        missing = first_missing(expected, done.stdout)
        assert missing is None, (
            f"README.md:{block.line}: {command}\ndoes not print {missing!r}:\n{done.stdout}"
        )


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
