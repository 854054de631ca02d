"""Our grid of 12 columns as QuickSight's of 36, and the row of controls above it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wavehouse.aws.template.intrinsics import Json
from wavehouse.dashboards.visuals import COLUMNS, Place

_WIDE = 36
_TIMES = _WIDE // COLUMNS
# A row is lower there: four are three of ours. The highest visual has so many.
_ROWS, _PER = 4, 3
MOST_ROWS = 21
_CONTROL = 6
_SCREEN = {
    "ScreenCanvasSizeOptions": {"ResizeOption": "FIXED", "OptimizedViewPortWidth": "1600px"},
}


def visual_layout(places: Iterable[tuple[str, Place]]) -> list[Json]:
    """The layout of a sheet with its visuals."""
    elements = []
    for id_, place in places:
        top, end = place.y * _ROWS // _PER, (place.y + place.h) * _ROWS // _PER
        elements.append(
            {
                "ElementId": id_,
                "ElementType": "VISUAL",
                "ColumnIndex": place.x * _TIMES,
                "ColumnSpan": place.w * _TIMES,
                "RowIndex": top,
                "RowSpan": max(1, min(end - top, MOST_ROWS)),
            }
        )
    return [{"Configuration": {"GridLayout": {"CanvasSizeOptions": _SCREEN, "Elements": elements}}}]


def is_cut(place: Place) -> bool:
    """Whether a visual is lower there than it is here."""
    return place.h * _ROWS // _PER > MOST_ROWS


def control_layout(controls: Sequence[tuple[str, str]]) -> list[Json]:
    """The layout of controls, each an id and its type, from left to right."""
    elements = [
        {
            "ElementId": id_,
            "ElementType": type_,
            "ColumnIndex": at * _CONTROL % _WIDE,
            "ColumnSpan": _CONTROL,
            "RowIndex": at * _CONTROL // _WIDE,
            "RowSpan": 1,
        }
        for at, (id_, type_) in enumerate(controls)
    ]
    return [{"Configuration": {"GridLayout": {"Elements": elements}}}] if elements else []
