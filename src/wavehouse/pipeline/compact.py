"""Compaction: many small data files of a table become few; its rows stay what they are."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RunRecord
from wavehouse.core.sql_text import column_list, identifier
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_head import TableHead
from wavehouse.engines.engine import Engine
from wavehouse.lake.bookmark import PROJECT
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import schema_as_it_was
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout, lake_at
from wavehouse.lake.lock import writing
from wavehouse.pipeline.ledger import write_ledger
from wavehouse.pipeline.publish import commit, take_back
from wavehouse.pipeline.published import Published, last_publish
from wavehouse.pipeline.repair import repair
from wavehouse.pipeline.run import OpenEngine
from wavehouse.pipeline.run_store import save_run
from wavehouse.pipeline.scratch_engine import engine_for
from wavehouse.project.project import Project


@dataclass(frozen=True)
class Compaction:
    """What becomes of one table: `files` are those that are read, into how many is known afterwards."""

    table: str
    files: int
    rows: int
    into: int | None = None


def compact(
    root: Path,
    project: Project,
    tables: Sequence[str],
    open_engine: OpenEngine,
    progress: Progress,
    *,
    dry_run: bool,
) -> list[Compaction]:
    """Put the files of each table, or of each of its partitions, into one where there are several.

    Without `tables`, all tables that runs write. One publish, which changes no row. Raises `CallError` for a
    table that is not there.
    """
    layout = lake_at(root)
    clock = time.perf_counter()
    record = RunRecord.begun(datetime.now(UTC))
    run = record.run_id
    with writing(layout, progress):
        if not dry_run:
            repair(layout, progress)
        published = last_publish(layout)
        chosen = _chosen(published, tables)
        if published.overtaken:
            raise CallError(
                f"somebody else has committed to {min(published.overtaken)} since the last run",
                remedy="Run 'wavehouse run' first, which makes it again, then compact",
            )
        with engine_for(layout, run, open_engine) as engine:
            try:
                work = [_Work(layout, engine, head, run) for head in chosen]
                work = [one for one in work if one.stale]
                if dry_run or not work or published.last is None:
                    return [one.planned for one in work]
                orders = _orders(project)
                changes = {one.head.name: one.write(orders.get(str(one.head.name), [])) for one in work}
                last = published.last
                final = changes.pop(last.name, None) or _unchanged(LakeHead(layout), last)
                bookmark = write_ledger(
                    layout, run, published.ledger, (), last.properties[PROJECT], "compact"
                )
                record.notes.append(f"compacted {', '.join(str(one.head.name) for one in work)}")
                commit(layout, engine, [*changes.values(), final], bookmark, record)
                record.changed = True
                record.seconds = round(time.perf_counter() - clock, 3)
                last_publish(layout).describe(record)
                save_run(layout, record)
                return [one.done for one in work]
            except BaseException:
                take_back(layout, run)
                raise


class _Work:
    """The work on one table."""

    def __init__(self, layout: LakeLayout, engine: Engine, head: TableHead, run: str) -> None:
        self.head = head
        self._engine = engine
        self._directory = layout.data(head.name, run)
        self._metadata = LakeHead(layout).metadata(head.name) or {}
        self._rows = {file.location: file.rows for file in engine.iceberg_files(head.metadata)}
        self.stale = self._several()
        self._written = 0

    def _several(self) -> list[str]:
        """The files that share their partition with another one."""
        if len(self._rows) < 2 or not self.head.partition_by:
            return sorted(self._rows) if len(self._rows) > 1 else []
        by = identifier(self.head.partition_by[0])
        files = self._engine.parquet(sorted(self._rows), with_position=True)
        partitions: dict[object, list[str]] = defaultdict(list)
        for name, value in self._engine.rows(f"SELECT filename, any_value({by}) FROM {files} GROUP BY 1"):
            partitions[value].append(name)
        return sorted(name for names in partitions.values() if len(names) > 1 for name in names)

    @property
    def planned(self) -> Compaction:
        """What would be done."""
        return Compaction(str(self.head.name), len(self.stale), sum(self._rows[name] for name in self.stale))

    @property
    def done(self) -> Compaction:
        """What was done."""
        planned = self.planned
        return Compaction(planned.table, planned.files, planned.rows, self._written)

    def write(self, order: Sequence[str]) -> TableChange:
        """Write the rows of the files together, in that order."""
        plan = schema_as_it_was(self._metadata, self._metadata["current-schema-id"])
        names = column_list(column.name for column in plan.columns)
        # A project that was changed since may order by a column that the table does not have yet.
        known = [name for name in order if name in plan.ids.columns]
        sorted_by = f" ORDER BY {column_list(known)}" if known else ""
        partition_by = self.head.partition_by[0] if self.head.partition_by else None
        written = self._engine.write_parquet(
            f"SELECT {names} FROM {self._engine.parquet(self.stale)}{sorted_by}",
            self._directory,
            field_ids=plan.ids,
            partition_by=partition_by,
        )
        self._written = len(written)
        return TableChange(
            self.head.name,
            plan,
            [file.location for file in written],
            self.stale,
            sum(self._rows.values()),
            partition_by,
        )


def _unchanged(lake: LakeHead, head: TableHead) -> TableChange:
    """No change of a table that has to name the others' snapshots."""
    metadata = lake.metadata(head.name) or {}
    plan = schema_as_it_was(metadata, metadata["current-schema-id"])
    partition_by = head.partition_by[0] if head.partition_by else None
    return TableChange(head.name, plan, [], [], head.rows, partition_by)


def _chosen(published: Published, tables: Sequence[str]) -> list[TableHead]:
    known = {str(head.name): head for head in published.heads}
    for table in tables:
        if table not in known:
            raise CallError(f"there is no table '{table}' that runs write", remedy=did_you_mean(table, known))
    return [head for name, head in known.items() if not tables or name in tables]


def _orders(project: Project) -> dict[str, list[str]]:
    """By table, the columns by which its rows lie."""
    from wavehouse.pipeline.definition import read_definition

    targets = read_definition(project).targets
    tables = {str(target.table): target.node.order for target in targets if target.table}
    return {**tables, "quarantine.rows": ["source", "file", "batch_time", "line"]}
