"""Charts as options: which marks they have, of which rows, and that nothing in them is a program."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from wavehouse.dashboards.answers import DataColumn, VisualData
from wavehouse.dashboards.charts.draw import CHARTS, drawing
from wavehouse.dashboards.colours import COLOURS
from wavehouse.dashboards.marks import chosen_rows
from wavehouse.dashboards.view import Mark, View
from wavehouse.dashboards.visuals import Visual

GENRE = DataColumn("genre", "varchar", "dimension", "Genre")
TRACKS = DataColumn("tracks", "bigint", "measure", "Tracks")
SHARE = DataColumn("share", "double", "measure", "Share", "percent")


def _data(kind: str, columns: tuple[DataColumn, ...], rows: list[tuple[Any, ...]], **more: Any) -> VisualData:
    dimensions = [one.name for one in columns if one.role == "dimension"]
    series = next((one.name for one in columns if one.role == "series"), None)
    measures = {
        one.name: {"of": "count(*)", "format": one.format} for one in columns if one.role == "measure"
    }
    told = {"dimensions": dimensions, "measures": measures, **more.pop("visual", {})}
    if series:
        told["series"] = series
    visual = Visual.model_validate({"id": "v", "kind": kind, "title": "V", **told})
    return VisualData(visual, columns, rows, **more)


KIND = DataColumn("kind", "varchar", "series", "Kind")
YEAR = DataColumn("year", "integer", "dimension", "Year")
LABEL = DataColumn("artist_name", "varchar", "label", "Artist")
ID = DataColumn("artist_id", "varchar", "dimension", "Artist")
EVERY = {
    "bar": _data("bar", (ID, LABEL, TRACKS), [("1", ":x", 3), ("2", "$accent", 2)],
                 visual={"dimensions": [{"field": "artist_id", "label": "artist_name"}]}),
    "stacked_bar": _data("stacked_bar", (YEAR, KIND, TRACKS),
                         [(1990, "a", 1), (1991, "b", 2), (1991, None, 3)]),
    "line": _data("line", (YEAR, TRACKS), [(1990, 1), (1991, None)]),
    "area": _data("area", (YEAR, KIND, TRACKS), [(1990, "a", 1), (1991, "a", 2), (1991, "b", 3)]),
    "donut": _data("donut", (GENRE, TRACKS), [("pop", 5), (None, 4), (None, 9)], has_rest=True,
                   visual={"rest": "Other"}),
    "treemap": _data("treemap", (GENRE, TRACKS, SHARE), [("pop", 5, 0.5), ("rock", 4, 0.25)]),
    "heat_map": _data("heat_map", (YEAR, GENRE, TRACKS), [(0, "b", 1), (20, "a", 2)],
                      visual={"dimensions": [{"field": "year", "bin": 10}, "genre"]}),
    "scatter": _data("scatter", (GENRE, TRACKS, SHARE), [("pop", 5, 0.5), ("rock", 4, None)]),
    "histogram": _data("histogram", (YEAR, TRACKS), [(0, 1), (20, 2), (None, 3)],
                       visual={"dimensions": [{"field": "year", "bin": 10}]}),
    "combo": _data("combo", (YEAR, TRACKS, SHARE), [(1990, 1, 0.5), (1991, 2, 0.4)]),
    "profile": _data("profile", (TRACKS, SHARE), [(1, 0.5)], whole=(2, 0.4), visual={"compare": "whole"}),
}  # fmt: skip


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield key, one
            yield from _walk(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _walk(one)


def test_every_kind_of_chart_is_tested() -> None:
    assert set(EVERY) == set(CHARTS)


@pytest.mark.parametrize("kind", sorted(EVERY))
def test_an_option_is_json_without_programs_and_names_known_colours(kind: str) -> None:
    document = drawing(EVERY[kind]).document()
    assert json.loads(json.dumps(document, allow_nan=False)) is not None
    for key, value in _walk(document["option"]):
        assert not key.startswith(":")
        if key.lower().endswith("color") and isinstance(value, str):
            assert re.fullmatch(r"#[0-9A-F]{6}", value) or value.removeprefix("$") in COLOURS, (key, value)


@pytest.mark.parametrize("kind", sorted(EVERY))
def test_every_mark_stands_for_a_row_and_has_a_tip(kind: str) -> None:
    drawn = drawing(EVERY[kind])
    series = drawn.option["series"]
    assert len(drawn.marks) == len(series)
    for one, rows in zip(series, drawn.marks, strict=True):
        assert len(one["data"]) == len(rows)
        assert all(-1 <= row < len(drawn.tips) for row in rows)


def test_what_a_name_says_is_never_a_colour() -> None:
    assert drawing(EVERY["bar"]).option["yAxis"]["data"] == [":x", "$accent"]


def test_marks_that_were_not_clicked_are_dimmed_and_the_rest_is_grey() -> None:
    donut = drawing(EVERY["donut"], {0}).option["series"][0]["data"]
    assert [one["name"] for one in donut] == ["pop", "(none)", "Other"]
    assert "opacity" not in donut[0]["itemStyle"]
    assert donut[1]["itemStyle"]["opacity"] < 1
    assert donut[2]["itemStyle"]["color"] == "$other"


def test_series_have_a_place_for_every_name_on_the_axis() -> None:
    stacked = drawing(EVERY["stacked_bar"])
    assert stacked.option["xAxis"]["data"] == ["1990", "1991"]
    assert [one["name"] for one in stacked.option["series"]] == ["a", "b", "(none)"]
    assert [[*rows] for rows in stacked.marks] == [[0, -1], [-1, 1], [-1, 2]]


def test_empty_bins_have_their_place_too() -> None:
    histogram = drawing(EVERY["histogram"])
    assert histogram.option["xAxis"]["data"] == ["0", "10", "20", "(none)"]
    assert [*histogram.marks[0]] == [0, -1, 1, 2]
    heat = drawing(EVERY["heat_map"]).option
    assert heat["xAxis"]["data"] == ["0", "10", "20"]
    assert [one["value"][:2] for one in heat["series"][0]["data"]] == [[0, 1], [2, 0]]


def test_a_period_is_named_by_what_tells_it_apart() -> None:
    month = DataColumn("released", "date", "dimension", "Released")
    data = _data("line", (month, TRACKS), [(date(2020, 1, 1), 1), (date(2020, 2, 1), 2)],
                 visual={"dimensions": [{"field": "released", "by": "month"}]})  # fmt: skip
    assert drawing(data).option["xAxis"]["data"] == ["2020-01", "2020-02"]


def test_a_mark_of_no_value_is_not_the_rest() -> None:
    assert chosen_rows(EVERY["donut"], View(marks=(Mark("v", (None,)),))) == {1}


def test_parents_of_a_treemap_are_told_apart_by_their_values() -> None:
    artist = DataColumn("artist_id", "varchar", "dimension", "Artist")
    rows = [("1", "Ann", "x", 3), ("2", "Ann", "y", 2), ("1", "Ann", "z", 1)]
    dimensions = [{"field": "artist_id", "label": "artist_name"}, "genre"]
    data = _data("treemap", (artist, LABEL, GENRE, TRACKS), rows, visual={"dimensions": dimensions})
    roots = drawing(data).option["series"][0]["data"]
    assert [(one["name"], [leaf["row"] for leaf in one["children"]]) for one in roots] == [
        ("Ann", [0, 2]),
        ("Ann", [1]),
    ]


def _places(
    rows: list[tuple[Any, ...]], *, kind: str = "line", average: bool = False
) -> list[tuple[str, Any]]:
    """What stands on the axis, with its figure."""
    visual = {"measures": {"tracks": {"of": "avg(x)" if average else "count(*)"}}}
    drawn = drawing(_data(kind, (YEAR, TRACKS), rows, visual=visual))
    data = drawn.option["series"][0]["data"]
    return [*zip(drawn.option["xAxis"]["data"], data, strict=True)]


def test_whole_numbers_that_are_not_there_have_their_place_on_the_axis() -> None:
    rows = [(1990, 3), (1993, 4), (1994, 1)]
    years = [("1990", 3), ("1991", 0), ("1992", 0), ("1993", 4), ("1994", 1)]
    assert _places(rows) == years
    assert _places(rows[::-1]) == years[::-1]
    assert _places([*rows, (None, 7)]) == [*years, ("(none)", 7)]
    decades = [(1960, 1), (1970, 2), (1990, 3)]
    assert _places(decades) == [("1960", 1), ("1970", 2), ("1980", 0), ("1990", 3)]
    # The average of nothing is not known: the line goes on to the next that is.
    assert _places(rows, average=True)[1] == ("1991", None)
    assert drawing(EVERY["line"]).option["series"][0]["connectNulls"]


def test_an_axis_that_would_be_empty_or_is_in_another_order_has_what_is_there() -> None:
    for rows in ([(1, 1), (2, 1), (5_000, 2)], [(3, 1), (1, 2), (2, 3)], [(1, 1), (2, 1), (300, 2)]):
        assert [name for name, _ in _places(rows)] == [str(year) for year, _ in rows]


def test_series_and_combined_charts_have_these_places_too() -> None:
    rows = [(1990, "a", 1), (1992, "b", 2), (1993, "b", 3)]
    for kind in ("area", "stacked_bar"):
        drawn = drawing(_data(kind, (YEAR, KIND, TRACKS), rows))
        assert drawn.option["xAxis"]["data"] == ["1990", "1991", "1992", "1993"]
        assert [*map(list, drawn.marks)] == [[0, -1, -1, -1], [-1, -1, 1, 2]]
    drawn = drawing(_data("combo", (YEAR, TRACKS, SHARE), [(1990, 1, 0.5), (1992, 2, 0.4), (1993, 3, 1)]))
    assert drawn.option["xAxis"]["data"] == ["1990", "1991", "1992", "1993"]
    assert drawn.marks == [[0, -1, 1, 2]] * 2
