"""What is to be known of an answer besides its figures."""

from __future__ import annotations

from wavehouse.dashboards.answers import VisualData

# That these show the first of many is what they are for. (Of a treemap with several levels it is not: what is
# left out is missing in the rectangles around it.)
_OF_THE_FIRST = ("bar", "donut", "treemap", "insight")


def note_of(data: VisualData) -> str:
    """How many groups are shown where there are more, and what it is not filtered by; '' for neither."""
    parts = []
    levels = len(data.places("dimension"))
    if data.truncated and (data.visual.kind not in _OF_THE_FIRST or levels > 1):
        end = "last" if data.keeps_last else "first"
        parts.append(
            f"{end} {len(data.trend):,} points" if data.visual.trend else f"{end} {len(data.rows):,}"
        )
    if data.ignored:
        parts.append(f"not filtered by {', '.join(data.ignored.values())}")
    return " · ".join(parts)
