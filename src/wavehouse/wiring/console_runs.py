"""The pages about runs: what they did, and what they said of the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wavehouse.settings import Settings
from wavehouse.wiring import quality, runs
from wavehouse.wiring.parts import layout_of

if TYPE_CHECKING:
    from wavehouse.console.background import Job, Jobs
    from wavehouse.console.shell import Page
    from wavehouse.core.run_record import RunRecord
    from wavehouse.lake.lock import Holder
    from wavehouse.pipeline.quarantined import Wanted
    from wavehouse.quality.measured import MeasuredRule


def runs_page_of(settings: Settings, jobs: Jobs) -> Page:
    """The page of runs."""
    from wavehouse.console.runs.page import runs_page
    from wavehouse.console.runs.work import RunsWork
    from wavehouse.pipeline.run_store import all_runs

    def writer() -> Holder | None:
        from wavehouse.lake.layout import LakeLayout
        from wavehouse.lake.lock import holder

        return holder(LakeLayout(settings.lake.absolute()))

    def run(job: Job, names: Sequence[str], full: bool) -> RunRecord:
        return runs.run(settings, names, full=full, show=False, listener=job, begun=job.begun)

    return runs_page(
        RunsWork(
            lambda most: all_runs(layout_of(settings), most),
            lambda id_: runs.run_record(settings, id_),
            writer,
            run,
            jobs,
        )
    )


def quality_page_of(settings: Settings, jobs: Jobs) -> Page:
    """The page of quality."""
    from wavehouse.console.quality.page import quality_page
    from wavehouse.console.quality.work import QualityWork

    def judged(run: str) -> RunRecord | None:
        return runs.run_record(settings, run) if run else quality.last_judged(settings)

    def history() -> Sequence[MeasuredRule]:
        from wavehouse.pipeline.rule_history import measured

        return measured(layout_of(settings).root)

    def aside(run: str, wanted: Wanted) -> dict[str, Any]:
        return quality.quarantined(settings, run or None, wanted)

    def retry(job: Job) -> RunRecord:
        return quality.retry(settings, show=False, listener=job, begun=job.begun)

    return quality_page(QualityWork(judged, history, aside, retry, jobs))
