"""Upkeep: files that nobody needs go, and snapshots that are too old to go back to."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wavehouse.core.data_catalog import DataCatalog
from wavehouse.core.errors import OutsideError
from wavehouse.core.progress import Progress
from wavehouse.lake.bookmark import RUN
from wavehouse.lake.head import LakeHead, snapshots
from wavehouse.lake.layout import LakeLayout, lake_at
from wavehouse.lake.lock import writing
from wavehouse.lake.unnamed_folders import files_of, marked, unmark
from wavehouse.pipeline.ledger import batch_lists, files_of_batch, ledger_path_of, read_ledger
from wavehouse.pipeline.outputs import stale_versions
from wavehouse.pipeline.published import last_publish, publishes
from wavehouse.pipeline.repair import repair
from wavehouse.store.object_store import LocalFiles, ObjectStore, StoredFile


@dataclass(frozen=True)
class VacuumOptions:
    """What goes: snapshots of publishes older than `expire_after`, but for the newest `keep`; files that
    nobody needs and that are older than `orphan_age`, which must be longer than any query or run takes."""

    keep: int = 10
    expire_after: timedelta = timedelta(days=7)
    orphan_age: timedelta = timedelta(days=1)
    dry_run: bool = False


@dataclass
class Vacuumed:
    """What went, or would go: paths relative to the lake with bytes, and snapshots by table."""

    orphans: dict[str, int] = field(default_factory=dict)
    expired: dict[str, list[int]] = field(default_factory=dict)


def vacuum(
    root: Path,
    progress: Progress,
    options: VacuumOptions,
    external: Callable[[LakeLayout], DataCatalog] | None = None,
) -> Vacuumed:
    """Remove files that nobody needs, and then expire snapshots: their files go the next time, when no
    query that began before can still read them.

    `external` opens the catalog of external tables. Without it the files stay that a statement has made for
    one and was cut off.
    """
    from wavehouse.lake.commit import Committer
    from wavehouse.lake.expiry import expire
    from wavehouse.lake.reachable import reachable_files

    layout = lake_at(root)
    done = Vacuumed()
    with writing(layout, progress):
        if not options.dry_run:
            repair(layout, progress)
        committer = Committer(layout)
        try:
            oldest = datetime.now(UTC) - options.orphan_age
            reachable = reachable_files(committer)
            needed = {*reachable, *_needed_landed(layout), *_needed_ledgers(layout)}
            needed = {_resolved(location) for location in needed | _needed_lately(layout, oldest)}
            stale = _stale_versions(layout)
            unnamed = []
            if external and marked(layout):
                unnamed = _unnamed(layout, external(layout), dry_run=options.dry_run)
            for files, file in [*_candidates(layout, stale), *_left(unnamed, oldest)]:
                if _resolved(file.location) in needed or file.modified > oldest:
                    continue
                done.orphans[file.location.removeprefix(f"{layout.root}/")] = file.size
                if not options.dry_run:
                    files.remove(file.location)
            done.expired = _expired(layout, options)
            if done.expired and not options.dry_run:
                expire(layout, committer, done.expired, _forgotten_files(layout, done.expired))
            if not options.dry_run:
                _remove_empty(layout, [*stale, *unnamed])
        finally:
            committer.close()
    return done


def _resolved(location: str) -> str:
    """A location as it is without symbolic links: tables name their files by the path by which the lake was
    reached when they were written."""
    return location if location.startswith("s3://") else os.path.realpath(location)


def _candidates(layout: LakeLayout, stale: Sequence[Path]) -> Iterator[tuple[ObjectStore, StoredFile]]:
    """Files that a run that was cut off, or a snapshot that expired, may have left."""
    here = LocalFiles()
    yield from ((layout.files, file) for file in layout.files.files(layout.warehouse))
    for place in (layout.staging, layout.scratch):
        yield from ((here, file) for file in here.files(str(place)) if file.location != str(layout.seen))
    for version in stale:
        yield from ((here, file) for file in here.files(str(version)))


def _unnamed(layout: LakeLayout, external: DataCatalog, *, dry_run: bool) -> list[Path]:
    """The folders that a statement has made for a table which is not there; others lose their mark."""
    places = []
    for name in external.names():
        table = external.table(name)
        if table is not None:
            places += [table.location, *(one.location for one in external.partitions(name))]
    known = [Path(_resolved(place)) for place in places if place]
    unnamed = []
    for folder in marked(layout):
        if not any(_is_within(folder.resolve(), place) for place in known):
            unnamed.append(folder)
        elif not dry_run:
            unmark(folder)
    return unnamed


def _is_within(folder: Path, place: Path) -> bool:
    """Whether one of them is in the other."""
    return folder.is_relative_to(place) or place.is_relative_to(folder)


def _left(folders: Sequence[Path], oldest: datetime) -> Iterator[tuple[ObjectStore, StoredFile]]:
    """The files of folders that are old enough as a whole."""
    for folder in folders:
        files = [(path, path.stat()) for path in files_of(folder)]
        if all(datetime.fromtimestamp(stat.st_mtime, UTC) <= oldest for _, stat in files):
            for path, stat in files:
                modified = datetime.fromtimestamp(stat.st_mtime, UTC)
                yield LocalFiles(), StoredFile(str(path), stat.st_size, modified)


def _stale_versions(layout: LakeLayout) -> list[Path]:
    try:
        ledgers = [read_ledger(layout, publish.summary) for publish in publishes(layout)]
    except OutsideError:
        return []  # (which versions a publish needs is not known: none goes)
    remembered = [one for ledger in ledgers for one in ledger.outputs]
    return stale_versions(layout, [*last_publish(layout).ledger.outputs, *remembered])


def _forgotten_files(layout: LakeLayout, expired: Mapping[str, Sequence[int]]) -> set[str]:
    """The files of folders that no publish will know when these snapshots are gone."""
    kept: set[Path] = set()
    gone: set[Path] = set()
    with contextlib.suppress(OutsideError):
        for publish in publishes(layout):
            goes = any(id_ in expired.get(name, ()) for name, id_ in publish.snapshots.items())
            for one in read_ledger(layout, publish.summary).outputs:
                (gone if goes else kept).add(one.at_home(layout).version(one.run))
    return {file.location for version in gone - kept for file in LocalFiles().files(str(version))}


def _needed_landed(layout: LakeLayout) -> set[str]:
    """The landed files that some publish has taken or holds, or that wait, and the lists of their batches."""
    ledger = last_publish(layout).ledger
    needed = {str(layout.root / file.path) for file in (*ledger.files, *ledger.held)}
    for path in batch_lists(layout):
        needed |= {str(path), *(str(layout.root / file.path) for file in files_of_batch(path))}
    return needed


def _needed_lately(layout: LakeLayout, oldest: datetime) -> set[str]:
    """The files that lost their names since `oldest`: a query that began before may still read them."""
    found: set[str] = set()
    for path in layout.lost.glob("*.json"):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) > oldest:
            found |= {str(path), *json.loads(path.read_bytes())}
    return found


def _needed_ledgers(layout: LakeLayout) -> set[str]:
    head = LakeHead(layout)
    return {
        str(path)
        for name in head.names()
        for one in snapshots(head.metadata(name) or {})
        if (path := ledger_path_of(layout, one.summary))
    }


def _expired(layout: LakeLayout, options: VacuumOptions) -> dict[str, list[int]]:
    """By table: the snapshots that belong to no publish that is kept."""
    published = last_publish(layout)
    if published.last is None:
        return {}
    head = LakeHead(layout)
    remembered = publishes(layout)
    oldest = (datetime.now(UTC) - options.expire_after).timestamp() * 1000
    newest = {one.run for one in remembered[-max(options.keep, 1) :]}
    kept = [one for one in remembered if one.run in newest or one.timestamp_ms >= oldest]
    wanted: dict[str, set[int]] = {}
    for one in kept:
        for name, id_ in one.snapshots.items():
            wanted.setdefault(name, set()).add(id_)
    expired = {}
    for table in published.heads:
        name = str(table.name)
        ids = [
            one.id
            for one in snapshots(head.metadata(table.name) or {})
            if RUN in one.summary and not one.current and one.id not in wanted.get(name, set())
        ]
        if ids:
            expired[name] = ids
    return expired


def _remove_empty(layout: LakeLayout, versions: Sequence[Path]) -> None:
    for place in (layout.root / "warehouse", layout.staging, *versions):
        for folder in sorted(place.rglob("*"), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
    for version in versions:
        if not any(version.iterdir()):
            version.rmdir()
    for folder in layout.scratch.glob("*"):
        if folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
