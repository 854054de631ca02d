"""Back to an earlier publish: all tables together, as a publish of its own that can be taken back in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RunRecord
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.lake.bookmark import PROJECT, RUN
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import schema_as_it_was
from wavehouse.lake.head import LakeHead, snapshots
from wavehouse.lake.layout import LakeLayout, lake_at
from wavehouse.lake.lock import writing
from wavehouse.pipeline.inputs import Input, changed
from wavehouse.pipeline.ledger import Ledger, read_ledger, write_ledger
from wavehouse.pipeline.outputs import as_they_were, show_outputs
from wavehouse.pipeline.publish import commit, take_back
from wavehouse.pipeline.published import Publish, Published, last_publish, publishes
from wavehouse.pipeline.quarantine import bring_back
from wavehouse.pipeline.repair import repair
from wavehouse.pipeline.run import OpenEngine
from wavehouse.pipeline.run_store import save_run
from wavehouse.pipeline.scratch_engine import engine_for
from wavehouse.staging.landed_file import LandedFile


@dataclass(frozen=True)
class Rollback:
    """What a rollback does: to which publish, with which tables, and the files that it takes out or in."""

    run: str
    published: str
    tables: dict[str, int]
    held: list[LandedFile]
    taken_back: list[LandedFile]


def roll_back(
    root: Path,
    table: str,
    wanted: str,
    open_engine: OpenEngine,
    progress: Progress,
    *,
    dry_run: bool,
    crawl: Callable[[LakeLayout, RunRecord], object] = lambda *_: None,
    agreed: Callable[[Rollback], object] = lambda _: None,
) -> tuple[Rollback, RunRecord | None]:
    """Bring all tables back to the publish that made the snapshot `wanted` of `table` (or the run `wanted`).

    The files that were taken since are held: no run takes them again until they are released. `crawl` looks
    at the files that flows had written then. `agreed` is told the plan before anything is done, and may raise
    where it is not the one that somebody has agreed to.

    Raises `CallError` where there is no such snapshot, or it is the current one.
    """
    clock = time.perf_counter()
    layout = lake_at(root)
    record = RunRecord.begun(datetime.now(UTC))
    with writing(layout, progress, "" if dry_run else record.run_id):
        if not dry_run:
            repair(layout, progress)
        published = last_publish(layout)
        target = _find(layout, published, table, wanted)
        named = target.snapshots
        before = read_ledger(layout, target.summary)
        now = published.ledger
        held = [file for file in (*now.files, *now.held) if before.lacks(file)]
        plan = Rollback(
            record.run_id,
            target.run,
            dict(named),
            [file for file in held if not now.lacks(file)],
            [file for file in before.files if now.lacks(file)],
        )
        if dry_run:
            return plan, None
        agreed(plan)
        with engine_for(layout, record.run_id, open_engine) as engine:
            try:
                bring_back(layout, before.files)
                changes = _changes(LakeHead(layout), engine, published, named)
                ledger = Ledger(
                    before.files,
                    tuple(held),
                    before.sources,
                    before.tables,
                    _held_inputs(now.inputs, before.inputs),
                    as_they_were(layout, now.outputs, before.outputs),
                    before.origins,
                )
                bookmark = write_ledger(
                    layout,
                    record.run_id,
                    ledger,
                    (),
                    target.summary[PROJECT],
                    f"rollback to {plan.published}",
                )
                record.notes.append(f"rolled back to run {plan.published}; {len(plan.held)} files are held")
                commit(layout, engine, changes, bookmark, record)
                show_outputs(layout, ledger.outputs)
            except BaseException:
                take_back(layout, record.run_id)
                raise
        record.changed = True
        record.seconds = round(time.perf_counter() - clock, 3)
        last_publish(layout).describe(record)
        try:
            crawl(layout, record)
        except Exception as error:
            record.status, record.error = "failed", str(error)
            progress.note(f"the tables went back to run {plan.published}")
            raise
        finally:
            save_run(layout, record)
    return plan, record


def _held_inputs(now: Sequence[Input], before: Sequence[Input]) -> tuple[Input, ...]:
    """What flows have read besides landed files: what is other than then is not read again by itself."""
    other = {one.at for one in changed(before, [replace(one, held=False) for one in now])}
    return tuple(replace(one, held=one.held or one.at in other) for one in now)


def _find(layout: LakeLayout, published: Published, table: str, wanted: str) -> Publish:
    """The publish that is meant."""
    head = LakeHead(layout)
    metadata = head.metadata(TableName.parse(table))
    if metadata is None or published.last is None:
        raise CallError(f"there is no table '{table}'", remedy=did_you_mean(table, map(str, head.names())))
    mine = snapshots(metadata)
    run = next((one.summary.get(RUN) for one in mine if str(one.id) == wanted), wanted)
    found = next((one for one in publishes(layout) if one.run == run), None)
    if found is None:
        raise CallError(
            f"{table} has no snapshot '{wanted}' that a run published",
            remedy=f"See 'wavehouse snapshots {table}'; older ones have been removed by 'wavehouse vacuum'",
        )
    if run == published.last.properties[RUN]:
        raise CallError(
            f"'{wanted}' is what {table} shows now", remedy=f"See 'wavehouse snapshots {table}' for others"
        )
    return found


def _changes(
    head: LakeHead, engine: Engine, published: Published, named: Mapping[str, int]
) -> list[TableChange]:
    """What has to come and go so that every table is as it was; the table shown last comes last."""
    changes = []
    last = published.last
    assert last is not None  # noqa: S101  # the caller has found something in it
    for table in sorted(published.heads, key=lambda one: one.name == last.name):
        metadata = head.metadata(table.name) or {}
        wanted = named.get(str(table.name))
        current = metadata["current-schema-id"]
        schema = next((one.schema for one in snapshots(metadata) if one.id == wanted), current)
        now = {file.location for file in engine.iceberg_files(table.metadata)}
        # A table that was not there yet becomes empty.
        then = engine.iceberg_files(table.metadata, wanted) if wanted is not None else []
        changes.append(
            TableChange(
                table.name,
                schema_as_it_was(metadata, schema),
                sorted({file.location for file in then} - now),
                sorted(now - {file.location for file in then}),
                sum(file.rows for file in then),
                table.partition_by[0] if table.partition_by else None,
                schema=schema if schema != current else None,
            )
        )
    return changes
