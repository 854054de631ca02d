"""What was chosen is told by its name, wherever it is told."""

from __future__ import annotations

from html import escape

from wavehouse.dashboards.board import Board
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.exports.html import page_of
from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.dashboards.view import Mark, Range, View


def test_the_way_down_a_hierarchy_is_told_by_names(
    queries: LakeQueries, shipped: dict[str, Dashboard]
) -> None:
    board = Board(shipped["genres_and_albums"], queries)
    (genre, *_), *_ = board.answer(View(), ["genre_map"])["genre_map"].rows
    down = View(drills={"genre_map": (genre,)})
    (artist, name, *_), *_ = board.answer(down, ["genre_map"])["genre_map"].rows
    assert artist != name
    deeper = View(drills={"genre_map": (genre, artist)})
    assert board.answer(deeper, ["genre_map"])["genre_map"].steps == (genre, name)
    nobody = View(drills={"genre_map": (genre, "nobody")})
    assert board.answer(nobody, ["genre_map"])["genre_map"].steps == (genre, "nobody")


def test_an_exported_page_tells_names(queries: LakeQueries, shipped: dict[str, Dashboard]) -> None:
    board = Board(shipped["artists"], queries)
    (artist, name, *_), *_ = board.answer(View(), ["top_artists"])["top_artists"].rows
    view = View(controls={"years": Range(1950, None)}, marks=(Mark("top_artists", (artist,)),))
    told = f"Release year: from 1950 · Artist: {escape(name)} · as of"
    assert told in page_of(board, view, ["top_artists", "tracks"])
    chosen = View(controls={"artist": (artist,)})
    assert f"Artist: {escape(name)} · as of" in page_of(board, chosen, ["tracks"])
