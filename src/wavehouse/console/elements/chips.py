"""What a view is filtered by, on a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments

Act = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Chip:
    """A text with a way to remove what it stands for, and links by their titles; no other has its `id`."""

    id: str
    text: str
    remove: Act
    links: Sequence[tuple[str, Act]] = ()


class Chips(Element, component="chips.js"):
    """Chips in a row, and a button that removes all that can be removed: `clear`."""

    def __init__(self, label: str, clear: Act) -> None:
        super().__init__()
        self._chips: dict[str, Chip] = {}
        self._props.update({"label": label, "chips": [], "clearable": False})

        async def remove(event: GenericEventArguments) -> None:
            match event.args:
                case str(id_) if id_ in self._chips:
                    await self._chips[id_].remove()

        async def follow(event: GenericEventArguments) -> None:
            match event.args:
                case [str(id_), int(link)] if id_ in self._chips:
                    links = self._chips[id_].links
                    if 0 <= link < len(links):
                        await links[link][1]()

        self.on("remove", remove)
        self.on("follow", follow)
        self.on("clear", clear, args=[])

    def show(self, chips: Sequence[Chip], *, clearable: bool) -> None:
        """Show others; what looks the same is not sent again."""
        self._chips = {one.id: one for one in chips}
        shown: dict[str, Any] = {
            "chips": [
                {"id": one.id, "text": one.text, "links": [title for title, _ in one.links]} for one in chips
            ],
            "clearable": clearable,
        }
        if any(self._props[name] != value for name, value in shown.items()):
            self._props.update(shown)
            self.update()
