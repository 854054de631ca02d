"""Long lists: the first of them, and a button for more. A page of all would take every browser seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from nicegui import ui

T = TypeVar("T")

# So many are shown at once.
MOST = 100


def in_parts(items: Sequence[T], build: Callable[[T], object], place: ui.element) -> None:
    """Build the first of them inside of `place`; a button where this is called builds the next."""
    shown = 0

    def build_next() -> None:
        nonlocal shown
        with place:
            for one in items[shown : shown + MOST]:
                build(one)
        shown += MOST
        if shown >= len(items):
            more.delete()
        else:
            more.set_text(f"{len(items) - shown:,} more")

    more = more_button("", build_next)
    build_next()


def more_button(text: str, ask: Callable[[], object]) -> ui.button:
    """A button that asks for more."""
    return ui.button(text, on_click=ask).props("outline dense no-caps").classes("wh-retry")
