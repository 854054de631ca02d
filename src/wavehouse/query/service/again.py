"""Which query's answer may be given again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from wavehouse.core.recent import Recent
from wavehouse.query.service.execution import Execution
from wavehouse.query.service.history import MOST, QueryHistory
from wavehouse.query.service.live import Live
from wavehouse.query.service.plan import Plan
from wavehouse.query.service.results import Results


class Answers:
    """The last queries that were answered, by their reuse keys: those of now, and of the history."""

    def __init__(self, history: QueryHistory) -> None:
        self._history = history
        self._ids: Recent[str, str] = Recent(MOST)
        self._older: dict[str, str] | None = None
        self._reading = threading.Lock()

    def add(self, execution: Execution) -> None:
        """Note an answer that may be given again."""
        if _may_be_given(execution):
            self._ids.put(execution.reuse_key, execution.id)

    def give(self, live: Live, plan: Plan, results: Results, get: Callable[[str], Execution | None]) -> bool:
        """Let a query have the answer of another one, if it may: it is then the answer of both."""
        known = self._find(plan.reuse_key) if live.reuse is not None and plan.reuse_key else None
        other = get(known) if known else None
        if other is None or other.completed is None or other.state != "SUCCEEDED":
            return False
        if datetime.now(UTC) - other.completed > timedelta(minutes=live.reuse or 0):
            return False
        try:
            results.share(live.execution.id, other.id)
        except OSError:
            return False  # its rows are gone
        live.execution.reused, live.execution.rows = other.id, other.rows
        return True

    def _find(self, reuse_key: str) -> str | None:
        """The id of the query that has that answer; the history is read when this is asked first."""
        found = self._ids.get(reuse_key)
        if found is not None:
            return found
        with self._reading:
            if self._older is None:
                oldest_first = reversed(list(self._history.newest()))
                self._older = {one.reuse_key: one.id for one in oldest_first if _may_be_given(one)}
        return self._older.get(reuse_key)


def _may_be_given(execution: Execution) -> bool:
    return execution.state == "SUCCEEDED" and bool(execution.reuse_key) and not execution.reused
