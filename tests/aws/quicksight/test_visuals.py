"""What each kind of visual and control becomes, of one dashboard that has them."""

from __future__ import annotations

from typing import Any

import pytest

from wavehouse.aws.quicksight.build import quicksight
from wavehouse.aws.stage import Stage
from wavehouse.core.columns import Column
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.definition import Dashboard

_TABLE = TableName.parse("music.plays")
_COLUMNS = [
    Column("artist", "string"),
    Column("year", "int"),
    Column("at", "date"),
    Column("minutes", "double"),
    Column("tags", "array<string>"),
]
_SIZED = {"measures": {"plays": "count(*)"}}
_TWO = {"measures": {"plays": "count(*)", "minutes": "sum(minutes)"}}


def _made(visual: dict[str, Any], controls: list[dict[str, Any]] | None = None) -> tuple[Any, list[str]]:
    dashboard = Dashboard.model_validate(
        {
            "dashboard": "one",
            "title": "One",
            "data": {"plays": {"table": "music.plays"}},
            "controls": controls or [],
            "sheets": [{"id": "s", "title": "S", "visuals": [{"id": "v", "title": "V", **visual}]}],
        }
    )
    resources, notes = quicksight({"one": dashboard}, Stage("music"), {_TABLE: _COLUMNS})
    made = resources.get("QuickSightDashboardOne")
    return (made["Properties"]["Definition"] if made else None), notes


@pytest.mark.parametrize(
    ("visual", "type_"),
    [
        ({"kind": "kpi", **_SIZED}, "KPIVisual"),
        ({"kind": "bar", "dimensions": ["artist"], **_TWO}, "BarChartVisual"),
        ({"kind": "stacked_bar", "dimensions": ["year"], "series": "artist", **_SIZED}, "BarChartVisual"),
        ({"kind": "line", "dimensions": [{"field": "at", "by": "month"}], **_TWO}, "LineChartVisual"),
        ({"kind": "area", "dimensions": ["year"], "series": "artist", **_SIZED}, "LineChartVisual"),
        ({"kind": "donut", "dimensions": ["artist"], "rest": "Other", **_SIZED}, "PieChartVisual"),
        ({"kind": "treemap", "dimensions": ["artist", "year"], **_TWO}, "TreeMapVisual"),
        ({"kind": "heat_map", "dimensions": ["year", "artist"], **_SIZED}, "HeatMapVisual"),
        ({"kind": "scatter", "dimensions": ["artist"], **_TWO}, "ScatterPlotVisual"),
        (
            {"kind": "histogram", "dimensions": [{"field": "minutes", "bin": 0.5}], **_SIZED},
            "HistogramVisual",
        ),
        ({"kind": "combo", "dimensions": ["year"], **_TWO}, "ComboChartVisual"),
        ({"kind": "table", "dimensions": ["artist"], "limit": 5, **_TWO}, "TableVisual"),
        ({"kind": "pivot", "dimensions": ["artist"], "series": "year", **_TWO}, "PivotTableVisual"),
        ({"kind": "profile", "compare": "whole", **_TWO}, "BarChartVisual"),
        ({"kind": "insight", "text": "{plays}", **_SIZED}, "TableVisual"),
    ],
)
def test_a_kind(visual: dict[str, Any], type_: str) -> None:
    definition, _ = _made(visual)
    ((found, _content),) = definition["Sheets"][0]["Visuals"][0].items()
    assert found == type_


@pytest.mark.parametrize(
    ("control", "filter_", "shown"),
    [
        ({"kind": "range", "field": "year", "min": 1, "max": 9}, "NumericRangeFilter", "Slider"),
        ({"kind": "dates", "field": "at"}, "TimeRangeFilter", "DateTimePicker"),
        (
            {"kind": "dates", "field": "at", "default": ["2024-01-31", None]},
            "TimeRangeFilter",
            "DateTimePicker",
        ),
        ({"kind": "choice", "field": "artist"}, "CategoryFilter", "Dropdown"),
        ({"kind": "text", "field": "artist"}, "CategoryFilter", "TextField"),
    ],
)
def test_a_filter(control: dict[str, Any], filter_: str, shown: str) -> None:
    definition, notes = _made({"kind": "kpi", **_SIZED}, [{"id": "c", "title": "C", **control}])
    assert list(definition["FilterGroups"][0]["Filters"][0]) == [filter_]
    assert list(definition["Sheets"][0]["FilterControls"][0]) == [shown]
    assert notes == []


def test_a_limit_that_is_a_parameter_is_a_filter() -> None:
    top = {"id": "top_n", "kind": "number", "title": "Top", "default": 3}
    bar = {"kind": "bar", "dimensions": ["artist"], "limit": "$top_n", **_SIZED}
    definition, _ = _made(bar, [top])
    (kept,) = definition["FilterGroups"][0]["Filters"]
    assert kept["TopBottomFilter"]["ParameterName"] == "topN"


def test_what_is_of_a_list_is_told() -> None:
    control = {"id": "c", "kind": "choice", "title": "C", "field": "tags"}
    definition, notes = _made({"kind": "kpi", **_SIZED}, [control])
    assert definition["FilterGroups"] == []
    assert notes == ["one/c: is left out: no data set has the field 'tags' in QuickSight"]


def test_our_columns_are_three_of_theirs() -> None:
    definition, _ = _made({"kind": "kpi", "at": {"x": 4, "y": 3, "w": 8, "h": 3}, **_SIZED})
    grid = definition["Sheets"][0]["Layouts"][0]["Configuration"]["GridLayout"]
    (place,) = grid["Elements"]
    assert (place["ColumnIndex"], place["ColumnSpan"], place["RowIndex"], place["RowSpan"]) == (12, 24, 4, 4)
