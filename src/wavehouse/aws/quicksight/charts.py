"""Charts: bars, lines, shares, areas of a plane, clouds of points."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wavehouse.aws.quicksight.fields import column_in, column_of, id_of
from wavehouse.aws.quicksight.wells import Wells
from wavehouse.aws.template.intrinsics import Json
from wavehouse.dashboards.visuals import SHAPES

Chart = tuple[str, Json]


def _labels(wells: Wells, *fields: Json) -> Json:
    return {
        "AxisLabelOptions": [
            {
                "CustomLabel": wells.titles[id_of(one)],
                "ApplyTo": {"FieldId": id_of(one), "Column": column_in(one)},
            }
            for one in fields
            if id_of(one) in wells.titles
        ]
    }


def _axis(wells: Wells, *names: str) -> Json:
    """How an axis of figures is drawn: with the scale of the first of them that says one."""
    logarithmic = any(wells.visual.measures[name].scale == "log" for name in names)
    scale: Json = {"Logarithmic": {"Base": 10.0}} if logarithmic else {"Linear": {}}
    return {"DataOptions": {"NumericAxisOptions": {"Scale": scale}}}


def _limit(wells: Wells, name: str) -> Json:
    """How many groups are shown, as sorting has it under that name; a parameter is a filter of its own."""
    visual = wells.visual
    shape = SHAPES[visual.kind]
    limit = visual.limit
    if isinstance(limit, str) or (limit is None and not shape.ranked):
        return {}
    if not shape.ranked:
        wells.notes.append(f"shows the first {limit} along its groups, where here it is the last")
    other = "INCLUDE" if visual.rest is not None else "EXCLUDE"
    if visual.rest not in (None, "Other"):
        wells.notes.append(f"calls '{visual.rest}' 'Other'")
    return {name: {"ItemsLimit": shape.limit if limit is None else limit, "OtherCategories": other}}


def _bars(wells: Wells, *, colors: list[Json], values: list[Json], category: list[Json], **more: str) -> Json:
    names = [*wells.values]
    return {
        "FieldWells": {
            "BarChartAggregatedFieldWells": {"Category": category, "Values": values, "Colors": colors}
        },
        "SortConfiguration": {
            "CategorySort": wells.sorting() if category else [],
            **_limit(wells, "CategoryItemsLimit"),
        },
        **more,
        "CategoryLabelOptions": _labels(wells, *category),
        "ValueAxis": _axis(wells, *names),
        "ValueLabelOptions": _labels(wells, *values),
        "ColorLabelOptions": _labels(wells, *colors),
    }


def _clustered(wells: Wells, orientation: str) -> Chart:
    return "BarChartVisual", _bars(
        wells,
        category=wells.groups,
        values=[*wells.values.values()],
        colors=[],
        Orientation=orientation,
        BarsArrangement="CLUSTERED",
    )


def _bar(wells: Wells) -> Chart:
    return _clustered(wells, "HORIZONTAL")


def _stacked_bar(wells: Wells) -> Chart:
    return "BarChartVisual", _bars(
        wells,
        category=wells.groups,
        values=[*wells.values.values()],
        colors=[wells.series] if wells.series else [],
        Orientation="VERTICAL",
        BarsArrangement="STACKED",
    )


def _profile(wells: Wells) -> Chart:
    """A bar for each measure; beside it that of all rows."""
    values: list[Json] = []
    for name, made in wells.values.items():
        values.append(made)
        if wells.visual.compare == "whole":
            measure, id_ = wells.visual.measures[name], wells.id(f"{name} of all")
            whole = wells.fields.whole(id_, wells.data, measure)
            if whole is None:
                wells.notes.append(f"does not compare '{name}' with that of all rows")
            else:
                wells.titles[id_] = f"{wells.titles[id_of(made)]} of all"
                values.append(whole)
    chart = _bars(
        wells, category=[], values=values, colors=[], Orientation="HORIZONTAL", BarsArrangement="CLUSTERED"
    )
    return "BarChartVisual", chart


def _line(wells: Wells) -> Chart:
    values = [*wells.values.values()]
    return "LineChartVisual", {
        "FieldWells": {
            "LineChartAggregatedFieldWells": {
                "Category": wells.groups,
                "Values": values,
                "Colors": [wells.series] if wells.series else [],
            }
        },
        "SortConfiguration": {
            "CategorySort": wells.sorting(),
            **_limit(wells, "CategoryItemsLimitConfiguration"),
        },
        "Type": "AREA" if wells.visual.kind == "area" else "LINE",
        "XAxisLabelOptions": _labels(wells, *wells.groups),
        "PrimaryYAxisDisplayOptions": {"AxisOptions": _axis(wells, *wells.values)},
        "PrimaryYAxisLabelOptions": _labels(wells, *values),
    }


def _combo(wells: Wells) -> Chart:
    (first, bars), *lines = wells.values.items()
    return "ComboChartVisual", {
        "FieldWells": {
            "ComboChartAggregatedFieldWells": {
                "Category": wells.groups,
                "BarValues": [bars],
                "Colors": [],
                "LineValues": [made for _, made in lines],
            }
        },
        "SortConfiguration": {
            "CategorySort": wells.sorting(),
            **_limit(wells, "CategoryItemsLimit"),
        },
        "BarsArrangement": "CLUSTERED",
        "CategoryLabelOptions": _labels(wells, *wells.groups),
        "PrimaryYAxisDisplayOptions": _axis(wells, first),
        "PrimaryYAxisLabelOptions": _labels(wells, bars),
        "SecondaryYAxisDisplayOptions": _axis(wells, *(name for name, _ in lines)),
        "SecondaryYAxisLabelOptions": _labels(wells, *(made for _, made in lines)),
    }


def _donut(wells: Wells) -> Chart:
    return "PieChartVisual", {
        "FieldWells": {
            "PieChartAggregatedFieldWells": {"Category": wells.groups, "Values": [*wells.values.values()]}
        },
        "SortConfiguration": {
            "CategorySort": wells.sorting(),
            **_limit(wells, "CategoryItemsLimit"),
        },
        "DonutOptions": {
            "ArcOptions": {"ArcThickness": "MEDIUM"},
            "DonutCenterOptions": {"LabelVisibility": "VISIBLE"},
        },
        "CategoryLabelOptions": _labels(wells, *wells.groups),
        "ValueLabelOptions": _labels(wells, *wells.values.values()),
    }


def _treemap(wells: Wells) -> Chart:
    # (It has one group; further ones are its levels, one below the other.)
    size, *colour = wells.values.values()
    group = wells.groups[0]
    if len(wells.groups) > 1:
        levels = wells.id("levels")
        columns = [column_in(one) for one in wells.groups]
        wells.hierarchies.append({"ExplicitHierarchy": {"HierarchyId": levels, "Columns": columns}})
        next(iter(group.values()))["HierarchyId"] = levels
        wells.groups = [group]
        wells.notes.append("shows one group at a time, and those inside of it by a click")
    return "TreeMapVisual", {
        "FieldWells": {"TreeMapAggregatedFieldWells": {"Groups": [group], "Sizes": [size], "Colors": colour}},
        "SortConfiguration": {
            "TreeMapSort": wells.sorting(),
            **_limit(wells, "TreeMapGroupItemsLimitConfiguration"),
        },
        "GroupLabelOptions": _labels(wells, group),
        "SizeLabelOptions": _labels(wells, size),
        "ColorLabelOptions": _labels(wells, *colour),
    }


def _heat_map(wells: Wells) -> Chart:
    across, up = wells.groups
    by_across = wells.sorted_by([], [across])
    by_up = [{"FieldSort": {"FieldId": id_of(up), "Direction": "DESC"}}]
    if wells.visual.order:
        wells.notes.append("stands along its groups, whatever 'order' says")
    if wells.visual.limit is not None:
        wells.notes.append("shows all groups: its 'limit' is of cells, and QuickSight's of rows and columns")
    return "HeatMapVisual", {
        "FieldWells": {
            "HeatMapAggregatedFieldWells": {
                "Rows": [up],
                "Columns": [across],
                "Values": [*wells.values.values()],
            }
        },
        "SortConfiguration": {"HeatMapRowSort": by_up, "HeatMapColumnSort": by_across},
        "RowLabelOptions": _labels(wells, up),
        "ColumnLabelOptions": _labels(wells, across),
    }


def _scatter(wells: Wells) -> Chart:
    across, up, *size = wells.values.items()
    series = wells.series
    return "ScatterPlotVisual", {
        "FieldWells": {
            "ScatterPlotCategoricallyAggregatedFieldWells": {
                "XAxis": [across[1]],
                "YAxis": [up[1]],
                "Category": [series] if series else wells.groups,
                "Size": [made for _, made in size],
                "Label": wells.groups if series else [],
            }
        },
        "XAxisDisplayOptions": _axis(wells, across[0]),
        "XAxisLabelOptions": _labels(wells, across[1]),
        "YAxisDisplayOptions": _axis(wells, up[0]),
        "YAxisLabelOptions": _labels(wells, up[1]),
    }


def _histogram(wells: Wells) -> Chart:
    """A histogram where it counts rows by steps of numbers, else bars."""
    visual = wells.visual
    (dimension,) = visual.dimensions_at()
    (measure,) = visual.measures.values()
    if dimension.bin is None or measure.of.replace(" ", "") != "count(*)" or wells.hierarchies:
        return _clustered(wells, "VERTICAL")
    id_ = wells.id(dimension.field)
    value = {"NumericalMeasureField": {"FieldId": id_, "Column": column_of(wells.data, dimension.field)}}
    if visual.action == "filter":
        wells.notes.append("does not filter the others by a click: QuickSight's histograms have no groups")
    wells.groups = []
    return "HistogramVisual", {
        "FieldWells": {"HistogramAggregatedFieldWells": {"Values": [value]}},
        "BinOptions": {
            "SelectedBinType": "BIN_WIDTH",
            "BinWidth": {"Value": dimension.bin, "BinCountLimit": 1_000},
            "StartValue": 0,
        },
        "XAxisLabelOptions": _labels(wells, value),
    }


CHARTS: Mapping[str, Callable[[Wells], Chart]] = {
    "bar": _bar,
    "stacked_bar": _stacked_bar,
    "profile": _profile,
    "line": _line,
    "area": _line,
    "combo": _combo,
    "donut": _donut,
    "treemap": _treemap,
    "heat_map": _heat_map,
    "scatter": _scatter,
    "histogram": _histogram,
}
# Measures without which a chart is none.
LEAST = {"combo": 2, "scatter": 2}
