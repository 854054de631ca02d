"""Runs, verdicts and tables of a lake as records that dashboards show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from wavehouse.core.run_record import RunRecord
from wavehouse.engines.engine import Row
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.run_store import all_runs

# The newest runs that are shown: a chart of more has no room.
_MOST_RUNS = 200


class OwnRecords:
    """`dashboards.records.Records` of one lake; the columns are those of `RECORD_COLUMNS`."""

    def __init__(self, layout: LakeLayout) -> None:
        self._layout = layout

    def state(self, kind: str) -> str:
        """The newest files of runs; for tables, whose age is told, the minute as well."""
        runs = sorted((path.name, path.stat().st_mtime_ns) for path in self._layout.runs.glob("*.json"))
        return f"{runs[-_MOST_RUNS:]} {f'{datetime.now(UTC):%Y%m%d%H%M}' if kind == 'tables' else ''}"

    def rows(self, kind: str) -> Sequence[Row]:
        """The records of a kind."""
        if kind == "tables":
            return self._tables()
        runs = all_runs(self._layout)[:_MOST_RUNS]
        # Those that judged, for verdicts; a run that found nothing new has none.
        last = next((run.run_id for run in runs if kind != "rules" or run.rules), None)
        make = {"runs": _run, "steps": _steps, "rules": _rules}[kind]
        return [(*row, run.run_id == last) for run in runs for row in make(run)]

    def _tables(self) -> list[Row]:
        head, now = LakeHead(self._layout), datetime.now(UTC)
        rows: list[Row] = []
        for table in head.heads():
            shown = head.history(table).current
            if table.snapshot_id is None or not shown:
                continue
            committed = datetime.fromtimestamp(shown[-1][0] / 1000, UTC)
            age = (now - committed).total_seconds() / 3600
            rows.append(
                (
                    str(table.name),
                    table.rows,
                    table.files,
                    table.size,
                    committed.replace(tzinfo=None),
                    round(max(age, 0.0), 4),
                    table.snapshot_id,
                )
            )
        return rows


def _run(run: RunRecord) -> list[Row]:
    sources = run.sources.values()
    return [
        (
            run.run_id,
            _moment(run),
            run.status,
            run.mode,
            run.changed,
            run.seconds,
            sum(one.rows_in for one in sources),
            sum(one.rows_out for one in sources),
            sum(one.rows_quarantined for one in sources),
            sum(one.rows_superseded for one in sources),
            len(run.rejected),
            sum(not rule.passed for rule in run.rules),
            run.error,
        )
    ]


def _steps(run: RunRecord) -> list[Row]:
    return [
        (run.run_id, _moment(run), one.name, one.seconds, one.rows_in, one.rows_out, one.rows_quarantined)
        for one in run.steps
    ]


def _rules(run: RunRecord) -> list[Row]:
    return [
        (
            run.run_id,
            _moment(run),
            one.source,
            one.rule,
            one.type,
            one.action,
            one.passed,
            one.metric,
            one.rows,
            one.failed_rows,
            one.reason,
        )
        for one in run.rules
    ]


def _moment(run: RunRecord) -> datetime:
    return datetime.fromisoformat(run.started).astimezone(UTC).replace(tzinfo=None)
