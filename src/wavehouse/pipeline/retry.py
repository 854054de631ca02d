"""Everything that was kept aside once more: files set aside are put back, and all rows judged again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RunRecord, new_id
from wavehouse.lake.layout import lake_at
from wavehouse.lake.lock import writing
from wavehouse.pipeline.output_crawls import Crawl
from wavehouse.pipeline.quarantine import files_aside, put_back
from wavehouse.pipeline.run import OpenEngine, RunOptions, run
from wavehouse.project.project import Project


def retry(
    root: Path,
    project: Project,
    open_engine: OpenEngine,
    progress: Progress,
    crawl: Crawl | None = None,
    begun: Callable[[RunRecord], object] = lambda _: None,
) -> RunRecord:
    """Run over all landed files and those that were set aside; what is still wrong goes back where it was.

    `crawl` and `begun` as of `RunOptions`.
    """
    layout = lake_at(root)
    with writing(layout, progress):
        put_back(layout, files_aside(layout), new_id(datetime.now(UTC)))
    return run(root, project, open_engine, progress, RunOptions(full=True, crawl=crawl, begun=begun))
