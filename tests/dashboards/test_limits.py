"""What is left out where there are more groups than are shown: never the newest, and not in silence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dashboards.conftest import with_visual

from wavehouse.dashboards.answers import VisualData
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.exports.html import page_of
from wavehouse.dashboards.kpi import kpi
from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.dashboards.notes import note_of
from wavehouse.dashboards.view import Mark, View
from wavehouse.terminal.charts import show_visuals

# Days from 2015-01-01 on, with a figure that tells them apart; a NULL is no day.
_DAYS = """
    SELECT date_add('day', CAST(n AS integer), DATE '2015-01-01') AS day, n, CAST(n AS integer) AS number,
        date_add('day', CAST(n AS integer), TIMESTAMP '2015-01-01 12:00:00') AS moment,
        CASE WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END AS kind, concat('n', CAST(n AS varchar)) AS name
    FROM (SELECT a * 100 + b AS n FROM UNNEST(sequence(0, {hundreds})) AS x (a),
        UNNEST(sequence(0, 99)) AS y (b)) AS numbers
    UNION ALL SELECT NULL, -1, -1, NULL, NULL, NULL
"""
_FIRST = date(2015, 1, 1)


def _answer(queries: LakeQueries, hundreds: int, **visual: Any) -> VisualData:
    data = {"days": {"sql": _DAYS.format(hundreds=hundreds - 1)}}
    dashboard = with_visual({"id": "v", "title": "V", "measures": {"n": "max(n)"}, **visual}, data=data)
    found = Board(dashboard, queries).answer(View())["v"]
    assert found.error is None, f"{found.error}\n{found.sql}"
    return found


@pytest.mark.parametrize("kind", ["line", "area", "histogram"])
@pytest.mark.parametrize("field", ["day", "moment"])
def test_a_line_by_day_keeps_the_newest_days(queries: LakeQueries, kind: str, field: str) -> None:
    found = _answer(queries, 25, kind=kind, dimensions=[{"field": field, "by": "day"}])
    # (Of 2,500 days the last 1,999, and what has no day.)
    assert [row[1] for row in found.rows] == [*range(501, 2500), -1]
    assert [row[0] for row in found.rows[-2:]] == [_FIRST + timedelta(days=2499), None]
    assert found.truncated
    assert note_of(found) == "last 2,000"


@settings(max_examples=10)
@given(st.integers(1, 120), st.sampled_from(["day", "number", "moment"]))
def test_a_limit_of_a_line_is_that_many_of_the_newest(queries: LakeQueries, limit: int, field: str) -> None:
    dimension = {"field": field, "nulls": "hide"}
    found = _answer(queries, 1, kind="line", dimensions=[dimension], limit=limit)
    wanted = [*([-1] if field == "number" else []), *range(100)]
    assert [row[1] for row in found.rows] == wanted[-limit:]
    assert found.truncated == (limit < len(wanted))


def test_of_names_the_first_are_kept(queries: LakeQueries) -> None:
    found = _answer(queries, 25, kind="line", dimensions=["name"])
    assert [row[0] for row in found.rows] == sorted(f"n{n}" for n in range(2500))[:2000]
    assert note_of(found) == "first 2,000"


def test_an_order_of_its_own_is_kept(queries: LakeQueries) -> None:
    found = _answer(queries, 1, kind="line", dimensions=["day"], order=["-n"], limit=3)
    assert [row[1] for row in found.rows] == [99, 98, 97]
    turned = _answer(queries, 1, kind="line", dimensions=["day"], order=["-day"], limit=3)
    assert [row[1] for row in turned.rows] == [99, 98, 97]


@pytest.mark.parametrize(
    ("dimension", "order", "end"),
    [
        ("release_date", [], "last"),
        ("release_date", ["-release_date"], "first"),
        ("album_name", [], "first"),
    ],
)
def test_no_group_of_a_series_is_cut_apart(
    queries: LakeQueries, tracks: pl.DataFrame, dimension: str, order: list[str], end: str
) -> None:
    dashboard = with_visual(
        {"id": "v", "kind": "stacked_bar", "title": "V", "dimensions": [dimension], "series": "track_id",
         "measures": {"n": "count(*)"}, "order": order}
    )  # fmt: skip
    found = Board(dashboard, queries).answer(View())["v"]
    wanted = tracks.group_by(dimension, "track_id").len().rows()
    assert len(wanted) > 2_000, "the sample is too small"
    assert found.truncated
    assert 1_000 < len(found.rows) <= 2_000
    groups = {row[0] for row in found.rows}
    assert {tuple(row) for row in found.rows} == {row for row in wanted if row[0] in groups}
    kept, left_out = groups - {None}, {row[0] for row in wanted} - groups - {None}
    assert min(kept) > max(left_out) if dimension == "release_date" else max(kept) < min(left_out)
    assert note_of(found) == f"{end} {len(found.rows):,}"


def test_a_trend_keeps_the_newest_points_and_says_so(queries: LakeQueries) -> None:
    for nulls in ("show", "hide"):
        trend = {"field": "day", "nulls": nulls}
        found = _answer(queries, 25, kind="kpi", trend=trend, compare="previous")
        assert [row[1] for row in found.trend] == [*range(500, 2500)]
        assert found.rows == [(2499,)]
        assert found.truncated
        assert note_of(found) == "last 2,000 points"
        assert kpi(found).beside == "▲ 0.0% to the last point before"
    whole = _answer(queries, 20, kind="kpi", trend="day")
    assert [row[1] for row in whole.trend] == [*range(2000)]
    assert not whole.truncated
    assert note_of(whole) == ""


def test_a_ranking_of_the_first_few_needs_no_note(queries: LakeQueries) -> None:
    assert note_of(_answer(queries, 1, kind="bar", dimensions=["name"])) == ""
    assert note_of(_answer(queries, 3, kind="table", dimensions=["name"])) == "first 100"


_HEALTH: dict[str, Any] = {
    "data": {"tracks": {"table": "spotify.tracks"}, "runs": {"records": "runs"}},
    "controls": [{"id": "genre", "kind": "choice", "title": "Genre of tracks", "field": "genre"}],
    "others": [
        {"id": "g", "kind": "bar", "title": "Genres <by> tracks", "dimensions": ["genre"],
         "measures": {"n": "count(*)"}}
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "visual",
    [
        {"kind": "kpi", "measures": {"n": "count(*)"}},
        {"kind": "insight", "measures": {"n": "count(*)"}, "text": "{n} runs"},
        {"kind": "table", "dimensions": ["run_id"], "measures": {"n": "count(*)"}},
    ],
)
def test_files_and_the_terminal_say_what_is_not_filtered(
    queries: LakeQueries, visual: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    dashboard = with_visual({"id": "v", "title": "Runs", "data": "runs", **visual}, **_HEALTH)
    board = Board(dashboard, queries)
    view = View(controls={"genre": ("pop",)}).toggled(Mark("g", ("pop",)))
    told = page_of(board, view)
    assert 'class="wh-note">not filtered by Genre of tracks, Genres &lt;by&gt; tracks</div>' in told
    assert told.count("not filtered by") == 1
    show_visuals("Runs", [board.answer(view, ["v"])["v"]])
    assert "not filtered by Genre of tracks, Genres <by> tracks" in capsys.readouterr().out
