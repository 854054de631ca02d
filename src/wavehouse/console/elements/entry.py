"""An entry of a menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui


def entry(text: str = "", on_click: Callable[..., Any] | None = None) -> ui.menu_item:
    """One that says what it is: Quasar calls it an item of a list, which a menu has none of."""
    return ui.menu_item(text, on_click).props('role="menuitem"')
