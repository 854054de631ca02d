"""What stands above the graph: the last run, findings, adding nodes, undo, redo, save, run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

from wavehouse.console.background import Job
from wavehouse.console.shell import address
from wavehouse.core.errors import WavehouseError
from wavehouse.flow.editing.new_node import words
from wavehouse.flow.nodes import KINDS
from wavehouse.flow.pictures.cards import Family, family_of

if TYPE_CHECKING:
    from wavehouse.console.flow.view import FlowView

_FAMILIES: dict[Family, str] = {
    "source": "Sources",
    "columns": "Columns",
    "rows": "Rows",
    "query": "Query",
    "quality": "Quality",
    "target": "Targets",
}


class Toolbar:
    """Built once; `show` brings it up to date."""

    def __init__(self, view: FlowView, *, editable: bool) -> None:
        self._view = view
        self._editable = editable
        self._problem: WavehouseError | None = None
        self._said = ui.html("", tag="span", sanitize=False).classes("fl-said").props('role="status"')
        self._findings = _button("", lambda: view.select([]))
        if not editable:
            return
        with _button("Add node", lambda: None).props('aria-haspopup="menu"'), ui.menu().props("no-focus"):
            self._palette()
        self._undo = _button("Undo", lambda: view.command("undo"))
        self._redo = _button("Redo", lambda: view.command("redo"))
        self._save = _button("Save", lambda: view.command("save"))
        self._run = _button("Run", lambda: view.command("run")).classes("fl-main")

    def show(self) -> None:
        """Bring everything up to date."""
        session = self._view.session
        draft = session.draft
        counts = [sum(one["severity"] == kind for one in session.told) for kind in ("error", "warning", "note")]
        parts = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in zip(counts, _SORTS, strict=True) if count]
        text = ", ".join(parts) or ("No findings" if session.findings is not None else "Looking …")
        _say(self._findings, text, "Show the findings of the flow")
        self._findings.classes(
            add="fl-bad" if counts[0] else "fl-warning" if counts[1] else "",
            remove="fl-bad fl-warning",
        )
        if not self._editable:
            return
        self._able(self._undo, draft.undoable, f"Undo: {draft.undoable} (Ctrl+Z)" if draft.undoable else "Nothing to undo")
        self._able(self._redo, draft.redoable, f"Do again: {draft.redoable} (Ctrl+Shift+Z)" if draft.redoable else "Nothing to do again")
        self._able(self._save, draft.changed, "Write the file (Ctrl+S)" if draft.changed else "Everything is saved")
        _say(self._run, "Save and run" if draft.changed else "Run", "Run the whole project")
