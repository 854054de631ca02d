"""What stands above the graph: the last run, findings, adding nodes, undo, redo, save, run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from nicegui import ui

from wavehouse.console.background import Job
from wavehouse.console.elements.entry import entry
from wavehouse.console.moments import ago, duration
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
_LONGEST = 60
_SORTS = (("error", "error"), ("warning", "warning"), ("note", "note"))


class Toolbar:
    """Built once; `show` brings it up to date."""

    def __init__(self, view: FlowView, *, editable: bool) -> None:
        self._view = view
        self._editable = editable
        self._job: Job | None = None
        with ui.link().classes("fl-said") as self._run_link:
            self._said = ui.label("").props('role="status"')
        self._findings = button("", view.show_findings)
        if not editable:
            return
        with button("Add node", lambda: None).props('aria-haspopup="menu"'), ui.menu().props('role="menu"'):
            self._palette()
        self._unsaved = ui.label("").classes("wh-muted-text").props('role="status"')
        self._undo = button("Undo", lambda: view.command("undo"))
        self._redo = button("Redo", lambda: view.command("redo"))
        self._discard = button("Discard", lambda: view.command("discard"))
        self._save = button("Save", lambda: view.command("save"))
        self._run = button("Run", lambda: view.command("run")).classes("fl-main")

    def show(self) -> None:
        """Bring everything up to date."""
        session = self._view.session
        draft, found = session.draft, session.told
        counts = [sum(one["severity"] == sort for one in found) for sort, _ in _SORTS]
        parts = [
            f"{count} {name}{'' if count == 1 else 's'}"
            for count, (_, name) in zip(counts, _SORTS, strict=True)
            if count
        ]
        nothing = "Looking for findings …" if session.findings is None else "No findings"
        _say(self._findings, ", ".join(parts) or nothing, "Show the findings of the flow")
        colour = "fl-bad" if counts[0] else "fl-warning" if counts[1] else ""
        self._findings.classes(remove="fl-bad fl-warning", add=colour)
        self._show_run()
        if not self._editable:
            return
        undo, redo = draft.undoable, draft.redoable
        _able(self._undo, bool(undo), f"Undo: {undo} (Ctrl+Z)" if undo else "Nothing to undo")
        _able(self._redo, bool(redo), f"Do again: {redo} (Ctrl+Shift+Z)" if redo else "Nothing to do again")
        saving = "Write the file (Ctrl+S)" if draft.changed else "Everything is saved"
        _able(self._save, draft.changed, saving)
        _able(self._discard, draft.changed, "Go back to the file; Undo brings back what you have edited")
        self._unsaved.set_text("Unsaved changes" if draft.changed else "")
        _say(self._run, "Save and run" if draft.changed else "Run", "Run the whole project")
        _able(
            self._run,
            self._job is None,
            "Run the whole project" if self._job is None else "A run is going on",
        )

    def running(self, job: Job | None) -> None:
        """Tell how far a run is; None: there is none."""
        self._job = job
        self.show()

    def problem(self, error: WavehouseError) -> None:
        """Tell why the file, its findings or the runs cannot be read."""
        _say(self._findings, shortened(error.what), str(error))
        self._findings.classes(remove="fl-warning", add="fl-bad")

    def _show_run(self) -> None:
        run = self._view.session.run
        if self._job is not None:
            step = next((one for one in reversed(self._job.steps.values()) if one.seconds is None), None)
            done = f" {step.fraction:.0%}" if step and step.fraction else ""
            text = f"Running: {step.name}{done}" if step else "Running …"
            target = address("runs")
        elif run.run:
            text = f"Last run {ago(run.started)}: {run.status} in {duration(run.seconds)}"
            if run.rows_of and run.rows_of != run.run:
                text += "; rows as of an earlier run, which counted all"
            target = address("runs", run.run)
        else:
            text, target = "Not run yet", address("runs")
        self._said.set_text(text)
        self._run_link.props(f'href="{target}"')
        failed = self._job is None and run.status not in ("", "done")
        self._said.classes(remove="fl-bad", add="fl-bad" if failed else "")
        self._said.props["title"] = run.error if failed else ""

    def _palette(self) -> None:
        for family, title in _FAMILIES.items():
            ui.label(title).classes("wh-group fl-group")
            for kind, model in KINDS.items():
                if family_of(model) == family:
                    about = (model.__doc__ or "").split("\n")[0].replace("`", "")
                    item = entry(on_click=partial(self._view.add, kind)).classes("fl-kind")
                    with item.props('role="menuitem"'):
                        ui.element("span").classes(f"fl-swatch fg-{family}")
                        ui.label(" ".join(words(kind)))
                        ui.label(about).classes("fl-about")


def shortened(text: str) -> str:
    """A sentence as it fits on a button."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def button(text: str, act: Callable[[], object]) -> ui.element:
    """A plain button."""
    made = ui.element("button").classes("fl-button").props('type="button"')
    made.on("click", act)
    with made:
        ui.label(text)
    return made


def _say(made: ui.element, text: str, title: str) -> None:
    label = made.default_slot.children[0]
    if isinstance(label, ui.label):
        label.set_text(text)
    made.props["title"] = title
    made.update()


def _able(made: ui.element, able: bool, title: str) -> None:
    made.props["disabled"] = not able
    made.props["title"] = title
    made.update()
