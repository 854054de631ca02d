"""From … to, on a line of numbers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui.element import Element
from nicegui.events import GenericEventArguments


class Span(Element, component="span.js"):
    """`on_change` is told both ends once one is let go. It can be moved once `bound` has said how far."""

    def __init__(self, label: str, on_change: Callable[[float, float], Awaitable[None]]) -> None:
        super().__init__()
        self._props.update({"label": label, "disabled": True})
        self._props.update({"min": 0, "max": 1, "step": 1, "from": 0, "to": 1})

        async def changed(event: GenericEventArguments) -> None:
            match event.args:
                case [int() | float() as low, int() | float() as high]:
                    await on_change(low, high)

        self.on("span", changed)

    def bound(self, low: float, high: float, step: float) -> None:
        """Say how far it goes, and in which steps."""
        self._props.update({"min": low, "max": high, "step": step, "disabled": False})
        self.update()

    def show(self, low: float, high: float) -> None:
        """Show what is set."""
        self._props.update({"from": low, "to": high})
        self.update()
