"""The dialog that saves a query as a file of the project."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from wavehouse.console.shell import show_error
from wavehouse.console.sql.work import SqlWork
from wavehouse.console.threads import THREADS
from wavehouse.core.errors import CallError, WavehouseError
from wavehouse.query.saved import SavedQuery


def save_dialog(
    work: SqlWork,
    text: Callable[[], str],
    known: Callable[[], SavedQuery | None],
    saved: Callable[[SavedQuery], object],
) -> Callable[[], object]:
    """Make it; what comes back opens it. `known` is the saved query that is being edited, if one is."""
    with (
        ui.dialog() as dialog,
        ui.card().classes("wh-question").props('role="dialog" aria-label="Save the query"'),
    ):
        ui.label("Save the query").classes("wh-h2")
        name = ui.input("Name: small letters, digits and underscores").props("outlined dense autofocus")
        description = ui.input("What it answers").props("outlined dense")
        replace = ui.checkbox("Put it in the place of the one that is there")
        said = ui.element("div")

        async def save() -> None:
            said.clear()
            try:
                if not text().strip():
                    raise CallError("there is no query to save", remedy="Write one")
                told = (name.value or "").strip(), description.value or "", text(), bool(replace.value)
                one = await THREADS.quickly(lambda: work.save(*told))
            except WavehouseError as error:
                with said:
                    show_error(error)
                return
            dialog.close()
            saved(one)

        with ui.element("div").classes("wh-question-actions"):
            ui.button("Cancel", on_click=dialog.close).props("flat no-caps dense")
            ui.button("Save", on_click=save).props("unelevated no-caps dense")

    def opened() -> None:
        one = known()
        name.set_value(one.name if one else "")
        description.set_value(one.description if one else "")
        replace.set_value(one is not None)
        said.clear()
        dialog.open()

    return opened
