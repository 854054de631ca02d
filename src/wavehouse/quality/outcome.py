"""What came out of one rule."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NOTHING = "there is nothing to measure"


@dataclass(frozen=True)
class Outcome:
    """What came out of one rule; see `Verdict`."""

    passed: bool
    metrics: Mapping[str, float] = field(default_factory=dict)
    rows: int | None = None
    failed_rows: int | None = None
    reason: str = ""


class SettledError(Exception):
    """The verdict is known without looking at the data, and why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


def measured(metrics: Mapping[str, Any]) -> dict[str, float]:
    """The metrics that have a value: NULL is none, and what is not finite neither."""
    found = {name: float(value) for name, value in metrics.items() if value is not None}
    return {name: value for name, value in found.items() if math.isfinite(value)}
