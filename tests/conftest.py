"""What all tests share: sealed off from the user's own settings, the real files, and the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from tests.chosen_engine import Chosen

_REAL = "WAVEHOUSE_REAL_DATA"
_REAL_FILES = ("album.csv", "artist.csv", "features.csv", "spotify_data.csv", "tracks.csv")

# "ci" says the same at every run; "nightly" looks for what nobody has thought of.
settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile(
    "nightly", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--engine spark` runs the behaviour tests of the pipeline (tests/pipeline) with that engine."""
    parser.addoption("--engine", choices=["duckdb", "spark"], default="duckdb")


def pytest_configure(config: pytest.Config) -> None:
    """Leave nothing in the environment that could change an answer."""
    Chosen.name = config.getoption("--engine")
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
    home = tempfile.TemporaryDirectory(prefix="wavehouse-home-")
    config.add_cleanup(home.cleanup)
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    for name in list(os.environ):
        if name.startswith(("WAVEHOUSE_", "XDG_", "PYICEBERG_", "AWS_", "PG")) and name != _REAL:
            patch.delenv(name)
    for name in ("COLUMNS", "LINES", "FORCE_COLOR", "CLICOLOR_FORCE", "PYTHONPATH"):
        patch.delenv(name, raising=False)
    if real := os.environ.get(_REAL):
        # Tests run the command line in other directories.
        patch.setenv(_REAL, str(Path(real).absolute()))
    patch.setenv("HOME", home.name)
    patch.setenv("NO_COLOR", "1")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked for both engines runs with each, unless the command line has chosen one."""
    if metafunc.definition.get_closest_marker("both_engines"):
        engines = ["duckdb", "spark"] if Chosen.name == "duckdb" else [Chosen.name]
        metafunc.parametrize("engine_name", engines, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow files last, so that most mistakes show early; of those, the ones with few tests come first.

    They are the longest, and whoever gets one at the very end keeps the others waiting.
    """
    for item in items:
        if Chosen.name == "spark" or item.get_closest_marker("both_engines"):
            # Sockets over which rows came from Spark are closed when Python finds the time.
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))
    tests = Counter(item.path for item in items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: tests[item.path] if item.path in slow else 0)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests of the real files are skipped by name where none were promised, and fail where they are gone."""
    if item.get_closest_marker("real") is None and "real_data" not in getattr(item, "fixturenames", ()):
        return
    named = os.environ.get(_REAL)
    if not named:
        pytest.skip(f"{item.name}: set {_REAL} to the directory of the real Spotify files")
    missing = [name for name in _REAL_FILES if not (Path(named) / name).is_file()]
    if missing:
        pytest.fail(f"{_REAL} is {named}, and that has no {', '.join(missing)}", pytrace=False)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The directory of the five real files; a test that asks for it is skipped where there are none."""
    return Path(os.environ[_REAL])


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        try:
            return json.loads(self.stdout)
        except ValueError:
            pytest.fail(f"exit code {self.code}, and not one JSON document: {self.stdout!r}\n{self.stderr}")


@dataclass(frozen=True)
class Wavehouse:
    """The command line as a user has it: a process of its own, in a directory."""

    cwd: Path

    def __call__(
        self,
        *args: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: str = "",
        timeout: float = 120,
    ) -> Answer:
        """Run `wavehouse args`; `env` is added to the environment, `timeout` is in seconds."""
        done = subprocess.run(
            [sys.executable, "-m", "wavehouse", *map(str, args)],
            cwd=cwd or self.cwd,
            env={**os.environ, **(env or {})},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def wavehouse(tmp_path: Path) -> Wavehouse:
    """Runs the command line in the test's own directory: `wavehouse("sql", "select 1", "--json").json`."""
    return Wavehouse(tmp_path)


@pytest.fixture(scope="session")
def wavehouse_in() -> Callable[[Path], Wavehouse]:
    """The same for fixtures that outlive one test: `wavehouse_in(directory)("run", ...)`."""
    return Wavehouse
