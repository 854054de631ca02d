"""Pivots and tables: every figure stands in its row and column, and titles sort by what is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dashboards.conftest import with_visual
from tests.dashboards.oracle import grouped, same

from wavehouse.dashboards.answers import DataColumn, VisualData
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.charts.draw import drawing
from wavehouse.dashboards.document import as_csv
from wavehouse.dashboards.exports.html import page_of
from wavehouse.dashboards.figures import figure, text_of
from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.dashboards.tables import table
from wavehouse.dashboards.view import View
from wavehouse.dashboards.visuals import Visual
from wavehouse.terminal.charts import show_visuals

KIND = DataColumn("kind", "varchar", "dimension", "Kind")
YEAR = DataColumn("year", "integer", "dimension", "Year")
COUNTRY = DataColumn("country", "varchar", "series", "Country")
TRACKS = DataColumn("tracks", "bigint", "measure", "Tracks")
TWO = [("album", 1990, "x", 10), ("album", 2000, "x", 7), ("single", 1990, "x", 3), ("single", 1990, "y", 4)]


def _pivot(columns: list[DataColumn], rows: list[Any], **measure: Any) -> VisualData:
    dimensions = [one.name for one in columns if one.role == "dimension"]
    visual = Visual.model_validate(
        {
            "id": "v",
            "kind": "pivot",
            "title": "V",
            "dimensions": dimensions,
            "series": next(one.name for one in columns if one.role == "series"),
            "measures": {one.name: {"of": "count(*)", **measure} for one in columns if one.role == "measure"},
        }
    )
    return VisualData(visual, tuple(columns), rows)


def test_a_pivot_of_two_dimensions_has_a_row_for_each_pair() -> None:
    shown = table(_pivot([KIND, YEAR, COUNTRY, TRACKS], TWO))
    assert shown.titles == ["Kind", "Year", "x", "y"]
    assert shown.cells == [
        ["album", "1990", "10", ""],
        ["album", "2000", "7", ""],
        ["single", "1990", "3", "4"],
    ]
    assert shown.figures == [False, False, True, True]


_VALUES = st.one_of(st.none(), st.sampled_from(["a", "b", "", "(none)"]))


@given(
    st.dictionaries(st.tuples(_VALUES, st.one_of(st.none(), st.integers(0, 3)), _VALUES), st.integers(0, 999))
)
def test_no_figure_of_a_pivot_is_lost_or_moved(groups: dict[tuple[Any, ...], int]) -> None:
    shown = table(_pivot([KIND, YEAR, COUNTRY, TRACKS], [(*key, count) for key, count in groups.items()]))
    across = sorted({key[2] for key in groups}, key=lambda one: (one is None, one or ""))
    assert shown.titles == ["Kind", "Year", *map(text_of, across)]
    found = {
        (line[0], line[1], country): count
        for line in shown.values
        for country, count in zip(across, line[2:], strict=True)
        if count is not None
    }
    assert found == groups
    assert [line[2:] for line in shown.cells] == [
        ["" if one is None else figure(one) for one in line[2:]] for line in shown.values
    ]


def test_figures_of_a_pivot_are_those_of_polars(queries: LakeQueries, tracks: pl.DataFrame) -> None:
    dashboard = with_visual(
        {"id": "v", "kind": "pivot", "title": "V",
         "dimensions": ["album_type", {"field": "release_decade", "nulls": "hide"}, "explicit"],
         "series": "key", "measures": {"n": "count(*)", "popularity": "avg(track_popularity)"}}
    )  # fmt: skip
    visual = dashboard.visual("v")
    data = Board(dashboard, queries).answer(View(), ["v"])["v"]
    assert data.error is None, data.error
    assert visual.series is not None
    expected = grouped(tracks, visual, [*visual.dimensions, visual.series])
    shown = table(data)
    keys = sorted({key[3] for key in expected}, key=lambda one: (one is None, one or 0))
    assert shown.titles[:3] == ["Album type", "Release decade", "Explicit"]
    assert shown.titles[3::2] == [f"{text_of(key)} · N" for key in keys]
    found = {
        (*line[:3], key): line[3 + 2 * at : 5 + 2 * at]
        for line in shown.values
        for at, key in enumerate(keys)
        if line[3 + 2 * at] is not None
    }
    assert found.keys() == expected.keys()
    assert all(
        same(one, other) for key in found for one, other in zip(found[key], expected[key], strict=True)
    )
    told = page_of(Board(dashboard, queries), View())
    assert all(f">{text_of(value)}</td>" in told for line in shown.values for value in line[:3])
    header, *lines = as_csv(data).splitlines()
    assert header == "album_type,release_decade,explicit,key,n,popularity"
    assert len(lines) == len(expected)


@pytest.mark.parametrize(("columns", "note"), [(200, ""), (36, "3 more across")])
def test_a_terminal_shows_a_pivot_as_a_page_does(
    columns: int, note: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    rows = [*TWO, ("single", 1990, "a country of a long name", 5)]
    show_visuals("Title", [_pivot([KIND, YEAR, COUNTRY, TRACKS], rows)])
    told = capsys.readouterr().out
    lines = [line.strip("│ \n").split() for line in told.splitlines()]
    assert ["single", "1990"] in [line[:2] for line in lines]
    assert ["album", "2000"] in [line[:2] for line in lines]
    assert note in told
    assert ("more" in told) == bool(note)


@pytest.mark.parametrize(
    ("form", "values"),
    [("compact", [950, 1_200, 20]), ("minutes", [61_000, 3_600_000, 600_000]),
     ("bytes", [1_500, 20, 3_000_000]), ("seconds", [9.5, 10.25, 100.0])],
)  # fmt: skip
def test_a_pivot_sorts_by_figures_whatever_their_format(form: str, values: list[float]) -> None:
    measure = DataColumn("tracks", "double", "measure", "Tracks", form)  # type: ignore[arg-type]
    rows = [(None, "x", -1), *(("abc"[at], "x", value) for at, value in enumerate(values)), ("d", "y", 1)]
    data = _pivot([KIND, COUNTRY, measure], rows)
    by_figure = {value: "abc"[at] for at, value in enumerate(values)}
    down = [by_figure[value] for value in sorted(values, reverse=True)]
    assert [line[0] for line in table(data, (1, True)).values] == [*down, None, "d"]
    assert [line[0] for line in table(data, (1, False)).values] == [None, *reversed(down), "d"]


@pytest.mark.parametrize("kind", ["stacked_bar", "line", "pivot"])
@pytest.mark.parametrize(
    ("values", "names"),
    [
        ([10, 2, None, 1, 0, 11], ["0", "1", "2", "10", "11", "(none)"]),
        ([5.0, 15.0, 10.0], ["5", "10", "15"]),
        ([date(2020, 10, 1), date(2020, 2, 1)], ["2020-02-01", "2020-10-01"]),
    ],
)
def test_series_stand_in_the_order_of_their_values(kind: str, values: list[Any], names: list[str]) -> None:
    key = DataColumn("key", "integer", "series", "Key")
    data = _pivot([YEAR, key, TRACKS], [(1990, value, 1) for value in values])
    visual = data.visual.model_copy(update={"kind": kind})
    data = VisualData(visual, data.columns, data.rows)
    found = (
        table(data).titles[1:] if kind == "pivot" else [one["name"] for one in drawing(data).option["series"]]
    )
    assert found == names


def test_a_table_sorts_times_that_python_does_not_have_beside_those_that_it_has() -> None:
    moment = DataColumn("at", "date", "dimension", "At")
    visual = Visual.model_validate({"id": "v", "kind": "table", "title": "V", "dimensions": ["at"]})
    rows: list[Any] = [("+10000-01-01",), (date(2020, 1, 1),), (None,), (date(1990, 1, 1),)]
    found = table(VisualData(visual, (moment,), rows), (0, False))
    assert [line[0] for line in found.cells] == ["1990-01-01", "2020-01-01", "+10000-01-01", "(none)"]
