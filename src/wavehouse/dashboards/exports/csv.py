"""The figures of a visual as CSV."""

from __future__ import annotations

from wavehouse.dashboards.answers import VisualData
from wavehouse.query.output import csv_line


def csv_of(data: VisualData) -> str:
    """A header and the rows that are drawn, values as the query gave them, safe in a spreadsheet."""
    lines = [csv_line(column.name for column in data.columns)]
    for at, row in enumerate(data.rows):
        values = [*row]
        if data.has_rest and at == len(data.rows) - 1:
            values[0] = data.visual.rest
        lines.append(csv_line(values))
    return "".join(lines)
