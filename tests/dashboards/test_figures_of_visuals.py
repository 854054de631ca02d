"""Random visuals in random views show what polars finds in the rows."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.dashboards.conftest import with_visual
from tests.dashboards.oracle import grouped, plain, same, sorted_keys, value_of

from wavehouse.dashboards.board import Board
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.dimensions import Dimension
from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.dashboards.view import Mark, Range, View, read_view

_PLAIN: list[dict[str, Any]] = [
    {"field": "genre"},
    {"field": "genre", "nulls": "hide"},
    {"field": "album_type"},
    {"field": "explicit"},
    {"field": "release_decade"},
    {"field": "release_year", "bin": 5},
    {"field": "release_date", "by": "quarter"},
    {"field": "release_date", "by": "year"},
    {"field": "track_popularity", "bin": 10},
    {"field": "energy", "bin": 0.1},
    {"field": "tempo", "bin": 7.5},
    {"field": "key"},
]
_MEASURES = [
    "count(*)", "count(energy)", "distinct(artist_id)", "distinct(genre)", "avg(track_popularity)",
    "avg(energy)",
    "sum(duration_ms)", "min(release_date)", "max(track_name)", "median(track_popularity)", "median(tempo)",
    "max(loudness)", "min(followers)",
]  # fmt: skip
_CONTROLS = [
    {"id": "years", "kind": "range", "title": "Y", "field": "release_year"},
    {"id": "energy", "kind": "range", "title": "E", "field": "energy"},
    {"id": "released", "kind": "dates", "title": "R", "field": "release_date"},
    {"id": "genre", "kind": "choice", "title": "G", "field": "genre"},
    {"id": "genres", "kind": "choice", "title": "G", "field": "genres"},
    {"id": "popularity", "kind": "choice", "title": "P", "field": "track_popularity"},
    {"id": "explicit", "kind": "toggle", "title": "X", "field": "explicit"},
    {"id": "name", "kind": "text", "title": "N", "field": "track_name"},
    {"id": "least", "kind": "number", "title": "L", "default": 1, "min": 1, "max": 50},
    {"id": "top", "kind": "number", "title": "T", "default": 7, "min": 1, "max": 50},
]


@st.composite
def _dashboards(draw: st.DrawFn) -> Dashboard:
    dimensions = draw(
        st.lists(st.sampled_from(_PLAIN), min_size=1, max_size=2, unique_by=lambda one: one["field"])
    )
    measures = draw(st.lists(st.sampled_from(_MEASURES), max_size=3, unique=True))
    visual: dict[str, Any] = {
        "id": "v",
        "kind": "table",
        "title": "V",
        "dimensions": dimensions,
        "measures": {"rows_there": "count(*)", **{f"m{at}": of for at, of in enumerate(measures)}},
        "minimum": {"rows_there": "$least"},
        "limit": "$top" if draw(st.booleans()) else 2_000,
    }
    other = {"id": "other", "kind": "bar", "title": "O", "dimensions": [draw(st.sampled_from(_PLAIN))],
             "measures": {"n": "count(*)"}}  # fmt: skip
    return with_visual(visual, controls=_CONTROLS, others=[other])


@st.composite
def _views(draw: st.DrawFn, tracks: pl.DataFrame, dashboard: Dashboard) -> View:
    row = tracks.row(draw(st.integers(0, tracks.height - 1)), named=True)
    texts = st.one_of(
        st.sampled_from(["'", "''", '" OR 1=1 --', "%", "_", "\\", ";", "a", "É"]), st.text(max_size=5)
    )
    year = row["release_year"] or 2000
    date_ = plain(row["release_date"]) or "2000-01-01"
    chosen: dict[str, Any] = {
        "years": Range(year - draw(st.integers(0, 20)), draw(st.sampled_from([None, year, year + 3]))),
        "energy": Range(None, draw(st.floats(0, 1))),
        "released": Range(date_, None),
        "genre": (row["genre"], *draw(st.lists(texts, max_size=2))),
        "genres": tuple(row["genres"] or ()) or None,
        "popularity": (str(row["track_popularity"]),) if row["track_popularity"] is not None else (None,),
        "explicit": True,
        "name": draw(st.one_of(texts, st.just((row["track_name"] or "x")[1:3]))) or "a",
        "least": draw(st.integers(1, 5)),
        "top": draw(st.integers(1, 9)),
    }
    names = draw(st.sets(st.sampled_from(sorted(chosen)), max_size=3))
    marks: tuple[Mark, ...] = ()
    if draw(st.booleans()):
        dimension = dashboard.visual("other").dimensions[0]
        marks = (Mark("other", (plain(value_of(dimension, row[dimension.field])),)),)
    view = View(controls={name: chosen[name] for name in names if chosen[name] is not None}, marks=marks)
    # As it comes in an address.
    return read_view(dashboard, view.query_string())


def _kept(tracks: pl.DataFrame, view: View, dashboard: Dashboard) -> pl.DataFrame:
    """The rows of a view, by Python."""
    keep = [True] * tracks.height
    for id_, value in view.controls.items():
        control = dashboard.control(id_)
        if control.field is None:
            continue
        for at, one in enumerate(tracks[control.field]):
            keep[at] &= _passes(control.kind, value, one)
    for mark in view.marks:
        dimension = dashboard.visual(mark.visual).dimensions[0]
        for at, one in enumerate(tracks[dimension.field]):
            found = plain(value_of(dimension, one))
            keep[at] &= same(found, mark.values[0]) and (found is None) == (mark.values[0] is None)
    return tracks.filter(pl.Series(keep, dtype=pl.Boolean))


def _passes(kind: str, value: Any, one: Any) -> bool:
    if kind in ("range", "dates"):
        found = plain(one)
        return (
            found is not None
            and (value.low is None or found >= value.low)
            and (value.high is None or found <= value.high)
        )
    if kind == "toggle":
        return one is True
    if kind == "text":
        return one is not None and str(value).lower() in str(one).lower()
    if isinstance(one, pl.Series | list):
        return any(element in value for element in one)
    return (str(one) if one is not None else None) in value


def _number(view: View, dashboard: Dashboard, id_: str) -> int:
    value = view.value(dashboard.control(id_))
    assert isinstance(value, int)
    return value


@given(st.data())
def test_a_visual_shows_what_polars_finds(
    queries: LakeQueries, tracks: pl.DataFrame, data: st.DataObject
) -> None:
    dashboard = data.draw(_dashboards())
    view = data.draw(_views(tracks, dashboard))
    visual = dashboard.visual("v")
    found = Board(dashboard, queries).answer(view, ["v"])["v"]
    assert found.error is None, f"{found.error}\n{found.sql}"
    rows = _kept(tracks, view, dashboard)
    expected = grouped(rows, visual, visual.dimensions)
    least = _number(view, dashboard, "least")
    expected = {key: figures for key, figures in expected.items() if figures[0] >= least}
    keys = sorted_keys([*expected], lambda key: -expected[key][0])
    limit = _number(view, dashboard, "top") if visual.limit == "$top" else 2_000
    assert found.truncated == (len(keys) > limit)
    assert len(found.rows) == min(len(keys), limit)
    width = len(visual.dimensions)
    for row, key in zip(found.rows, keys, strict=False):
        assert all(same(one, other) for one, other in zip(row[:width], key, strict=True)), (row, key)
        assert all(same(one, other) for one, other in zip(row[width:], expected[key], strict=True)), (
            row,
            key,
        )


@given(st.data())
def test_the_rest_is_all_that_is_not_shown(
    queries: LakeQueries, tracks: pl.DataFrame, data: st.DataObject
) -> None:
    dimension = data.draw(st.sampled_from(_PLAIN))
    limit = data.draw(st.integers(1, 12))
    measures = {"n": "count(*)", "total": "sum(track_popularity)", "low": "min(track_popularity)"}
    dashboard = with_visual(
        {"id": "v", "kind": "bar", "title": "V", "dimensions": [dimension], "measures": measures,
         "limit": limit, "rest": "Other"}
    )  # fmt: skip
    visual = dashboard.visual("v")
    found = Board(dashboard, queries).answer(View(), ["v"])["v"]
    assert found.error is None, found.error
    expected = grouped(tracks, visual, visual.dimensions)
    keys = sorted_keys([*expected], lambda key: -expected[key][0])
    shown, left = keys[:limit], keys[limit:]
    assert found.has_rest == bool(left)
    assert [same(row[0], key[0]) for row, key in zip(found.rows, shown, strict=False)] == [True] * len(shown)
    if left:
        of_rest = [expected[key] for key in left]
        lows = [figures[2] for figures in of_rest if figures[2] is not None]
        wanted = [
            None,
            sum(figures[0] for figures in of_rest),
            sum(figures[1] or 0 for figures in of_rest) if lows else None,
            min(lows, default=None),
        ]
        assert [same(one, other) for one, other in zip(found.rows[-1], wanted, strict=True)] == [True] * 4


@given(st.sampled_from([one for one in _PLAIN if one["field"] != "genres"]), st.integers(0, 30))
def test_a_kpi_has_its_trend_and_the_whole(
    queries: LakeQueries, tracks: pl.DataFrame, dimension: dict[str, Any], least: int
) -> None:
    dashboard = with_visual(
        {"id": "v", "kind": "kpi", "title": "V", "measures": {"m": "avg(track_popularity)"},
         "trend": dimension, "compare": "whole"},
        controls=[{"id": "least", "kind": "range", "title": "L", "field": "track_popularity"}],
    )  # fmt: skip
    view = View(controls={"least": Range(least, None)})
    found = Board(dashboard, queries).answer(view)["v"]
    assert found.error is None, f"{found.error}\n{found.sql}"
    kept = tracks.filter(pl.col("track_popularity") >= least)
    if Dimension.model_validate(dimension).nulls == "hide":
        kept = kept.filter(pl.col(dimension["field"]).is_not_null())
    assert same(found.rows[0][0], kept["track_popularity"].mean())
    assert found.whole is not None
    assert same(found.whole[0], tracks["track_popularity"].mean())
    points = grouped(kept, dashboard.visual("v"), [Dimension.model_validate(dimension)])
    wanted = {key[0]: figures[0] for key, figures in points.items() if key[0] is not None}
    assert len(found.trend) == len(wanted)
    assert all(
        any(same(value, other) and same(figure, wanted[other]) for other in wanted)
        for value, figure in found.trend
    )
    values = [value for value, _ in found.trend]
    assert values == sorted(values)
