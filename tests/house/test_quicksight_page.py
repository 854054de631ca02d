"""docs/quicksight.md tells of every kind of visual and of control."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from wavehouse.dashboards.controls import ControlKind
from wavehouse.dashboards.visuals import KINDS

_PAGE = (Path(__file__).parents[2] / "docs" / "quicksight.md").read_text("utf-8")


def _named(heading: str) -> set[str]:
    section = _PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_kind_is_told() -> None:
    assert _named("Visuals") == set(KINDS)
    assert _named("Controls") == set(get_args(ControlKind))
