"""Who imports whom, and who looks at the environment."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_SOURCE = _ROOT / "src" / "wavehouse"
_FILES = sorted(_SOURCE.rglob("*.py"))

_ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
# (The process of a sandbox has an environment of its own, and is told what stands in it.)
_ENVIRONMENT_READERS = {"settings.py", "query/sandbox/child.py"}

# What a start of the command line, and a run with nothing new, must not pay for.
_SLOW_TO_START = ("duckdb", "pyiceberg", "pyarrow", "sqlglot", "pydantic", "ruamel", "rich")
_SLOW_TO_FIND_NOTHING_NEW = ("duckdb", "pyiceberg", "sqlglot", "pydantic")

# typer reads a command's arguments by pydantic, whatever the command is.
_SLOW_TO_RUN_NOTHING_NEW = {"duckdb", "pyiceberg", "sqlglot"}

# It loads the committer in a thread, and names a module of our own.
_HIDDEN_IMPORTS = {"pipeline/work.py"}

# A file is one idea.
_MOST_LINES = 300


def test_every_import_contract_holds() -> None:
    """The contracts of pyproject.toml: the order of the folders, and one home for each heavy package."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _environment(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in _ENVIRONMENT:
                yield node.lineno
            case ast.ImportFrom(module="os", names=names) if _ENVIRONMENT & {name.name for name in names}:
                yield node.lineno
            case ast.keyword(arg="envvar"):
                yield node.lineno


def _hidden_imports(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"):
                yield node.lineno


def _places(path: Path, lines: Iterator[int]) -> list[str]:
    return [f"{path.relative_to(_ROOT)}:{line}" for line in lines]


def test_only_settings_reads_the_environment() -> None:
    places = [
        place
        for path in _FILES
        if path.relative_to(_SOURCE).as_posix() not in _ENVIRONMENT_READERS
        for place in _places(path, _environment(ast.parse(path.read_bytes())))
    ]
    assert places == []


def test_no_import_is_hidden_from_the_contracts() -> None:
    places = [
        place
        for path in _FILES
        if path.relative_to(_SOURCE).as_posix() not in _HIDDEN_IMPORTS
        for place in _places(path, _hidden_imports(ast.parse(path.read_bytes())))
    ]
    assert places == []


@pytest.mark.parametrize(
    "line", ["os.environ['A']", "os.getenv('A')", "from os import environ", "Option(envvar='A')"]
)
def test_a_look_at_the_environment_is_seen(line: str) -> None:
    assert list(_environment(ast.parse(line))) == [1]


def test_a_file_is_one_idea() -> None:
    lengths = {
        path.relative_to(_SOURCE).as_posix(): len(path.read_text("utf-8").splitlines()) for path in _FILES
    }
    long = {name for name, length in lengths.items() if length > _MOST_LINES}
    assert long == set()


def _loaded_by(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    ("module", "heavy"),
    [("wavehouse.cli", _SLOW_TO_START), ("wavehouse.pipeline.run", _SLOW_TO_FIND_NOTHING_NEW)],
)
def test_a_module_loads_nothing_heavy(module: str, heavy: tuple[str, ...]) -> None:
    assert _loaded_by(f"import {module}") & set(heavy) == set()


def test_a_run_with_nothing_new_loads_nothing_heavy(tmp_path: Path) -> None:
    def loaded(*args: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "wavehouse", *args],
            cwd=tmp_path,
            env={**os.environ, "WAVEHOUSE_LAKE": "lake"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
        return {line.rpartition("|")[2].strip().split(".")[0] for line in lines}

    loaded("generate", "files", "--scale", "0.001")
    assert loaded("run", "--from", "files", "--json") >= _SLOW_TO_RUN_NOTHING_NEW
    assert loaded("run", "--from", "files", "--json") & _SLOW_TO_RUN_NOTHING_NEW == set()
