"""What stands beside the graph: of one node its fields, schema, preview, findings, SQL and JSON for Glue."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from nicegui import ui

from wavehouse.console.elements.panel import Panel, nothing
from wavehouse.console.elements.plain_table import Cell, badge, table
from wavehouse.console.elements.tab_keys import mark_tab, with_arrow_keys
from wavehouse.console.flow.form import NodeForm
from wavehouse.console.flow.session import Session
from wavehouse.console.flow.toolbar import button
from wavehouse.console.flow.tools import Document
from wavehouse.console.shell import Frame
from wavehouse.flow.editing.changes import fields_of, inputs_of, kind_of
from wavehouse.flow.statement import DIALECTS

if TYPE_CHECKING:
    from wavehouse.console.flow.view import FlowView

# By its name in an address, each tab of a node; a flow has the last two of them but SQL.
TABS = {
    "fields": "Fields",
    "schema": "Schema",
    "preview": "Preview",
    "lint": "Lint",
    "sql": "SQL",
    "glue": "Glue JSON",
}
_OF_A_FLOW = ("lint", "glue")
_ROWS = 50
_COLOURS = {"error": "bad", "warning": "warning", "note": "muted"}


class NodePanel:
    """Built once; `show` brings it up to date. It is not there where nothing is selected or asked for."""

    def __init__(self, frame: Frame, view: FlowView, session: Session, tab: str) -> None:
        self._view = view
        self._session = session
        self._editable = not frame.read_only
        self.turn(tab)
        self._node = ""
        self._shown: tuple[str, str, str] | None = None
        self._dialect = DIALECTS[0]
        self._place = ui.element("aside").classes("fl-panel").props('aria-label="Selected node"')
        with self._place:
            with ui.element("div").classes("fl-head"):
                with ui.element("div").classes("fl-heading"):
                    self._title = ui.label("").classes("wh-h2").props('role="heading" aria-level="2"')
                    self._kind = ui.label("").classes("wh-muted-text")
                close = button("×", self._close)
                close.props('aria-label="Close the panel"')
            tabs = ui.element("div").classes("wh-views")
            with with_arrow_keys(tabs).props('role="tablist" aria-label="Of the node"'):
                self._buttons = {name: self._tab(name, title) for name, title in TABS.items()}
            with ui.element("div").classes("fl-body").props('role="tabpanel" id="fl-body" tabindex="0"'):
                self._form = NodeForm(editable=self._editable)
                self._panel = Panel(frame, plain=True)
        if self._editable:
            self._listen()
        self._place.set_visibility(False)

    def show(self, selected: Sequence[str]) -> None:
        """Show what is known of the selected node; of the flow, where it was asked for and none is."""
        node = selected[0] if len(selected) == 1 else ""
        if not node and not (self._place.visible and self._shown and self._shown[0] == ""):
            self._hide()
            return
        self._node = node
        self._build()

    def turn(self, tab: str) -> None:
        """Let another tab be the one that is shown next."""
        self.tab = tab if tab in TABS else "fields"

    def show_flow(self, tab: str = "") -> None:
        """Show what is known of the flow, in that tab, else in the one that is open."""
        self._node = ""
        self.tab = tab or (self.tab if self.tab in _OF_A_FLOW else "lint")
        self._build()

    def _build(self) -> None:
        self._place.set_visibility(True)
        node, file = self._node, self._session.draft.file
        tabs = TABS if node else _OF_A_FLOW
        tab = self.tab if self.tab in tabs else "lint"
        for name, made in self._buttons.items():
            made.set_visibility(name in tabs)
            made.classes(remove="wh-view-on", add="wh-view-on" if name == tab else "")
            mark_tab(made, chosen=name == tab)
        tree = file.data
        called = fields_of(tree, node).get("Name") if node else tree.get("flow")
        self._title.set_text(str(called or node))
        self._kind.set_text(f"{kind_of(tree, node)} · {node}" if node else file.path.name)
        self._form.set_visibility(tab == "fields")
        self._panel.place.set_visibility(tab != "fields")
        wanted = (node, tab, file.text)
        # (What takes a while is asked for once; what is there already is drawn anew.)
        again = self._shown != wanted
        if self._shown is None or self._shown[:2] != wanted[:2]:
            self._panel.show(_skeleton)  # (what another tab has shown says nothing of this one)
        self._shown = wanted
        match tab:
            case "fields":
                self._show_fields(node)
            case "schema":
                self._panel.show(lambda: self._show_schema(node))
            case "lint":
                self._panel.show(lambda: self._show_findings(node))
            case "preview" if again:
                tools = self._session.tools
                self._panel.load_long(lambda stop: tools.preview(file, node, _ROWS, stop), _show_preview)
            case "sql" if again:
                tools, dialect = self._session.tools, self._dialect
                self._panel.load(lambda: tools.sql(file, node, dialect), self._show_sql)
            case "glue" if again:
                tools = self._session.tools
                self._panel.load(lambda: tools.glue(file), lambda found: _show_glue(found, node))

    def _tab(self, name: str, title: str) -> ui.element:
        def chosen() -> None:
            self.tab = name
            self._build()
            self._view.remember()

        made = (
            ui.element("button").classes("wh-view").props('type="button" role="tab" aria-controls="fl-body"')
        )
        made.on("click", chosen)
        with made:
            ui.label(title)
        return made

    def _close(self) -> None:
        self._hide()
        self._view.select([])

    def _hide(self) -> None:
        self._place.set_visibility(False)
        if self._shown is not None:
            self._panel.show(_skeleton)  # (a preview that is under way is stopped)
        self._shown = None

    def _listen(self) -> None:
        view, draft = self._view, self._session.draft
        on = self._form.on_event
        on("set", lambda told: view.edit(lambda: draft.set_field(told["node"], told["field"], told["value"])))
        on("rename", lambda told: view.rename(str(told["node"]), str(told["id"])))
        on("disconnect", lambda told: view.edit(lambda: draft.disconnect(told["start"], told["end"])))

    def _show_fields(self, node: str) -> None:
        tree = self._session.draft.file.data
        inputs = inputs_of(tree, node)
        columns = [column.name for one in inputs for column in self._session.columns.get(one, ())]
        said = [one for one in self._session.at_once if one["node"] == node and one["code"] != "F105"]
        message = said[0]["message"] if said else ""
        self._form.show(
            node, kind_of(tree, node), fields_of(tree, node), inputs, list(dict.fromkeys(columns)), message
        )

    def _show_schema(self, node: str) -> None:
        columns = self._session.columns.get(node)
        if columns is None:
            known = self._session.findings is not None
            nothing("The columns cannot be said until the node is mended." if known else "Looking …")
            return
        ui.label(f"{len(columns)} columns").classes("wh-muted-text")
        table(["Column", "Type"], [[column.name, column.type] for column in columns])

    def _show_findings(self, node: str) -> None:
        found = self._session.of(node) if node else self._session.told
        if not found:
            nothing("No findings." if self._session.findings is not None else "Looking …")
        for one in found:
            self._finding(one, with_node=not node)

    def _finding(self, one: Document, *, with_node: bool) -> None:
        with ui.element("div").classes("fl-finding"):
            with ui.element("div").classes("fl-finding-head"):
                badge(f"{one['code']} {one['severity']}", _COLOURS[one["severity"]])
                if with_node and one["node"] in self._session.draft.file.data["nodes"]:
                    go = ui.element("button").classes("fl-link").props('type="button"')
                    go.on("click", lambda: self._view.select([one["node"]]))
                    with go:
                        ui.label(one["node"])
                line = one["where"].rpartition(":")[2]
                ui.label(f"line {line}" if line.isdigit() else "").classes("wh-muted-text")
            ui.label(one["message"])
            if one["remedy"]:
                ui.label(one["remedy"]).classes("wh-muted-text")

    def _show_sql(self, found: Document) -> None:
        with ui.element("div").classes("fl-row"):
            ui.label("Dialect").classes("wh-muted-text")
            for one in DIALECTS:
                made = button(one, partial(self._choose, one))
                made.props(f'aria-pressed="{str(one == found["dialect"]).lower()}"')
        code(found["sql"])

    def _choose(self, dialect: Any) -> None:
        self._dialect = dialect
        self._shown = None
        self._build()


def _skeleton() -> None:
    ui.element("div").classes("wh-skeleton").props('aria-hidden="true"')


def code(text: str) -> None:
    """A text as it is, with a button that copies it."""
    with ui.element("div").classes("fl-code"):
        made = button("Copy", lambda: ui.clipboard.write(text)).classes("fl-copy")
        made.props('aria-label="Copy the text"')
        with ui.element("pre").classes("wh-code").props('tabindex="0"'):
            ui.label(text)


def _show_preview(found: Document) -> None:
    count, seen = found["rows"], found["seen"]
    text = f"{'' if count['exact'] else 'About '}{count['count']:,} row{'' if count['count'] == 1 else 's'}"
    if seen["sampled"]:
        text += f"; NULLs among {seen['rows']:,} of them, from the first rows of {seen['sampled']}"
    ui.label(text).classes("wh-muted-text")
    columns = found["columns"]
    shares = [f" · {column['nulls']:.0%} NULL" if column["nulls"] else "" for column in columns]
    heads = [
        f"{column['name']} ({column['type']}{share})" for column, share in zip(columns, shares, strict=True)
    ]
    numbers = [at for at, column in enumerate(columns) if column["type"] in _NUMBERS]
    table(heads, [[_cell(value) for value in row] for row in found["sample"]], numbers=numbers)


_NUMBERS = ("int", "bigint", "double", "float", "smallint", "tinyint")


def _cell(value: Any) -> Cell:
    if value is None:
        return lambda: ui.label("NULL").classes("fl-null")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict | bool) else str(value)


def _show_glue(found: tuple[str, list[str]], node: str) -> None:
    text, notes = found
    if node:
        text = json.dumps({node: json.loads(text)[node]}, ensure_ascii=False, indent=2)
    for note in notes:
        ui.label(f"{note[:1].upper()}{note[1:]}.").classes("wh-remark")
    code(text)
