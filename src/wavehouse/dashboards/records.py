"""What Wavehouse keeps about itself, as data sets: runs and their steps, verdicts, how old tables are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from wavehouse.core.columns import Column
from wavehouse.engines.engine import Row


def _columns(text: str) -> tuple[Column, ...]:
    pairs = (one.split(" ") for one in text.split(", "))
    return tuple(Column(name, type_) for name, type_ in pairs)


# The columns of each; times are UTC.
RECORD_COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "runs": _columns(
        "run_id string, started timestamp, status string, mode string, changed boolean, seconds double, "
        "rows_in bigint, rows_out bigint, rows_quarantined bigint, rows_superseded bigint, "
        "rejected_files bigint, failed_rules bigint, error string, is_last boolean"
    ),
    "steps": _columns(
        "run_id string, started timestamp, step string, seconds double, rows_in bigint, rows_out bigint, "
        "rows_quarantined bigint, is_last boolean"
    ),
    "rules": _columns(
        "run_id string, started timestamp, source string, rule string, type string, action string, "
        "passed boolean, metric double, rows bigint, failed_rows bigint, reason string, is_last boolean"
    ),
    "tables": _columns(
        "table_name string, rows bigint, files bigint, bytes bigint, committed_at timestamp, "
        "hours_old double, snapshot_id bigint"
    ),
}


class Records(Protocol):
    """Knows what Wavehouse keeps about itself."""

    def state(self, kind: str) -> str:
        """A text that is another one after every change of these records."""

    def rows(self, kind: str) -> Sequence[Row]:
        """The records of a kind, in the columns of `RECORD_COLUMNS`; times are naive, in UTC."""
