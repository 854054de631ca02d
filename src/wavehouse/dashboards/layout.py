"""Where the visuals of a sheet stand: as the file says, and what it leaves open in rows below."""

from __future__ import annotations

from wavehouse.dashboards.definition import Sheet
from wavehouse.dashboards.visuals import COLUMNS, SHAPES, Place


def places(sheet: Sheet) -> dict[str, Place]:
    """The place of each visual by its id; those without one fill rows of 12 columns, in their order."""
    found = {visual.id: visual.at for visual in sheet.visuals if visual.at is not None}
    top = max((place.y + place.h for place in found.values()), default=0)
    left = height = 0
    for visual in sheet.visuals:
        if visual.at is not None:
            continue
        width, tall = SHAPES[visual.kind].size
        if left + width > COLUMNS:
            left, top, height = 0, top + height, 0
        found[visual.id] = Place(x=left, y=top, w=width, h=tall)
        left, height = left + width, max(height, tall)
    return found


def in_reading_order(sheet: Sheet) -> list[str]:
    """The ids from top to bottom and left to right: how a narrow screen and the Tab key go through them."""
    found = places(sheet)
    return sorted(found, key=lambda id_: (found[id_].y, found[id_].x))
