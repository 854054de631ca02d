"""What a reader has chosen, in words."""

from __future__ import annotations

from collections.abc import Mapping

from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.figures import text_of
from wavehouse.dashboards.marks import name_of, row_of
from wavehouse.dashboards.view import ControlValue, Mark, Range, address_text
from wavehouse.dashboards.visuals import Visual


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


def mark_in_words(visual: Visual, mark: Mark, data: VisualData | None) -> str:
    """A mark of a visual by its name, or by its values where what was answered has it no more."""
    row = row_of(mark, data)
    if data is None or row is None:
        return f"{visual.title}: {' · '.join(text_of(value) for value in mark.values)}"
    return f"{data.columns[0].title}: {name_of(data, row)}"
