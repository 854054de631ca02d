"""A run that is going on, here or in another process."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from wavehouse.console.elements.live import live
from wavehouse.console.elements.plain_table import badge
from wavehouse.console.moments import ago
from wavehouse.console.runs.work import RunsWork


def show_going_on(work: RunsWork, run: str | None, ended: Callable[[], object]) -> None:
    """Show the run with that id, or (None) the one that this server is about to begin."""
    job = work.jobs.of_run(run) if run else work.jobs.running()
    if job is not None:
        # (A run that could not even begin has no record: what is shown of it stays.)
        live(job, lambda: ended() if job.record is not None else None)
        return
    writer = work.writer()
    with ui.element("div").classes("wh-live-head"):
        badge("running", "accent")
        ui.label("Another process is at it").classes("wh-live-title")
    if writer is not None:
        ui.label(
            f"Process {writer.process} has begun {ago(writer.since)}. Its steps are shown when it has ended."
        ).classes("wh-remark")
