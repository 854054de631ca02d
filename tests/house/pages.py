"""Pages with commands: their blocks, found, run as a reader would, and compared with what the page shows.

A ```sh block is run as it stands. In a ```console block each line after `$ ` is run, and the lines below it
must be in what it prints, in that order; `...` stands for anything. A block may be left out by a comment
above it, `<!-- not run: REASON -->`, for the reasons listed here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet
    from tests.conftest import Wavehouse

# Languages whose blocks are run; a block in another one than these could hide a command.
RUN = {"sh", "console"}
NOT_COMMANDS = {"text", "mermaid", "sql", "yaml", "json"}
REASONS = {"gets the source", "needs an account in a cloud", "does not end"}

# `make` is tried by itself (test_makefile.py, and by whoever runs these tests): here stands what it would do.
MAKE = {"make demo": "wavehouse demo wavehouse-demo", "make test": ":", "make lint": ":"}

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
                assert steps, f"line {self.line}: a console block begins with '$ '"
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
    unknown = [line for line in lines if line.startswith("make") and line not in MAKE]
    assert unknown == [], "say in MAKE what these stand for"
    return "\n".join(MAKE.get(short, line) for short, line in zip(lines, command.splitlines(), strict=True))


def first_missing(expected: list[str], printed: str) -> str | None:
    """The first expected line that is not printed after those before it."""
    left = iter(printed.splitlines())
    for line in filter(str.strip, expected):
        pattern = re.compile(".*".join(map(re.escape, line.rstrip().split("..."))))
        if line.strip() != "..." and not any(pattern.fullmatch(candidate.rstrip()) for candidate in left):
            return line
    return None


def put_command(folder: Path) -> None:
    """Put `wavehouse` where a reader has it: on the path and, as in a checkout, in `.venv/bin`."""
    command = folder / ".venv" / "bin" / "wavehouse"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wavehouse "$@"\n', "utf-8")
    command.chmod(0o755)


def put_files(folder: Path, wavehouse: Wavehouse, scale: str = "0.002") -> None:
    """Put `my-files/` there, a small catalogue in place of the reader's own files."""
    made = wavehouse("generate", "my-files", "--scale", scale, cwd=folder)
    assert made.code == 0, made.stderr


def runnable(blocks: list[Block]) -> list[ParameterSet]:
    """The blocks with commands, as parameters of a test."""
    return [pytest.param(block, id=f"line-{block.line}") for block in blocks if block.language in RUN]


def run_block(block: Block, directory: Path, page: str) -> None:
    """Run a block in a directory that has the command; fails where a command does or prints otherwise."""
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
        assert done.returncode == 0, f"{page}:{block.line}: {command}\n{done.stdout}"
        missing = first_missing(expected, done.stdout)
        assert missing is None, f"{page}:{block.line}: {command}\ndoes not print {missing!r}:\n{done.stdout}"
