"""Back to an earlier publish: what that would do, a confirmation, and the work."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from wavehouse.console.catalog.work import CatalogWork, Document
from wavehouse.console.elements.live import live
from wavehouse.console.elements.panel import Panel
from wavehouse.console.elements.plain_table import table
from wavehouse.console.shell import Frame, show_error
from wavehouse.core.errors import WavehouseError


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
            with ui.element("div").classes("wh-question-actions"):
                cancel = ui.button("Cancel", on_click=dialog.close).props("flat no-caps dense")
                confirm = ui.button("Roll back all tables").props("unelevated no-caps dense")
                confirm.set_enabled(False)
        dialog.on("hide", dialog.delete)

        def plan(told: Document) -> None:
            ui.label(f"All tables go back to the publish of run {told['rolled_back_to']}, together:")
            table(["Table", "Snapshot"], [[one, str(id_)] for one, id_ in told["snapshots"].items()])
            held, back = len(told["held"]), len(told["taken_back"])
            ui.label(f"{held} files are held until they are released; {back} are taken in again.")
            confirm.set_enabled(True)

        def do() -> None:
            try:
                job = work.jobs.start(
                    f"Roll back {name}", lambda job: work.roll_back(name, snapshot, False, job)
                )
            except WavehouseError as error:
                with panel.body:
                    show_error(error)
                return
            confirm.set_enabled(False)
            cancel.set_text("Close")
            panel.show(lambda: live(job, changed))

        confirm.on_click(do)
        panel.load(lambda: work.roll_back(name, snapshot, True, None), plan)
        dialog.open()

    return opened
