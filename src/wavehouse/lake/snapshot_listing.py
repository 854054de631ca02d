"""What `snapshots` tells, as a JSON-ready document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_head import TableHead
from wavehouse.core.table_name import TableName
from wavehouse.lake.bookmark import ACTION, RUN
from wavehouse.lake.head import LakeHead, snapshots


def list_snapshots(head: LakeHead, name: str) -> dict[str, Any]:
    """`name, snapshots[{snapshot_id, parent_id, committed_at, operation, rows, run_id, action, current}]`.

    `committed_at` is when the table showed it first: that is what FOR TIMESTAMP AS OF goes by.
    """
    table = _find(head, name)
    shown_at: dict[int, int] = {}
    for moment, id_ in head.history(table).current:
        shown_at.setdefault(id_, moment)
    found = [one for one in snapshots(head.metadata(table.name) or {}) if one.id in shown_at]
    return {
        "name": str(table.name),
        "snapshots": [
            {
                "snapshot_id": snapshot.id,
                "parent_id": snapshot.parent,
                "committed_at": datetime.fromtimestamp(shown_at[snapshot.id] / 1000, UTC).isoformat(),
                "operation": snapshot.summary.get("operation", ""),
                "rows": int(snapshot.summary.get("total-records", 0)),
                "run_id": snapshot.summary.get(RUN),
                "action": snapshot.summary.get(ACTION, ""),
                "current": snapshot.current,
            }
            for snapshot in found
        ],
    }


def _find(head: LakeHead, name: str) -> TableHead:
    table = head.head(TableName.parse(name))
    if table is None:
        raise CallError(
            f"there is no table '{name}'", remedy=did_you_mean(name, (str(known) for known in head.names()))
        )
    return table
