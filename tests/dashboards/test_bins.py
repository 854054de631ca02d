"""Bins hold the values that decimal arithmetic puts into them, and a click on one keeps the same rows."""

from __future__ import annotations

import math
from collections import Counter
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.dashboards.conftest import with_visual

from wavehouse.dashboards.board import Board
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.dashboards.marks import mark_of
from wavehouse.dashboards.view import Mark, View, read_view

_TYPES = ["double", "real", "decimal(18,6)", "decimal(38,3)", "integer", "bigint"]
_WIDTHS = ["0.05", "0.1", "0.25", "0.3", "0.125", "2.5", "7.5", "1", "5", "10", "0.001", "1000000"]


def _histogram(type_: str, width: str, values: list[str]) -> Dashboard:
    rows = ", ".join(f"(CAST('{value}' AS {type_}))" for value in values)
    return with_visual(
        {"id": "h", "kind": "histogram", "title": "H", "dimensions": [{"field": "x", "bin": float(width)}],
         "measures": {"n": "count(*)"}},
        others=[{"id": "n", "kind": "kpi", "title": "N", "measures": {"n": "count(*)"}}],
        data={"values": {"sql": f"SELECT x FROM (VALUES {rows}, (NULL)) AS t (x)"}},
    )  # fmt: skip


def _wanted(values: list[str], width: str) -> Counter[Any]:
    starts = (Decimal(value) / Decimal(width) for value in values)
    return Counter(float(math.floor(one) * Decimal(width)) for one in starts) + Counter({None: 1})


@st.composite
def _values(draw: st.DrawFn, type_: str, width: str) -> list[str]:
    """Beginnings of bins, and what is a little below or above them, as decimals that the type has."""
    digits = 0 if type_ in ("integer", "bigint") else 3
    around = st.builds(
        lambda step, beside: step * Decimal(width) + beside,
        st.integers(-999, 999),
        st.sampled_from([Decimal(0), Decimal("0.001"), Decimal("-0.001"), Decimal("0.02")]),
    )
    # (A real has seven digits.)
    plain = st.decimals(-9_999, 9_999, places=digits, allow_nan=False)
    kept = st.one_of(around, plain).filter(lambda one: type_ != "real" or abs(one) < 9_999)
    found = draw(st.lists(kept, min_size=1, max_size=20))
    return [f"{one.quantize(Decimal(1).scaleb(-digits)):f}" for one in found]


@pytest.mark.parametrize("type_", _TYPES)
@settings(max_examples=20)
@given(st.data())
def test_a_value_is_in_the_bin_that_decimal_arithmetic_puts_it_into(
    queries: LakeQueries, type_: str, data: st.DataObject
) -> None:
    width = data.draw(st.sampled_from(_WIDTHS))
    values = data.draw(_values(type_, width))
    board = Board(_histogram(type_, width, values), queries)
    found = board.answer(View(), ["h"])["h"]
    assert found.error is None, f"{found.error}\n{found.sql}"
    assert dict(found.rows) == _wanted(values, width)
    at = data.draw(st.integers(0, len(found.rows) - 1))
    mark = mark_of(found, at)
    assert mark is not None
    view = read_view(board.dashboard, View(marks=(mark,)).query_string())
    clicked = board.answer(view, ["n"])["n"]
    assert clicked.error is None, f"{clicked.error}\n{clicked.sql}"
    assert clicked.rows[0][0] == found.rows[at][1]


@pytest.mark.parametrize("type_", ["double", "real", "decimal(3,2)"])
def test_every_border_of_a_hundred_bins_belongs_to_the_bin_above(queries: LakeQueries, type_: str) -> None:
    for width in ("0.05", "0.1", "0.01"):
        values = [f"{step * Decimal(width):.2f}" for step in range(-99, 100) if abs(step * float(width)) < 10]
        found = Board(_histogram(type_, width, values), queries).answer(View(), ["h"])["h"]
        assert found.error is None, found.error
        assert dict(found.rows) == {float(value): 1 for value in values} | {None: 1}


@pytest.mark.parametrize(
    ("type_", "width", "value", "start"),
    [
        # More digits than a double has: only as a decimal below the border.
        ("decimal(18,6)", "0.05", "123456789012.049999", 123456789012.0),
        ("decimal(18,6)", "0.05", "123456789012.050000", 123456789012.05),
        ("bigint", "10", "9007199254740999", 9007199254740990),
        ("bigint", "1000", "-9007199254740993", -9007199254741000),
        ("tinyint", "100", "-128", -200),
        ("double", "0.1", "-0.0", 0.0),
        ("double", "0.1", "-1e-300", -0.1),
        ("double", "5", "14.999999999999998", 10.0),
        # In no bin: neither is there a step that could be told.
        ("double", "0.05", "NaN", None),
        ("double", "0.05", "-Infinity", None),
        ("real", "0.05", "Infinity", None),
        ("double", "0.05", "1e300", None),
    ],
)
def test_bins_of_odd_values(queries: LakeQueries, type_: str, width: str, value: str, start: Any) -> None:
    found = Board(_histogram(type_, width, [value]), queries).answer(View(), ["h"])["h"]
    assert found.error is None, f"{found.error}\n{found.sql}"
    rows: dict[Any, int] = dict(found.rows)
    assert rows == ({None: 2} if start is None else {start: 1, None: 1})
    assert start != 0 or math.copysign(1, min(one for one in rows if one is not None)) > 0


def test_what_begins_no_bin_is_refused(queries: LakeQueries) -> None:
    board = Board(_histogram("double", "0.05", ["1"]), queries)
    for value in ("a", 1e300, True):
        found = board.answer(View(marks=(Mark("h", (value,)),)), ["n"])["n"]
        assert "'x' is told by steps" in str(found.error)


@given(st.integers(0, 2), st.sampled_from(["energy", "valence", "danceability"]))
@example(0, "danceability")
def test_bins_of_features_are_those_of_their_digits(
    queries: LakeQueries, tracks: pl.DataFrame, at: int, feature: str
) -> None:
    width = ["0.05", "0.1", "0.02"][at]
    dashboard = with_visual(
        {"id": "h", "kind": "histogram", "title": "H",
         "dimensions": [{"field": feature, "bin": float(width), "nulls": "hide"}],
         "measures": {"n": "count(*)"}}
    )  # fmt: skip
    found = Board(dashboard, queries).answer(View(), ["h"])["h"]
    values = [repr(value) for value in tracks[feature].drop_nulls()]
    assert dict(found.rows) == {
        key: count for key, count in _wanted(values, width).items() if key is not None
    }
