"""Figures as such: one of them, or rows of them."""

from __future__ import annotations

from wavehouse.aws.quicksight.fields import id_of
from wavehouse.aws.quicksight.wells import Wells
from wavehouse.aws.template.intrinsics import Json


def kpi(wells: Wells) -> Json:
    """One figure; beside it that of all rows, or of the point before.

    With a trend QuickSight's figure is that of the last point, where ours is of all rows: it is left out
    unless the points are what is compared.
    """
    visual = wells.visual
    ((name, value),) = wells.values.items()
    targets: list[Json] = []
    groups: list[Json] = []
    if visual.compare == "whole":
        id_ = wells.id(f"{name} of all")
        whole = wells.fields.whole(id_, wells.data, visual.measures[name])
        if whole is None:
            wells.notes.append(f"does not compare '{name}' with that of all rows, which QuickSight lacks")
        else:
            targets = [whole]
    if visual.trend is not None and visual.compare == "previous":
        groups = [wells.fields.dimension(wells.id(f"trend {visual.trend.field}"), wells.data, visual.trend)]
        wells.notes.append("has the figure of the last point of its trend, where here it is of all rows")
    elif visual.trend is not None:
        wells.notes.append("has no sparkline: with a trend, QuickSight's figure would be of the last point")
    return {
        "FieldWells": {"Values": [value], "TargetValues": targets, "TrendGroups": groups},
        "SortConfiguration": {"TrendGroupSort": wells.sorted_by([], groups)},
        "KPIOptions": {
            "PrimaryValueDisplayType": "ACTUAL",
            "Comparison": {"ComparisonMethod": "DIFFERENCE"},
        },
    }


def table(wells: Wells) -> Json:
    """Rows of groups and figures; what has a label is told apart by what it is, and shows the label."""
    groups: list[Json] = []
    hidden: list[str] = []
    for made, dimension in zip(wells.groups, wells.visual.dimensions_at(), strict=True):
        if dimension.label is not None:
            id_ = wells.id(f"{dimension.field} itself")
            groups.append(wells.fields.dimension(id_, wells.data, dimension, raw=True))
            hidden.append(id_)
        groups.append(made)
    if wells.visual.drill:
        wells.hierarchies.clear()
        wells.notes.append("shows its first level alone: QuickSight's tables have no levels")
        for made in groups:
            next(iter(made.values())).pop("HierarchyId", None)
    for name in wells.texts:
        wells.notes.append(f"has a row for each '{name}': QuickSight has no {wells.visual.measures[name].of}")
    groups += wells.texts.values()
    wells.groups = groups
    shown = [*groups, *wells.values.values()]
    options = [
        {
            "FieldId": id_of(one),
            **({"CustomLabel": wells.titles[id_of(one)]} if id_of(one) in wells.titles else {}),
            "Visibility": "HIDDEN" if id_of(one) in hidden else "VISIBLE",
        }
        for one in shown
    ]
    # (What is shown stands in the order of the definition.)
    order = [id_of(one) for one in wells.groups if id_of(one) in hidden]
    names = [wells.id(name) for name in _columns(wells)]
    order += [id_ for id_ in names if id_ in {id_of(one) for one in shown}]
    return {
        "FieldWells": {"TableAggregatedFieldWells": {"GroupBy": groups, "Values": [*wells.values.values()]}},
        "SortConfiguration": {"RowSort": wells.sorting()},
        "FieldOptions": {"SelectedFieldOptions": options, "Order": order},
    }


def pivot(wells: Wells) -> Json:
    """Figures of groups that go down, and of a series that goes across."""
    series = [wells.series] if wells.series else []
    shown = [*wells.groups, *series, *wells.values.values()]
    sorting = [
        {
            "FieldId": id_of(one),
            "SortBy": {"Field": {"FieldId": id_of(one), "Direction": "ASC"}},
        }
        for one in [*wells.groups, *series]
    ]
    if wells.visual.order:
        wells.notes.append("stands along its groups, whatever 'order' says")
    return {
        "FieldWells": {
            "PivotTableAggregatedFieldWells": {
                "Rows": wells.groups,
                "Columns": series,
                "Values": [*wells.values.values()],
            }
        },
        "SortConfiguration": {"FieldSortOptions": sorting},
        "FieldOptions": {
            "SelectedFieldOptions": [
                {"FieldId": id_of(one), "CustomLabel": wells.titles[id_of(one)], "Visibility": "VISIBLE"}
                for one in shown
            ]
        },
    }


def _columns(wells: Wells) -> list[str]:
    return [*(one.field for one in wells.visual.dimensions_at()), *wells.visual.measures]
