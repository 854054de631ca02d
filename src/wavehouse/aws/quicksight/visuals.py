"""A visual as QuickSight's."""

from __future__ import annotations

from wavehouse.aws.quicksight.charts import CHARTS, LEAST
from wavehouse.aws.quicksight.grids import kpi, pivot, table
from wavehouse.aws.quicksight.wells import Wells
from wavehouse.aws.template.intrinsics import Json

# Charts that have no levels, and visuals that take no action but for those of a menu.
_WITHOUT_LEVELS = frozenset({"TableVisual", "HistogramVisual"})


def visual_of(wells: Wells) -> tuple[str, Json] | None:
    """The type of a visual there and what it is, without its actions; None where nothing is left to show."""
    visual = wells.visual
    if len(wells.values) < LEAST.get(visual.kind, 1) and not (
        visual.kind in ("table", "insight") and (wells.groups or wells.texts)
    ):
        return None
    if visual.kind not in ("table", "insight"):
        wells.without_texts()
    match visual.kind:
        case "kpi":
            type_, chart = "KPIVisual", kpi(wells)
        case "table":
            type_, chart = "TableVisual", table(wells)
        case "insight":
            wells.notes.append("is a table of the figures in its text: QuickSight writes texts of its own")
            type_, chart = "TableVisual", table(wells)
        case "pivot":
            type_, chart = "PivotTableVisual", pivot(wells)
        case _:
            type_, chart = CHARTS[visual.kind](wells)
    found: Json = {
        "VisualId": visual.id,
        "Title": {"Visibility": "VISIBLE", "FormatText": {"PlainText": visual.title}},
        "Subtitle": (
            {"Visibility": "VISIBLE", "FormatText": {"PlainText": visual.description}}
            if visual.description
            else {"Visibility": "HIDDEN"}
        ),
        "ChartConfiguration": chart,
    }
    if type_ not in _WITHOUT_LEVELS and wells.hierarchies:
        found["ColumnHierarchies"] = wells.hierarchies
    return type_, found
