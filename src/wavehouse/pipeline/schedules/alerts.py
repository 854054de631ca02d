"""Of what somebody is told: whether it is so, since when, and who does not know yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from wavehouse.pipeline.schedules.alert_definition import CONSOLE, Alert
from wavehouse.pipeline.schedules.record import WorkflowRun


class Facts(Protocol):
    """What alerts are about; None where it is not known, which says neither yes nor no."""

    def last_runs(self, workflows: Sequence[str]) -> Sequence[WorkflowRun]:
        """The last run that has ended of each of these workflows."""

    def quality(self, source: str) -> float | None:
        """The share (0 to 1) of rules that hold in the newest run that has judged any."""

    def hours_old(self, table: str) -> float | None:
        """Hours since a table was changed."""

    def rows(self, table: str) -> tuple[int, int] | None:
        """Its rows in the snapshot before, and now."""

    def kpi(self, visual: str) -> float | None:
        """The figure of a KPI."""


@dataclass(frozen=True)
class AlertState:
    """One alert: whether it lasts, since when (ISO, UTC), in words, and who is still to be told."""

    lasts: bool
    since: str
    text: str
    owed: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """This state as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> AlertState:
        """The state that `as_json` wrote."""
        return cls(told["lasts"], told["since"], told["text"], tuple(told["owed"]))


def judged(alert: Alert, facts: Facts) -> Mapping[str, str | None]:
    """What is wrong, in words; '' for nothing, None where that is not known.

    An alert on several workflows has a state for each, by name: that one of them fails must not hide that
    another one does. All others are of one thing, ''.
    """
    if alert.on == "failed_run":
        return _failed_runs(alert, facts)
    return {"": _JUDGES[alert.on](alert, facts)}


def state_name(alert: str, of: str) -> str:
    """What the state of an alert is called: after the alert, and what it is of."""
    return f"{alert} ({of})" if of else alert


def is_of(state: str, alert: str) -> bool:
    """Whether a state of that name is one of the alert."""
    return state == alert or state.startswith(f"{alert} (")


def following(alert: Alert, said: str | None, before: AlertState | None, now: datetime) -> AlertState | None:
    """The state of an alert after a look: one message when it begins, one when it ends, none between."""
    moment = now.isoformat(timespec="seconds")
    if said is None:
        return before
    if said and (before is None or not before.lasts):
        return AlertState(True, moment, said, alert.to)
    if said and before is not None:
        return replace(before, text=said)
    if before is not None and before.lasts:
        # (Who was never told that it has begun need not know that it has ended.)
        told = tuple(name for name in alert.to if name not in before.owed)
        return AlertState(False, moment, before.text, told)
    return before


def deliver(name: str, state: AlertState, send: Callable[[str, str, str], bool]) -> AlertState:
    """Tell those who are still to be told; who cannot be reached stays so until the next look."""
    title = f"Wavehouse: {name}" if state.lasts else f"Wavehouse: {name} has ended"
    body = state.text if state.lasts else f"It is so no longer. It was: {state.text}"
    left = tuple(one for one in state.owed if one != CONSOLE and not send(one, title, body))
    return replace(state, owed=left)


def _failed_runs(alert: Alert, facts: Facts) -> Mapping[str, str | None]:
    found: dict[str, str | None] = dict.fromkeys(alert.workflows)
    for run in facts.last_runs(alert.workflows):
        said = f"the workflow {run.workflow} has ended as {run.state} ({run.run_id}): "
        found[run.workflow] = "" if run.state == "SUCCEEDED" else said + (run.error or "silently")
    return found


def _quality(alert: Alert, facts: Facts) -> str | None:
    share = facts.quality(alert.source)
    if share is None:
        return None
    of = f" of {alert.source}" if alert.source else ""
    low = alert.below is not None and share < alert.below
    return f"{share:.1%} of the rules{of} hold, fewer than {alert.below:.1%}" if low else ""


def _freshness(alert: Alert, facts: Facts) -> str | None:
    hours = facts.hours_old(alert.table)
    if hours is None or alert.older_than is None:
        return None
    old = hours > alert.older_than
    return f"{alert.table} was not changed for more than {alert.older_than:g} hours" if old else ""


def _row_count(alert: Alert, facts: Facts) -> str | None:
    rows = facts.rows(alert.table)
    if rows is None or alert.changes_by is None:
        return None
    before, now = rows
    share = abs(now - before) / before if before else float(now > 0)
    if share <= alert.changes_by:
        return ""
    return f"{alert.table} went from {before:,} to {now:,} rows, by more than {alert.changes_by:.0%}"


def _kpi(alert: Alert, facts: Facts) -> str | None:
    figure = facts.kpi(alert.visual)
    if figure is None:
        return None
    if alert.above is not None and figure > alert.above:
        return f"{alert.visual} is {figure:g}, above {alert.above:g}"
    if alert.below is not None and figure < alert.below:
        return f"{alert.visual} is {figure:g}, below {alert.below:g}"
    return ""


_JUDGES: Mapping[str, Callable[[Alert, Facts], str | None]] = {
    "quality": _quality,
    "freshness": _freshness,
    "row_count": _row_count,
    "kpi": _kpi,
}
