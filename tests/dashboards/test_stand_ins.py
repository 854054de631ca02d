"""Queries that differ in what a reader chose are translated once, into what each would be translated to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import wavehouse.dashboards.lake_queries
from wavehouse.core.recent import Recent
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.lake_queries import LakeQueries, Shape
from wavehouse.dashboards.stand_ins import StandIns, stand_ins
from wavehouse.dashboards.view import Mark, Range, Scalar, View
from wavehouse.query.translate import translate

_VALUES: list[Scalar] = [
    "an artist", "O'Neill", "''", '"; --', "Stands For 0.", "pop", "%", "\\", "É", "\u200b", "a\nb", "-1",
    "1e3", "true", "2000-01-01", "~null", 0, 7, 1_999, 1_600_000_000, 2**31, 2**40, -5, 0.5, True, None,
]  # fmt: skip


def _translations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []

    def counted(sql: str, *args: Any, **options: Any) -> Any:
        told.append(sql)
        return translate(sql, *args, **options)

    monkeypatch.setattr(wavehouse.dashboards.lake_queries, "translate", counted)
    return told


def _asked_of_the_engine(queries: LakeQueries, work: Callable[[], object]) -> list[str]:
    """The texts that DuckDB is given, sorted."""
    asked: list[str] = []
    run = queries._run

    def noted(text: str, *args: Any) -> Any:
        asked.append(text)
        return run(text, *args)

    queries._run = noted  # type: ignore[assignment]
    try:
        work()
    finally:
        del queries._run
    return sorted(asked)


@pytest.mark.parametrize("value", _VALUES, ids=repr)
@pytest.mark.parametrize("name", ["artists", "genres_and_albums"])
def test_the_engine_is_asked_what_it_would_be_asked_otherwise(
    queries: LakeQueries,
    shipped: dict[str, Dashboard],
    name: str,
    value: Scalar,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    board = Board(shipped[name], queries)
    sheet = shipped[name].sheets[0]
    marked = next(one for one in sheet.visuals if one.kind in ("bar", "treemap") and one.action == "filter")
    controls: dict[str, Any] = {"genre": (value, "x"), "years": Range(1990, 2001)}
    if isinstance(value, int) and not isinstance(value, bool):
        controls["years"] = Range(value, None)
    known = {one.id for one in shipped[name].controls}
    view = View(
        controls={id_: one for id_, one in controls.items() if id_ in known},
        marks=(Mark(marked.id, (value,)),),
    )
    monkeypatch.setattr(queries, "_answers", Recent(1_000))
    with_shapes = _asked_of_the_engine(queries, lambda: board.answer(view))
    monkeypatch.setattr(queries, "_answers", Recent(1_000))
    monkeypatch.setattr(Board, "_shape", lambda *_: None)
    without = _asked_of_the_engine(queries, lambda: board.answer(view))
    assert with_shapes == without
    assert len(with_shapes) > 1


def test_another_mark_is_not_translated_again(
    queries: LakeQueries, shipped: dict[str, Dashboard], monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Board(shipped["artists"], queries)
    first, second = (
        View(marks=(Mark("top_artists", (text,)),), controls={"years": Range(year, 2020)})
        for text, year in (("nobody", 1990), ("nobody else", 1995))
    )
    told = _translations(monkeypatch)
    board.answer(first)
    assert told
    told.clear()
    board.answer(second)
    assert told == []


def test_a_value_that_became_something_else_is_no_stand_in(shipped: dict[str, Dashboard]) -> None:
    made = stand_ins(shipped["artists"], View(marks=(Mark("top_artists", ("Ä", 5)),)))
    text, number = made.constants
    assert made.filled(f"x = {text} AND y = {number}", f"{text} {number} {text}") == "'Ä' 5 'Ä'"
    assert made.filled(f"x = {text}", f"{text.lower()} {number}") is None
    assert made.filled(f"x = {text}", "") is None
    assert made.filled(f"y = {number}", f"{number}.5") is None
    assert made.filled(f"y = {number}", f"{number} {number}0") is None


def test_what_has_no_stand_in_stays(shipped: dict[str, Dashboard]) -> None:
    view = View(controls={"top": 5, "years": Range(None, 0.5)}, marks=(Mark("top_artists", (None,)),))
    assert stand_ins(shipped["artists"], view) == StandIns(view)
    assert Shape("x", StandIns(view)).stand_ins.filled("x", "y") == "y"
