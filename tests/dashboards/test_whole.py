"""Figures that are compared with those of all rows."""

from __future__ import annotations

from typing import Any

import pytest

from wavehouse.core.recent import Recent
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.dashboards.view import Range, View

_KPIS = ["popularity", "hits"]


def test_figures_of_all_rows_are_asked_for_once_whatever_is_chosen(
    queries: LakeQueries, shipped: dict[str, Dashboard], monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Board(shipped["artists"], queries)
    monkeypatch.setattr(queries, "_answers", Recent(1_000))
    asked: list[str] = []
    rows = queries._readers.rows

    def noted(text: str, *given: Any) -> Any:
        asked.append(text)
        return rows(text, *given)

    monkeypatch.setattr(queries._readers, "rows", noted)
    untouched = board.answer(View(), _KPIS)
    assert len(asked) == 4
    for first in (1990, 2000, 3000):
        asked.clear()
        chosen = board.answer(View(controls={"years": Range(first, None)}), _KPIS)
        assert len(asked) == 2
        for name in _KPIS:
            assert chosen[name].rows != untouched[name].rows
            assert chosen[name].whole == untouched[name].whole == tuple(untouched[name].rows[0])
