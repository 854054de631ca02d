"""What earlier runs measured, for rules that look back (`last(n)`) and for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from wavehouse.core.run_record import RunRecord
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.run_store import all_runs
from wavehouse.quality.measured import MeasuredRule, Measurement


class RunHistory:
    """The runs that were done, read when the first rule asks: most never do."""

    def __init__(self, layout: LakeLayout) -> None:
        self._layout = layout

    @cached_property
    def runs(self) -> list[RunRecord]:
        """The runs that judged rules, newest first."""
        return [run for run in all_runs(self._layout) if run.status == "done" and run.rules]

    def of(self, source: str) -> SourceHistory:
        """What they measured of one source."""
        return SourceHistory(self, source)


@dataclass(frozen=True)
class SourceHistory:
    """The metrics of one source; a `quality.History`."""

    history: RunHistory
    source: str

    def last(self, subject: str, metric: str, count: int) -> Sequence[float]:
        """The newest `count` values of a metric of a subject, the newest first."""
        values: list[float] = []
        for run in self.history.runs:
            # Two rules may measure the same: a run counts once.
            mine = (
                rule.metrics for rule in run.rules if (rule.source, rule.subject) == (self.source, subject)
            )
            value = next((metrics[metric] for metrics in mine if metric in metrics), None)
            if value is not None:
                values.append(value)
            if len(values) == count:
                break
        return values


def measured(lake: Path) -> list[MeasuredRule]:
    """The history of every rule of the lake's runs, in the order of the newest run; none for no lake."""
    rules: dict[tuple[str, str], MeasuredRule] = {}
    for run in all_runs(LakeLayout(lake.absolute())):
        for rule in run.rules:
            one = rules.setdefault(
                (rule.source, rule.rule), MeasuredRule(rule.source, rule.rule, rule.subject)
            )
            one.runs.insert(
                0, Measurement(run.run_id, run.started, rule.passed, rule.metric, rule.failed_rows)
            )
    return list(rules.values())
