"""The real files, loaded once for all journeys that only look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Wavehouse


@dataclass(frozen=True)
class Loaded:
    """A lake after its first run, and what the run said as JSON."""

    lake: Path
    record: dict[str, Any]


@pytest.fixture(scope="session")
def real_lake(
    real_data: Path,
    wavehouse_in: Callable[[Path], Wavehouse],
    tmp_path_factory: pytest.TempPathFactory,
) -> Loaded:
    """The lake of the five real files, made by the command line. Tests must not write to it."""
    directory = tmp_path_factory.mktemp("real")
    done = wavehouse_in(directory)("run", "--from", real_data, "--lake", "lake", "--json")
    assert done.code == 0, done.stderr
    return Loaded(directory / "lake", done.json)
