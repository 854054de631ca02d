"""Runs: the pipeline, its history, and what it would do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import WavehouseError
from wavehouse.core.object_copy import called
from wavehouse.project.project import Project
from wavehouse.settings import Settings, builtin_project
from wavehouse.wiring.arriving import arriving
from wavehouse.wiring.crawling import check_crawlers, output_crawl
from wavehouse.wiring.dashboards import show_insights
from wavehouse.wiring.parts import Document, layout_of, run_engine, told_to
from wavehouse.wiring.projects import generate

if TYPE_CHECKING:
    from wavehouse.core.progress import Progress
    from wavehouse.core.run_record import RunRecord

_DEMO_SEED = 1
_DEMO_DATE = "2023-12-20"


def run(
    settings: Settings,
    names: Sequence[str],
    *,
    full: bool,
    show: bool,
    time: datetime | None = None,
    release: bool = False,
    listener: Progress | None = None,
    begun: Callable[[RunRecord], object] = lambda _: None,
) -> RunRecord:
    """Run the pipeline; with `show`, print the report and the insights.

    `names` are paths, and places in buckets. `begun` is given the record, which grows while the run goes on.
    """
    from wavehouse.pipeline.run import RunOptions
    from wavehouse.pipeline.run import run as run_pipeline

    project = Project.at(settings.project)

    def check() -> None:
        from wavehouse.dashboards.files import insights

        insights(project)
        check_crawlers(settings)

    with (
        told_to(listener) as progress,
        arriving(settings, names, progress, anew=time is not None) as paths,
    ):
        options = RunOptions(paths, full, time, release, check, output_crawl, begun)
        record = run_pipeline(settings.lake, project, run_engine(settings), progress, options)
    if show:
        from wavehouse.terminal.run_report import show_run

        show_run(record)
        # After a run with nothing new they would say the same again, and take longer than the run did.
        if record.changed:
            try:
                show_insights(settings)
            except WavehouseError as error:
                # The tables are published: that a chart cannot be drawn does not make the run fail.
                progress.note(f"the insights cannot be shown: {error}")
    return record


def demo(directory: Path, scale: float, *, show: bool) -> RunRecord:
    """Generate a catalogue in `directory` (once), load it into the lake beside it, show the insights."""
    settings = Settings(builtin_project(), directory / "lake")
    files = directory / "files"
    if not files.exists():
        generate(files, scale, _DEMO_SEED, 0.0, _DEMO_DATE)
    record = run(settings, [str(files)], full=False, show=show)
    if show:
        if not record.changed:
            show_insights(settings)
        from wavehouse.terminal.documents import show as show_document

        show_document("demo", {"files": str(files), "lake": str(settings.lake)})
    return record


def plan(settings: Settings, names: Sequence[str], *, full: bool) -> Document:
    """What a run would do."""
    from wavehouse.pipeline.plan import plan_run

    with told_to(None) as progress, arriving(settings, names, progress) as paths:
        found = plan_run(settings.lake, Project.at(settings.project), paths, full=full)
    return {**asdict(found), "would_change": found.would_change}


def stage(settings: Settings, names: Sequence[str], time: datetime | None = None) -> Document:
    """Land files."""
    from wavehouse.pipeline.stage import stage as stage_files

    with told_to(None) as progress, arriving(settings, names, progress, anew=time is not None) as paths:
        staged = stage_files(settings.lake, Project.at(settings.project), progress, paths, time)
    return {
        "batch": staged.batch,
        "files": [file.as_json() for file in staged.files],
        "known": [called(path) for path in staged.known],
        "rejected": [asdict(file) for file in staged.rejected],
    }


def runs(settings: Settings) -> Document:
    """The run history, newest first."""
    from wavehouse.lake.lock import holder
    from wavehouse.pipeline.run_store import all_runs

    layout = layout_of(settings)
    records = [record.as_json() for record in all_runs(layout)]
    at_it = holder(layout)
    for record in records:
        # (It says so of itself, until it has ended; whether it goes on is known of the lock.)
        if at_it is not None and record["run_id"] == at_it.run and record["status"] == "cut off":
            record["status"] = "running"
    return {"runs": records}


def run_record(settings: Settings, run_id: str) -> RunRecord:
    """One run of the history."""
    from wavehouse.pipeline.run_store import find_run

    return find_run(layout_of(settings), run_id)
