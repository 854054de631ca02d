"""What stands beside the editor: the history of queries, and saved ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nicegui import ui

from wavehouse.console.elements.links import state_link
from wavehouse.console.elements.panel import nothing
from wavehouse.console.elements.plain_table import badge
from wavehouse.console.moments import ago
from wavehouse.console.shell import address
from wavehouse.core.counted import counted
from wavehouse.query.saved import SavedQuery
from wavehouse.query.service.execution import Execution

HISTORY = 40
_STATES = {"SUCCEEDED": "good", "FAILED": "bad", "CANCELLED": "warning"}


def show_history(found: Sequence[Execution], chosen: str, choose: Callable[[str], object]) -> None:
    """The newest queries first."""
    if not found:
        nothing("No query was asked yet.")
    for one in found:
        link = state_link("", address("sql", "", [("query", one.id)]), lambda id_=one.id: choose(id_))  # type: ignore[misc]
        with link.classes("wh-entry"):
            ui.label(" ".join(one.sql.split())[:200]).classes("wh-code wh-short")
            with ui.element("div").classes("wh-entry-head"):
                rows = f" · {counted(one.rows, 'row')}" if one.rows is not None else ""
                ui.label(f"{ago(one.submitted.isoformat())} · {one.total_ms:,} ms{rows}").classes(
                    "wh-entry-said"
                )
                badge(one.state.lower(), _STATES.get(one.state, "accent"))
        if one.id == chosen:
            link.classes("wh-entry-on").props('aria-current="true"')


def show_saved(found: Sequence[SavedQuery], chosen: str, choose: Callable[[SavedQuery], object]) -> None:
    """The saved queries of the project."""
    if not found:
        nothing("The project has no saved queries.")
    for one in found:
        link = state_link("", address("sql", "", [("saved", one.name)]), lambda one=one: choose(one))  # type: ignore[misc]
        with link.classes("wh-entry"):
            ui.label(one.name).classes("wh-entry-title")
            ui.label(one.description).classes("wh-entry-said")
        if one.name == chosen:
            link.classes("wh-entry-on").props('aria-current="true"')
