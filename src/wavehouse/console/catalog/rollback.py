"""Back to an earlier publish: what that would do, a confirmation, and the work."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from wavehouse.console.background import Job
from wavehouse.console.catalog.work import CatalogWork
from wavehouse.console.elements.live import live
from wavehouse.console.elements.panel import Panel
from wavehouse.console.elements.plain_table import table
from wavehouse.console.shell import Frame, show_error
from wavehouse.core.errors import OvertakenError, WavehouseError
from wavehouse.pipeline.rollback import Rollback


def roll_back_dialog(
    frame: Frame, work: CatalogWork, name: str, snapshot: str, changed: Callable[[], object]
) -> Callable[[], object]:
    """Make the dialog; what comes back opens it. Only what is shown in it is done."""

    def opened() -> None:
        with (
            frame.client.content,
            ui.dialog().props("persistent") as dialog,
            ui.card().classes("wh-question").props('role="dialog" aria-label="Roll back"'),
        ):
            ui.label(f"Roll back {name}?").classes("wh-h2")
            panel = Panel(frame, plain=True)
            seen: list[Rollback] = []
            with ui.element("div").classes("wh-question-actions"):
                cancel = ui.button("Cancel", on_click=dialog.close).props("flat no-caps dense")
                confirm = ui.button("Roll back all tables").props("unelevated no-caps dense")
                confirm.set_enabled(False)
        dialog.on("hide", dialog.delete)

        def show(plan: Rollback) -> None:
            ui.label(f"All tables go back to the publish of run {plan.published}, together:")
            table(["Table", "Snapshot"], [[one, str(id_)] for one, id_ in plan.tables.items()])
            held, back = len(plan.held), len(plan.taken_back)
            ui.label(f"{held} files are held until they are released; {back} are taken in again.")
            seen[:] = [plan]
            confirm.set_enabled(True)

        def look() -> None:
            panel.load_long(lambda _: work.roll_back(name, snapshot, None, None), show, seconds=None)

        def do() -> None:
            shown = seen[0]
            try:
                job = work.jobs.start(
                    f"Roll back {name}", lambda job: work.roll_back(name, snapshot, shown, job)
                )
            except WavehouseError as error:
                with panel.body:
                    show_error(error)
                return
            confirm.set_enabled(False)
            cancel.set_text("Close")
            panel.show(lambda: following(job))

        def following(job: Job) -> None:
            def ended() -> None:
                if isinstance(job.error, OvertakenError):
                    # (Nothing was done: what would be now can be agreed to anew.)
                    ui.button("Look again", on_click=again).props("outline dense no-caps").classes("wh-retry")
                changed()

            live(job, ended)

        def again() -> None:
            cancel.set_text("Cancel")
            look()

        confirm.on_click(do)
        look()
        dialog.open()

    return opened
