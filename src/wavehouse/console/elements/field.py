"""A field to type a text, a number or a date into."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui.element import Element
from nicegui.events import GenericEventArguments


class Field(Element, component="field.js"):
    """`on_done` is told the text once somebody has typed it: what is typed until then, no update takes away.

    `type_` is a type of HTML's inputs; `bounds` are its `min`, `max` and `step`.
    """

    def __init__(
        self,
        type_: str,
        label: str,
        on_done: Callable[[str], Awaitable[None]],
        bounds: dict[str, object] | None = None,
    ) -> None:
        super().__init__()
        self.classes(f"wh-input wh-{type_}")
        self._props.update({"type": type_, "label": label, "shown": "", "turn": 0})
        self._props.update(bounds or {})

        async def done(event: GenericEventArguments) -> None:
            await on_done(str(event.args if event.args is not None else ""))

        self.on("done", done)

    def show(self, text: str) -> None:
        """Show what is set, also in place of what was typed and is not taken."""
        self._props.update({"shown": text, "turn": self._props["turn"] + 1})
        self.update()
