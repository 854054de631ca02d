"""The upkeep of a lake: back to an earlier publish, fewer files, no files that nobody needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.crawling import output_crawl
from wavehouse.wiring.parts import (
    Document,
    check_has_snapshots,
    external_tables,
    layout_of,
    open_engine,
    told_to,
)

if TYPE_CHECKING:
    from wavehouse.core.progress import Progress
    from wavehouse.core.run_record import RunRecord
    from wavehouse.lake.layout import LakeLayout
    from wavehouse.pipeline.rollback import Rollback
    from wavehouse.store.object_store import S3Endpoint

# Files that are named in a sentence.
_NAMED = 5


def roll_back(settings: Settings, table: str, wanted: str, *, dry_run: bool) -> Document:
    """Bring all tables back to the publish that a snapshot belongs to."""
    plan, record = rolled_back(settings, table, wanted, dry_run=dry_run)
    return {
        "run_id": plan.run if record else None,
        "rolled_back_to": plan.published,
        "snapshots": plan.tables,
        "held": [file.name for file in plan.held],
        "taken_back": [file.name for file in plan.taken_back],
        "tables": {name: asdict(state) for name, state in record.tables.items()} if record else {},
        "dry_run": dry_run,
    }


def rolled_back(
    settings: Settings,
    table: str,
    wanted: str,
    *,
    dry_run: bool,
    listener: Progress | None = None,
    seen: Rollback | None = None,
) -> tuple[Rollback, RunRecord | None]:
    """The same, with what was done.

    With the plan that somebody has `seen` only that is done; raises `OvertakenError` where it is another now.
    """
    from wavehouse.pipeline.definition import read_definition
    from wavehouse.pipeline.output_crawls import crawl_outputs
    from wavehouse.pipeline.published import last_publish
    from wavehouse.pipeline.rollback import roll_back as roll_all_back

    check_has_snapshots(layout_of(settings), table)
    with told_to(listener) as progress:

        def crawl(layout: LakeLayout, record: RunRecord) -> None:
            published, project = last_publish(layout), Project(settings.project)
            written = published.ledger.outputs
            if not written:
                return
            if not published.is_made_by(project.digest()):
                progress.note("the next run of the lake's project crawls what its flows have written")
                return
            definition = lru_cache(lambda: read_definition(project))
            crawl_outputs(layout, project, written, output_crawl, definition, progress, record)

        return roll_all_back(
            settings.lake,
            table,
            wanted,
            open_engine,
            progress,
            dry_run=dry_run,
            crawl=crawl,
            agreed=lambda plan: check_as_seen(plan, seen) if seen else None,
        )


def check_as_seen(plan: Rollback, seen: Rollback) -> None:
    """Raise `OvertakenError`, with how a plan differs from the one that somebody has seen, where it does."""
    from wavehouse.core.errors import OvertakenError

    found = []
    if (plan.published, plan.tables) != (seen.published, seen.tables):
        found.append(f"the tables would go back to the publish of run {plan.published}")
    for now, before, said in (
        (plan.held, seen.held, "be held"),
        (plan.taken_back, seen.taken_back, "be taken in again"),
    ):
        more, less = (
            [file.name for file in one if file not in other] for one, other in ((now, before), (before, now))
        )
        found += [f"{_listed(more)} would {said} as well"] if more else []
        found += [f"{_listed(less)} would not {said}"] if less else []
    if found:
        raise OvertakenError(
            f"the lake has changed since this was shown, and nothing was done: {'; '.join(found)}",
            remedy="Look at it again",
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def compact(settings: Settings, tables: Sequence[str], *, dry_run: bool) -> Document:
    """Put small data files together."""
    from wavehouse.pipeline.compact import compact as compact_all

    project = Project.at(settings.project)
    with told_to(None) as progress:
        found = compact_all(settings.lake, project, tables, open_engine, progress, dry_run=dry_run)
    return {"tables": [asdict(one) for one in found], "dry_run": dry_run}


def vacuum(
    settings: Settings, *, keep: int, expire_days: float, orphan_hours: float, dry_run: bool
) -> Document:
    """Remove what nobody needs."""
    from wavehouse.pipeline.vacuum import VacuumOptions
    from wavehouse.pipeline.vacuum import vacuum as vacuum_all

    options = VacuumOptions(keep, timedelta(days=expire_days), timedelta(hours=orphan_hours), dry_run)
    with told_to(None) as progress:
        done = vacuum_all(settings.lake, progress, options, external_tables)
    return {
        "files": len(done.orphans),
        "bytes": sum(done.orphans.values()),
        "orphans": sorted(done.orphans),
        "expired": done.expired,
        "dry_run": dry_run,
    }


def promote(
    source: Path, target: Path, location: str, endpoint: S3Endpoint, project: Path, *, dry_run: bool
) -> Document:
    """Make a lake in `target` of the one in `source`; its tables lie at `location` (s3://…), else with it."""
    from wavehouse.lake.elsewhere import Elsewhere, write_elsewhere
    from wavehouse.lake.layout import LakeLayout, lake_at
    from wavehouse.pipeline.promotion import promote
    from wavehouse.project.catalog_setting import project_catalog

    catalog = project_catalog(Project.at(project))
    layout = LakeLayout(target.absolute(), catalog)
    if location:
        write_elsewhere(layout.elsewhere, Elsewhere(location, endpoint), dry_run=dry_run)
    if not dry_run:
        layout = lake_at(target, create=True, catalog=catalog, promoting=True)
    with told_to(None) as progress:
        done = promote(lake_at(source), layout, open_engine, external_tables, progress, dry_run=dry_run)
    return {
        "lake": str(layout.root),
        "warehouse": layout.warehouse,
        "tables": {
            str(one.head.name): {"rows": one.head.rows, "files": len(one.files)} for one in done.tables
        },
        "files": len(done.files),
        "bytes": sum(one.size for one in done.files),
        "copied": done.copied,
        "stays": done.stays,
        "dry_run": dry_run,
    }
