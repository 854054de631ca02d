"""`make` on machines whose pythons are not all they seem."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_MAKE = shutil.which("make")

pytestmark = pytest.mark.skipif(_MAKE is None, reason="make is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory with our Makefile, whose name has a space, and a directory `bin` for pythons."""
    folder = tmp_path / "a clone"
    (folder / "bin").mkdir(parents=True)
    shutil.copy(_ROOT / "Makefile", folder)
    for tool in ("sh", "mkdir", "rm", "cat"):
        (folder / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return folder


def _python(folder: Path, name: str, script: str) -> None:
    path = folder / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)


def _make(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_MAKE or "make", *args],
        cwd=folder,
        env={**os.environ, "PATH": str(folder / "bin"), "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_a_python_it_says_what_was_tried(folder: Path) -> None:
    _python(folder, "python3.12", "exit 127")
    _python(folder, "python3", 'case "$2" in *version.split*) echo 3.9.2;; *) exit 1;; esac')
    done = _make(folder, ".venv/made-for")
    assert done.returncode != 0
    assert "python3.13: not found" in done.stderr
    assert "python3.12: does not start" in done.stderr
    assert "python3: is 3.9.2, older than 3.11" in done.stderr
    assert "make PYTHON=" in done.stderr
    assert not (folder / ".venv").exists()


def test_a_broken_environment_is_made_anew_from_the_first_python_that_works(folder: Path) -> None:
    _python(folder, "python3.13", "exit 127")
    _python(folder, "python3", f'exec "{sys.executable}" "$@"')
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to("gone")
    assert _make(folder, ".venv/made-for").returncode == 0
    assert (
        subprocess.run([python, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0
    )
    made = python.stat().st_ctime_ns, (folder / ".venv" / "pyvenv.cfg").stat().st_mtime_ns
    assert _make(folder, ".venv/made-for").returncode == 0
    assert made == (python.stat().st_ctime_ns, (folder / ".venv" / "pyvenv.cfg").stat().st_mtime_ns)


def test_a_python_named_by_the_user_is_the_only_one_tried(folder: Path) -> None:
    done = _make(folder, ".venv/made-for", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "no-such-python: not found" in done.stderr
    assert "python3.13" not in done.stderr
