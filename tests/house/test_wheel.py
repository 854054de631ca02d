"""The wheel carries the project that ships with us, so that `wavehouse demo` works in any directory."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PROJECT = _ROOT / "spotify"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with what is installed: nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=_ROOT,
        capture_output=True,
        timeout=120,
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_all_of_the_project_is_in_the_wheel(wheel: Path) -> None:
    prefix = "wavehouse/spotify/"
    with zipfile.ZipFile(wheel) as archive:
        shipped = {
            name.removeprefix(prefix): archive.read(name)
            for name in archive.namelist()
            if name.startswith(prefix)
        }
    ours = {
        path.relative_to(_PROJECT).as_posix(): path.read_bytes()
        for path in _PROJECT.rglob("*")
        if path.is_file()
    }
    assert shipped == ours
    assert "wavehouse.yaml" in ours
    assert {"contracts", "flows", "queries", "dashboards"} <= {name.split("/")[0] for name in ours}


def test_an_installed_wheel_finds_its_project(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-index",
            "--no-deps",
            "--target",
            target,
            wheel,
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    done = subprocess.run(
        [sys.executable, "-c", "from wavehouse.settings import builtin_project; print(builtin_project())"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert Path(done.stdout.strip()).resolve() == (target / "wavehouse" / "spotify").resolve()
    assert (target / "wavehouse" / "spotify" / "wavehouse.yaml").is_file()
