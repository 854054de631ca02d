"""The form of a node in the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from wavehouse.flow.editing.form import complaints, form_of
from wavehouse.flow.nodes import KINDS


class NodeForm(Element, component="form.js"):
    """The fields of one node; `on_set`, `on_rename` and `on_disconnect` are given what form.js sends."""

    def __init__(self, *, editable: bool) -> None:
        super().__init__()
        self._props |= {"node": "", "about": "", "editable": editable}

    def show(
        self,
        node: str,
        kind: str,
        fields: Mapping[str, Any],
        inputs: Sequence[str],
        columns: Sequence[str],
        message: str = "",
    ) -> None:
        """Show a node of a kind; `columns` are those of what it reads, `message` is about the whole."""
        known = kind in KINDS
        form = form_of(kind) if known else None
        found = {
            "/".join(map(str, one.steps)): _sentence(one.said)
            for one in reversed(complaints(kind, fields) if known else [])
        }
        # (What it reads is drawn, and no field of the form.)
        inputs_said = found.pop("Inputs", "")
        errors = {**found, "": message or found.get("") or inputs_said}
        self._props |= {
            "node": node,
            "about": f"{kind}: {form.about}" if form else f"'{kind}' is no kind of node that runs here.",
            "fields": [asdict(one) for one in form.fields] if form else [],
            "values": {name: value for name, value in fields.items() if name != "Inputs"},
            "errors": {steps: said for steps, said in errors.items() if said},
            "inputs": list(inputs),
            "columns": list(columns),
        }
        self.update()

    def on_event(self, name: str, handle: Callable[[Any], Any]) -> None:
        """Call `handle` with what the browser says."""

        def told(event: GenericEventArguments) -> None:
            handle(event.args)

        self.on(name, told)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
