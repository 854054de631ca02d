"""The graph of a flow in the browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments


class FlowGraph(Element, component="graph.js"):
    """Draws a `picture`. What a user does to it is told to handlers; nothing changes by itself.

    `on_select` is given a list of ids, the others a map as graph.js sends it.
    """

    def __init__(self, label: str, *, editable: bool) -> None:
        super().__init__()
        self._props |= {"label": label, "editable": editable, "nodes": [], "edges": [], "selected": []}

    def show(self, picture: dict[str, Any], *, moved: bool) -> None:
        """Draw another picture; `moved` says that nodes were dragged."""
        self._props |= {**picture, "moved": moved}
        self.update()

    def select(self, ids: Sequence[str]) -> None:
        """Let these nodes be the selected ones."""
        self._props["selected"] = list(ids)
        self.update()

    def on_event(self, name: str, handle: Callable[[Any], Any]) -> None:
        """Call `handle` with what the browser says."""

        def told(event: GenericEventArguments) -> Any:
            return handle(event.args)

        self.on(name, told)
