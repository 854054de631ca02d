"""Filters of one visual: what has no value, what is too small, and what comes after the first ones."""

from __future__ import annotations

from collections.abc import Iterator

from wavehouse.aws.quicksight.fields import Fields, column_of
from wavehouse.aws.quicksight.parameters import parameter_name
from wavehouse.aws.template.intrinsics import Json
from wavehouse.dashboards.measures import is_measure
from wavehouse.dashboards.visuals import SHAPES, Visual

# Kinds whose charts have a limit of groups in how they sort; others have a filter.
LIMITED_BY_SORTING = frozenset(
    {"bar", "donut", "treemap", "line", "area", "combo", "stacked_bar", "heat_map"}
)


def group_of(id_: str, filters: list[Json], scope: Json, *, all_data: bool = False) -> Json:
    """A group of filters."""
    return {
        "FilterGroupId": f"group-{id_}",
        "Filters": filters,
        "ScopeConfiguration": scope,
        "CrossDataset": "ALL_DATASETS" if all_data else "SINGLE_DATASET",
        "Status": "ENABLED",
    }


def values_filter(id_: str, column: Json, values: list[str], **more: object) -> Json:
    """A filter that keeps rows with one of these values."""
    return {
        "CategoryFilter": {
            "FilterId": id_,
            "Column": column,
            "Configuration": {
                "FilterListConfiguration": {
                    "MatchOperator": "CONTAINS",
                    "CategoryValues": values,
                    "NullOption": "NON_NULLS_ONLY",
                }
            },
            **more,
        }
    }


def order_of(visual: Visual) -> list[str]:
    """The order that a visual says, else that which it has by its kind."""
    if visual.order or not SHAPES[visual.kind].ranked or not visual.measures:
        return [*visual.order]
    return [f"-{next(iter(visual.measures))}"]


def measure_text(visual: Visual, name: str) -> str | None:
    """The aggregate that a name of an order or a minimum stands for; None for a dimension."""
    if is_measure(name):
        return name
    return visual.measures[name].of if name in visual.measures else None


def visual_filters(fields: Fields, sheet: str, visual: Visual, data: str, notes: list[str]) -> Iterator[Json]:
    """The groups of filters of a visual, each for it alone."""
    scope = {
        "SelectedSheets": {
            "SheetVisualScopingConfigurations": [
                {"SheetId": sheet, "Scope": "SELECTED_VISUALS", "VisualIds": [visual.id]}
            ]
        }
    }
    hidden = [*visual.dimensions_at(), *([visual.series] if visual.series else [])]
    for dimension in (one for one in hidden if one.nulls == "hide"):
        id_ = f"{visual.id}-{dimension.field}-has-value"
        column = column_of(data, fields.has_value(data, dimension.field))
        yield group_of(id_, [values_filter(id_, column, ["yes"])], scope)
    for at, (name, value) in enumerate(visual.minimum.items(), 1):
        found = fields.aggregated(data, measure_text(visual, name) or name)
        if found is None or found.kind == "Date":
            notes.append(f"keeps all groups: QuickSight has no filter for the least '{name}'")
            continue
        id_ = f"{visual.id}-minimum-{at}"
        least: Json = (
            {"Parameter": parameter_name(value.removeprefix("$"))}
            if isinstance(value, str)
            else {"StaticValue": value}
        )
        yield group_of(
            id_,
            [
                {
                    "NumericRangeFilter": {
                        "FilterId": id_,
                        "Column": column_of(data, found.column),
                        "IncludeMinimum": True,
                        "RangeMinimum": least,
                        "AggregationFunction": found.of_any,
                        "NullOption": "NON_NULLS_ONLY",
                    }
                }
            ],
            scope,
        )
    if top := _top(fields, visual, data, notes):
        yield group_of(top["FilterId"], [{"TopBottomFilter": top}], scope)


def _top(fields: Fields, visual: Visual, data: str, notes: list[str]) -> Json | None:
    """The filter of the first groups, by the first of what the visual is sorted by."""
    limit = visual.limit
    if limit is None or (isinstance(limit, int) and visual.kind in LIMITED_BY_SORTING):
        return None
    if not visual.dimensions_at():
        return None
    order = order_of(visual)
    first = order[0] if order else ""
    of = measure_text(visual, first.removeprefix("-"))
    found = fields.aggregated(data, of) if of else None
    if found is None:
        notes.append(f"shows all groups: QuickSight keeps the first {limit} by a figure alone")
        return None
    if len(order) > 1:
        notes.append(f"keeps its first groups by '{of}' alone: of equal ones QuickSight may keep others")
    if len(visual.dimensions_at()) > 1:
        notes.append(f"keeps the first of '{visual.dimensions_at()[0].field}', where here it is rows")
    if visual.rest is not None:
        notes.append(f"has no '{visual.rest}': with a parameter as its limit QuickSight shows no rest")
    id_ = f"{visual.id}-top"
    direction = "DESC" if first.startswith("-") else "ASC"
    kept: Json = (
        {"ParameterName": parameter_name(limit.removeprefix("$"))}
        if isinstance(limit, str)
        else {"Limit": limit}
    )
    return {
        "FilterId": id_,
        "Column": column_of(data, fields.shown(data, visual.dimensions_at()[0], as_level=True)),
        **kept,
        "AggregationSortConfigurations": [
            {
                "Column": column_of(data, found.column),
                "SortDirection": direction,
                "AggregationFunction": found.of_any,
            }
        ],
    }
