"""What came out: of every rule, and of every row that failed one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Verdict:
    """The verdict on one rule (its canonical text, without labels).

    `subject` is the rule without its condition and threshold: what is measured, the same from run to run.
    `metrics` are the values that were measured, by the names that AWS gives them; `metric` is the first of
    them, None where nothing could be measured. `rows` counts the rows that the rule looked at (all, or those
    of its where clause), `failed_rows` those of them that fail; None for a rule without a verdict per row.
    `reason` says why it failed, or why it could not be evaluated ('' otherwise).
    """

    rule: str
    type: str
    subject: str
    passed: bool
    metrics: Mapping[str, float] = field(default_factory=dict)
    rows: int | None = None
    failed_rows: int | None = None
    reason: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def metric(self) -> float | None:
        """The first metric."""
        return next(iter(self.metrics.values()), None)
