"""The dialog that begins a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nicegui import ui

from wavehouse.console.background import Job
from wavehouse.console.runs.work import RunsWork
from wavehouse.console.shell import show_error
from wavehouse.console.threads import THREADS
from wavehouse.core.errors import CallError, WavehouseError


def start_dialog(work: RunsWork, started: Callable[[], object]) -> Callable[[], object]:
    """Make it; what comes back opens it. `started` is called when the run has begun."""
    with (
        ui.dialog() as dialog,
        ui.card().classes("wh-question").props('role="dialog" aria-label="Start a run"'),
    ):
        ui.label("Start a run").classes("wh-h2")
        ui.label(
            "It takes what has landed, and what you name here. Files that the lake knows change nothing."
        ).classes("wh-muted-text")
        paths = ui.textarea("Files, folders or s3://…, one a line (may stay empty)").props(
            "outlined dense autogrow"
        )
        full = ui.checkbox("Make all tables again from all files")
        said = ui.element("div")

        async def begin() -> None:
            said.clear()
            lines = [line.strip() for line in paths.value.splitlines() if line.strip()]
            named = [line if "://" in line else str(Path(line).expanduser()) for line in lines]
            local = [name for name in named if "://" not in name]
            everything = bool(full.value)
            try:
                # (A network's folder may not answer.)
                missing = await THREADS.quickly(lambda: [path for path in local if not Path(path).exists()])
                if missing:
                    raise CallError(
                        f"there is no {missing[0]}", remedy="Write the path of a file or a folder"
                    )
                title = "A run over everything" if everything else "A run"
                work.jobs.start(title, lambda job: _run(work, job, named, full=everything))
            except WavehouseError as error:
                with said:
                    show_error(error)
                return
            dialog.close()
            started()

        with ui.element("div").classes("wh-question-actions"):
            ui.button("Cancel", on_click=dialog.close).props("flat no-caps dense")
            ui.button("Start", on_click=begin).props("unelevated no-caps dense")
    return dialog.open


def _run(work: RunsWork, job: Job, names: list[str], *, full: bool) -> object:
    return work.run(job, names, full)
