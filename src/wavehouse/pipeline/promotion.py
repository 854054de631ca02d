"""A lake in another place: its files are copied and read back, its tables made of them anew.

Iceberg's metadata names its files absolutely, so that no copy of it would do. The tables get the rows that
they have now, and what the lake knows of runs, landed files and rows kept aside; not their earlier states.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

from wavehouse.core.data_catalog import ExternalTables
from wavehouse.core.errors import CallError
from wavehouse.core.progress import Progress, step
from wavehouse.core.run_record import new_id
from wavehouse.engines.engine import Engine
from wavehouse.lake.adopted_head import FOLDER
from wavehouse.lake.audit import checksum
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.lake.lock import writing
from wavehouse.pipeline.promoted_files import Copying, PromotedFiles
from wavehouse.pipeline.promoted_tables import describe, register
from wavehouse.pipeline.promotion_plan import PromotedTable, Promotion, Way
from wavehouse.pipeline.published import last_publish
from wavehouse.pipeline.repair import repair
from wavehouse.pipeline.run import OpenEngine
from wavehouse.pipeline.scratch_engine import engine_for
from wavehouse.store.object_store import LocalFiles, ObjectStore


def promote(
    source: LakeLayout,
    target: LakeLayout,
    open_engine: OpenEngine,
    external: Callable[[LakeLayout], ExternalTables],
    progress: Progress,
    *,
    dry_run: bool,
) -> Promotion:
    """Make a lake in the directory of `target`, and where its tables shall lie, of what `source` has.

    Nothing is shown there before everything was copied and read back; one that was cut off goes on. Raises
    `CallError` where there is another lake already, or the source is not as its last run left it, and
    `OutsideError` for what a disk, a bucket or a catalog refuses.
    """
    files = _begun(source, target)
    way, work = Way(source, target), f"promote-{new_id(datetime.now(UTC))}"
    with ExitStack() as held:
        held.enter_context(writing(source, progress))
        repair(source, progress)
        _check_whole(source)
        with engine_for(source, work, open_engine) as engine:
            plan = _planned(way, engine, external(source))
            if dry_run:
                return plan
            plan.tables = _summed_up(plan.tables, engine, progress)
        files.begin()
        held.enter_context(writing(target, progress))
        _copy(plan, files, way, progress)
        with engine_for(target, work, open_engine) as engine, step(progress, "register") as done:
            register(plan, way, engine)
            target.remember_catalog()
            describe(way, external(source), external(target))
            done.text = f"{len(plan.tables)} tables"
        files.end()
    return plan


def _begun(source: LakeLayout, target: LakeLayout) -> PromotedFiles:
    roots = source.root.resolve(), target.root.resolve()
    if any(one.is_relative_to(other) for one, other in (roots, roots[::-1])):
        raise CallError(
            "a lake cannot be promoted into itself", where=str(target.root), remedy="Name another directory"
        )
    files = PromotedFiles.begun(target.promotion, source.root)
    if target.is_made and not target.promotion.is_file():
        raise CallError(
            "there is a lake already",
            where=str(target.root),
            remedy="Name a new directory: a promotion makes a lake, and changes none",
        )
    return files


def _check_whole(source: LakeLayout) -> None:
    published = last_publish(source)
    if published.last is not None and not published.is_whole:
        raise CallError(
            "a table is not as the last run left it: somebody else has written to it, and the next run would "
            "make it anew",
            where=str(source.root),
            remedy="Run first (wavehouse run), and promote then",
        )


def _planned(way: Way, engine: Engine, external: ExternalTables) -> Promotion:
    tables, stays = [], {}
    for head, metadata in LakeHead(way.source).tables():
        table = PromotedTable(head, metadata)
        found = engine.iceberg_files(head.metadata, head.snapshot_id) if head.snapshot_id is not None else []
        # (Sizes are told by the store: a listing of one folder is one request.)
        sizes = _sizes(way.source.files, f"{way.source.table(head.name)}/data") if found else {}
        for one in found:
            table.files.append(Copying(one.location, sizes.get(one.location, 0), way.moved(one.location)))
        if table.is_adopted and any(one.location == one.to for one in table.files):
            stays[str(head.name)] = metadata["properties"].get(FOLDER, "")
        tables.append(table)
    for name in external.names():
        kept = external.table(name)
        if kept is not None and kept.location and way.moved(kept.location) == kept.location:
            stays[str(name)] = kept.location
    return Promotion(tables, _state(way), stays)


def _summed_up(tables: list[PromotedTable], engine: Engine, progress: Progress) -> list[PromotedTable]:
    """The tables with the checksums of their rows: the new ones must have the same before they are shown."""
    with step(progress, "sum up") as done:
        found = [
            replace(one, checksum=checksum(engine, one.head.columns, engine.iceberg(one.head.metadata)))
            if one.head.snapshot_id is not None
            else one
            for one in tables
        ]
        done.text = f"{sum(one.head.rows for one in tables):,} rows"
    return found


def _sizes(store: ObjectStore, folder: str) -> dict[str, int]:
    return {one.location: one.size for one in store.files(folder)}


def _state(way: Way) -> list[Copying]:
    """What a lake knows besides its tables; each is a file below its directory."""
    source, found = way.source, []
    for folder in (source.staging, source.quarantine, source.outputs, source.runs, source.prepared):
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or not path.is_file():
                continue  # (a link is made again: `_link`)
            to = way.target.root / path.relative_to(source.root)
            found.append(Copying(str(path), path.stat().st_size, str(to)))
    return found


def _copy(plan: Promotion, files: PromotedFiles, way: Way, progress: Progress) -> None:
    here = LocalFiles()
    whole = sum(one.size for one in plan.files) or 1
    passed = 0

    def moved(size: int) -> None:
        nonlocal passed
        passed += size
        progress.advanced("copy", min(1.0, passed / whole))

    with step(progress, "copy") as done:
        stores = {id(one): (here, here) for one in plan.state}
        for one in plan.files:
            source, target = stores.get(id(one), (way.source.files, way.target.files))
            if files.is_there(one, target):
                moved(one.size)
                continue
            files.copy(one, source, target, moved)
            plan.copied += 1
            plan.bytes += one.size
        _link(way)
        again = len(plan.files) - plan.copied
        done.text = f"{plan.copied:,} files" + (f", {again:,} were there" if again else "")


def _link(way: Way) -> None:
    """Make the links again that show one version of a folder of files."""
    for link in way.source.outputs.rglob("*"):
        if link.is_symlink():
            made = way.target.outputs / link.relative_to(way.source.outputs)
            made.unlink(missing_ok=True)
            made.parent.mkdir(parents=True, exist_ok=True)
            made.symlink_to(link.readlink())
