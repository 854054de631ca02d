"""An insight: a text with figures in it."""

from __future__ import annotations

import string

from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.figures import shown


def insight(data: VisualData) -> str:
    """The text of an insight with the values of its first row; '' where it has none."""
    if not data.rows or data.visual.text is None:
        return ""
    values = {
        column.name: shown(value, column) for column, value in zip(data.columns, data.rows[0], strict=True)
    }
    pieces = []
    for text, name, _, _ in string.Formatter().parse(data.visual.text):
        pieces.append(text)
        if name is not None:
            pieces.append(values.get(name, ""))
    return "".join(pieces)
