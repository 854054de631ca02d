"""Rolling back does what was shown, or nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from wavehouse.core.errors import OvertakenError
from wavehouse.pipeline.rollback import Rollback
from wavehouse.settings import Settings, builtin_project
from wavehouse.staging.landed_file import LandedFile
from wavehouse.wiring.projects import generate
from wavehouse.wiring.questions import snapshots
from wavehouse.wiring.runs import run
from wavehouse.wiring.upkeep import check_as_seen, rolled_back


def _run(settings: Settings, files: Path, seed: int) -> str:
    generate(files, 0.001, seed, 0.0, "2023-12-20")
    return run(settings, [str(files)], full=False, show=False).run_id


def test_files_that_came_since_it_was_shown_are_not_held_unseen(tmp_path: Path) -> None:
    settings = Settings(builtin_project(), tmp_path / "lake")
    first = _run(settings, tmp_path / "1", 1)
    _run(settings, tmp_path / "2", 2)
    seen, _ = rolled_back(settings, "spotify.tracks", first, dry_run=True)
    assert seen.held
    _run(settings, tmp_path / "3", 3)
    before = snapshots(settings, "spotify.tracks")
    with pytest.raises(OvertakenError, match="would be held as well"):
        rolled_back(settings, "spotify.tracks", first, dry_run=False, seen=seen)
    assert snapshots(settings, "spotify.tracks") == before
    now, _ = rolled_back(settings, "spotify.tracks", first, dry_run=True)
    done, record = rolled_back(settings, "spotify.tracks", first, dry_run=False, seen=now)
    assert record is not None
    assert done.held == now.held
    assert len(now.held) > len(seen.held)


def _file(name: str) -> LandedFile:
    return LandedFile("albums", name, name, name, 1, "", 1, False, False, True, "batch", "2024-01-01")


def test_the_difference_is_told() -> None:
    seen = Rollback("run", "run 1", {"t": 1}, [_file("a"), _file("b")], [])
    check_as_seen(replace(seen, run="another id", held=seen.held[::-1]), seen)
    many = [_file(f"file {at}") for at in range(9)]
    with pytest.raises(OvertakenError) as raised:
        check_as_seen(replace(seen, held=[_file("a")], taken_back=many), seen)
    assert "b would not be held" in str(raised.value)
    assert "file 4 and 4 more would be taken in again as well" in str(raised.value)
    with pytest.raises(OvertakenError, match="publish of run run 2"):
        check_as_seen(replace(seen, published="run 2"), seen)
