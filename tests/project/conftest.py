"""Definition files in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wavehouse.project.project import Project

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes `definition.yaml` and returns its path."""

    def written(content: str | bytes) -> Path:
        path = tmp_path / "definition.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.fixture
def shipped() -> Project:
    """The project that ships with us."""
    return Project.at(Path(__file__).parents[2] / "spotify")
