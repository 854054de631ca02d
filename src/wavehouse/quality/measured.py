"""What rules came to, run by run."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Measurement:
    """What one rule came to in one run; `started` is ISO (UTC)."""

    run_id: str
    started: str
    passed: bool
    metric: float | None
    failed_rows: int | None


@dataclass
class MeasuredRule:
    """One rule of one source, and its measurements, the oldest first."""

    source: str
    rule: str
    subject: str
    runs: list[Measurement] = field(default_factory=list)
