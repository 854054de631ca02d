"""What alerts are about, as the lake and its records have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from wavehouse.core.table_name import TableName
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.lake.snapshot_listing import list_snapshots
from wavehouse.pipeline.run_store import all_runs
from wavehouse.pipeline.schedules.record import WorkflowRun
from wavehouse.pipeline.schedules.store import ScheduleStore

# Runs that are looked through for the newest one that has judged rules.
_MOST_RUNS = 50


class LakeFacts:
    """`alerts.Facts` of one lake; `figure` answers a KPI."""

    def __init__(
        self, layout: LakeLayout, store: ScheduleStore, figure: Callable[[str], float | None]
    ) -> None:
        self._layout, self._store, self._figure = layout, store, figure

    def last_runs(self, workflows: Sequence[str]) -> Sequence[WorkflowRun]:
        """The last run that has ended of each of these workflows."""
        found: dict[str, WorkflowRun] = {}
        for run in self._store.runs():
            if run.state != "RUNNING" and run.workflow in workflows:
                found.setdefault(run.workflow, run)
        return list(found.values())

    def quality(self, source: str) -> float | None:
        """The share (0 to 1) of rules that hold in the newest run that has judged any."""
        for run in all_runs(self._layout, _MOST_RUNS):
            rules = [rule for rule in run.rules if source in ("", rule.source)]
            if rules:
                return sum(rule.passed for rule in rules) / len(rules)
        return None

    def hours_old(self, table: str) -> float | None:
        """Hours since a table was changed."""
        found = self._changes(table)
        if not found:
            return None
        changed = datetime.fromisoformat(found[-1]["committed_at"])
        return (datetime.now(UTC) - changed.astimezone(UTC)).total_seconds() / 3600

    def rows(self, table: str) -> tuple[int, int] | None:
        """Its rows in the snapshot before, and now."""
        found = [one["rows"] for one in self._changes(table) if one["rows"] is not None]
        return (found[-2], found[-1]) if len(found) > 1 else None

    def kpi(self, visual: str) -> float | None:
        """The figure of a KPI."""
        return self._figure(visual)

    def _changes(self, table: str) -> list[dict[str, Any]]:
        """Its snapshots, without compactions, which leave every row as it was."""
        head = LakeHead(self._layout)
        if head.head(TableName.parse(table)) is None:
            return []
        found: list[dict[str, Any]] = list_snapshots(head, table)["snapshots"]
        return [one for one in found if one["action"] != "compact"]
