"""What a reader has chosen, in words."""

from __future__ import annotations

from collections.abc import Mapping

from wavehouse.dashboards.figures import text_of
from wavehouse.dashboards.view import ControlValue, Range, address_text


def in_words(value: ControlValue, names: Mapping[str, str]) -> str:
    """The value of a control; `names` are what single ones are called, by how an address has them."""
    match value:
        case Range(low=low, high=None):
            return f"from {text_of(low)}"
        case Range(low=None, high=high):
            return f"to {text_of(high)}"
        case Range(low=low, high=high):
            return f"{text_of(low)} – {text_of(high)}"
        case tuple():
            return ", ".join(names.get(address_text(one), text_of(one)) for one in value) or "all"
    return text_of(value)
