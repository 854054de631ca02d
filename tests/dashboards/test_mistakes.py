"""Whatever goes wrong with one visual stays in it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.dashboards.conftest import with_visual

import wavehouse.dashboards.board
from wavehouse.core.errors import CallError
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.definition import Dashboard
from wavehouse.dashboards.kpi import kpi
from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.dashboards.view import Range, View, read_view
from wavehouse.dashboards.visual_data import visual_data


def test_a_mistake_of_ours_is_told_in_its_visual_alone(
    queries: LakeQueries, shipped: dict[str, Dashboard], monkeypatch: pytest.MonkeyPatch
) -> None:

    def broken(query: Any, *args: Any) -> Any:
        if query.visual.id == "tracks":
            raise KeyError("x")
        return visual_data(query, *args)

    monkeypatch.setattr(wavehouse.dashboards.board, "visual_data", broken)
    found = Board(shipped["artists"], queries).answer(View())
    failed = {id_: one.error for id_, one in found.items() if one.error is not None}
    assert [*failed] == ["tracks"]
    assert "KeyError" in str(failed["tracks"])
    assert "artists.yaml" in str(failed["tracks"])


def test_a_comparison_with_the_whole_of_nothing_is_no_mistake(queries: LakeQueries) -> None:
    visual = {
        "id": "n",
        "kind": "kpi",
        "title": "N",
        "measures": {"n": "count(*)"},
        "minimum": {"n": 1_000_000_000},
        "compare": "whole",
    }
    found = Board(with_visual(visual), queries).answer(View())["n"]
    assert found.error is None
    assert kpi(found).figure == "–"


def test_only_what_shows_records_depends_on_their_state(
    queries: LakeQueries, shipped: dict[str, Dashboard], monkeypatch: pytest.MonkeyPatch
) -> None:
    states = iter(range(100))
    monkeypatch.setattr(queries, "records_state", lambda kind: f"{kind} {next(states)}")
    health, artists = (Board(shipped[name], queries) for name in ("health", "artists"))
    assert health.records_state() != health.records_state()
    assert "runs" in health.records_state()
    assert artists.records_state() == ""


def test_a_range_of_numbers_over_moments_is_refused_by_name(queries: LakeQueries) -> None:
    control = {"id": "when", "kind": "range", "title": "When", "field": "moment"}
    dashboard = with_visual(
        {"id": "n", "kind": "kpi", "title": "N", "measures": {"n": "count(*)"}},
        controls=[control],
        data={"tracks": {"sql": "SELECT TIMESTAMP '2024-01-31 10:00:00' AS moment"}},
    )
    found = Board(dashboard, queries).answer(View(controls={"when": Range(None, 5)}))["n"]
    assert isinstance(found.error, CallError)
    assert "'moment' is of type timestamp" in str(found.error)


@pytest.mark.parametrize("values", ["[1e999]", "[-1e999]", "[NaN]", "[[1]]", "{}", "x"])
def test_an_address_without_values_is_refused(shipped: dict[str, Dashboard], values: str) -> None:
    with pytest.raises(CallError, match="JSON list of values"):
        read_view(shipped["artists"], [("mark.top_artists", values)])
