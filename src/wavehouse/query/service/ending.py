"""How a query ends: its last state, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from wavehouse.query.service.failures import failure_of
from wavehouse.query.service.live import Live, milliseconds_since

_CANCELLED = "Query cancelled by user"
# Of a query whose answer did not wait for the count.
UNCOUNTED = "the bytes are being counted still"


def end(live: Live, lake: Path) -> None:
    """Give a query its last state."""
    live.over = True
    execution = live.execution
    execution.total_ms, execution.completed = milliseconds_since(live.began), datetime.now(UTC)
    if live.cancelled and (live.error is not None or execution.rows is None):
        execution.state, execution.reason = "CANCELLED", _CANCELLED
    elif live.error is not None:
        execution.failure = failure_of(live.error, lake, ran=live.statement is not None, sql=execution.sql)
        execution.state, execution.reason = "FAILED", execution.failure.message
    else:
        execution.state = "SUCCEEDED"
        if live.statement is not None and live.left:
            execution.reason = UNCOUNTED
