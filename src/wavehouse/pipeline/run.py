"""The run: finds out whether there is anything to do, has it done, and keeps the record.

Imports nothing heavy: a run with nothing new is over before a SQL parser would be loaded.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from wavehouse.core.errors import CallError, WavehouseError, in_words
from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RunRecord
from wavehouse.lake.layout import LakeLayout, lake_at, remove_traces
from wavehouse.lake.lock import writing
from wavehouse.pipeline.due import flows_due
from wavehouse.pipeline.ledger import waiting_files
from wavehouse.pipeline.offer import no_file_left, offered
from wavehouse.pipeline.output_crawls import crawl_outputs
from wavehouse.pipeline.published import COUNTED_ANEW, Published, last_publish, why_anew
from wavehouse.pipeline.repair import repair
from wavehouse.pipeline.run_store import forget_run, save_run
from wavehouse.project.catalog_setting import project_catalog
from wavehouse.project.project import Project
from wavehouse.staging.finding import find_files
from wavehouse.staging.seen import SeenFiles

if TYPE_CHECKING:
    from wavehouse.engines.engine import Engine
    from wavehouse.pipeline.definition import Definition
    from wavehouse.pipeline.output_crawls import Crawl
    from wavehouse.store.object_store import S3Endpoint


class OpenEngine(Protocol):
    """Makes an engine that may use `scratch` for what does not fit into memory."""

    def __call__(self, scratch: Path, s3: S3Endpoint | None = None) -> Engine:
        """A new engine, which reaches tables in a bucket by `s3`; the caller closes it."""


@dataclass(frozen=True)
class RunOptions:
    """What the caller asks for: files or directories to load, and whether to read everything again.

    `release` takes the files, too, that a rollback holds.
    `time` is the time of the batch, else that of the run. `check` is called before any work is done, and
    raises for a definition that would fail afterwards. `crawl` looks at the files that flows have written;
    without it nobody does. `begun` is given the record once nobody else writes to the lake.
    """

    paths: Sequence[Path] = ()
    full: bool = False
    time: datetime | None = None
    release: bool = False
    check: Callable[[], object] = lambda: None
    crawl: Crawl | None = None
    begun: Callable[[RunRecord], object] = lambda _: None


def run(
    root: Path, project: Project, open_engine: OpenEngine, progress: Progress, options: RunOptions
) -> RunRecord:
    """One run over the lake in `root`. Either all of it is published, or the lake stays as it was.

    Raises a `WavehouseError` where nothing could be published; the history of a lake that exists says so too.
    """
    clock = time.perf_counter()
    record = RunRecord.begun(datetime.now(UTC))
    find_files(options.paths)  # a wrong path must not leave a new, empty lake behind
    layout = lake_at(root, create=True, catalog=project_catalog(project))
    with writing(layout, progress, record.run_id):
        try:
            options.begun(record)
            definition = lru_cache(lambda: _definition(project))
            published = _run(layout, definition, project, open_engine, progress, options, record)
            if options.crawl:
                written, check = published.ledger.outputs, options.check
                crawl_outputs(layout, project, written, options.crawl, definition, progress, record, check)
        except BaseException as error:
            record.status = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            record.error = str(error) or type(error).__name__
            with contextlib.suppress(WavehouseError, OSError):
                published = last_publish(layout)
                if published.shows(record.run_id):
                    record.changed = True
                    published.describe(record)
            if isinstance(error, OSError):
                raise in_words(error, str(root), f"; {_left(layout, record)}") from error
            raise
        finally:
            record.seconds = round(time.perf_counter() - clock, 3)
            # A full disk must not hide what else went wrong.
            with contextlib.suppress(OSError):
                if layout.is_made:
                    save_run(layout, record)
                else:
                    forget_run(layout, record.run_id)
                    remove_traces(layout)
    return record


def _left(layout: LakeLayout, record: RunRecord) -> str:
    """In what state a run that failed has left the lake."""
    published = last_publish(layout)
    if published.shows(record.run_id):
        if published.is_whole:
            return "the tables are published, and the next run does what comes after them"
        return "some tables are published already, and the next run brings the others after"
    return "the lake is as it was"


def _definition(project: Project) -> Definition:
    from wavehouse.pipeline.definition import read_definition

    return read_definition(project)


def _run(
    layout: LakeLayout,
    definition: Callable[[], Definition],
    project: Project,
    open_engine: OpenEngine,
    progress: Progress,
    options: RunOptions,
    record: RunRecord,
) -> Published:
    finished = repair(layout, progress)
    record.notes += [f"the publish of run {run} was finished" for run in finished]
    record.changed = bool(finished)
    published = last_publish(layout)
    ledger = published.ledger
    waiting = waiting_files(layout, ledger)
    if options.release:
        waiting += ledger.held
        ledger = replace(ledger, held=(), inputs=tuple(one for one in ledger.inputs if not one.held))
    seen = SeenFiles(layout.seen)
    offer = offered(options.paths, ledger, waiting, seen, lambda: definition().contracts, options.time)
    taken, waiting = ledger.counted_anew([*waiting, *offer.again])
    first = published.last is None
    if first and project.files("contracts") and not options.paths and not waiting:
        raise CallError(
            "no file was named, and the lake has none yet",
            remedy="Name the directory with the CSV files: wavehouse run --from DIR",
        )
    if any(one in ledger.held for one in offer.same):
        record.notes.append(
            "some of these files are held by a rollback; 'wavehouse release' takes them again"
        )
    anew = why_anew(published, project, full=options.full)
    if taken is not ledger:
        anew = anew or COUNTED_ANEW
        ledger = taken
    due = bool(anew or flows_due(layout, project, published, ledger, seen))
    record.rejected += offer.rejected
    if not offer.new and not waiting and not due:
        if offer.rejected and not offer.known:
            raise no_file_left(offer.rejected)
        published.describe(record)
        seen.save()
        return published

    from wavehouse.pipeline.work import Task, Work

    options.check()
    time = options.time or datetime.fromisoformat(record.started)
    task = Task(offer, waiting, ledger, anew, first, due, time)
    record.changed |= Work(layout, definition(), progress, record, seen, task).do(open_engine)
    published = last_publish(layout)
    published.describe(record)
    seen.save()
    return published
