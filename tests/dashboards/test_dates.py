"""Dates from … to keep whole days, also of fields that have a time of day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dashboards.conftest import with_visual

from wavehouse.dashboards.board import Board
from wavehouse.dashboards.lake_queries import LakeQueries
from wavehouse.dashboards.view import read_view

_KPI: dict[str, Any] = {"id": "n", "kind": "kpi", "title": "N", "measures": {"n": "count(*)"}}
_DAYS = st.dates(date(2023, 12, 25), date(2024, 1, 8))


def _kept(queries: LakeQueries, data: dict[str, Any], field: str, text: str) -> int:
    controls = [{"id": "when", "kind": "dates", "title": "W", "field": field}]
    dashboard = with_visual(_KPI, data={"rows": data}, controls=controls)
    found = Board(dashboard, queries).answer(read_view(dashboard, f"when={text}"))["n"]
    assert found.error is None, f"{found.error}\n{found.sql}"
    count = found.rows[0][0]
    assert isinstance(count, int)
    return count


@settings(max_examples=20)
@given(
    st.lists(st.tuples(_DAYS, st.times()), min_size=1, max_size=20),
    _DAYS,
    _DAYS,
)
def test_a_range_of_dates_keeps_every_moment_of_its_days(
    queries: LakeQueries, given_moments: list[tuple[date, time]], low: date, high: date
) -> None:
    moments = [datetime.combine(*one) for one in [*given_moments, (low, time.max), (high, time.max)]]
    rows = ", ".join(f"(TIMESTAMP '{one.isoformat(' ', 'microseconds')}')" for one in moments)
    data = {"sql": f"SELECT moment FROM (VALUES {rows}) AS t (moment)"}
    assert _kept(queries, data, "moment", f"{low}..{high}") == sum(
        low <= one.date() <= high for one in moments
    )
    assert _kept(queries, data, "moment", f"..{high}") == sum(one.date() <= high for one in moments)


@pytest.mark.parametrize(("text", "count"), [("..9999-12-31", 2), ("9999-12-31", 1), ("..9999-12-30", 1)])
def test_the_last_day_that_there_is(queries: LakeQueries, text: str, count: int) -> None:
    rows = "(TIMESTAMP '9999-12-31 23:59:59.999999'), (TIMESTAMP '2024-01-01 00:00:00')"
    data = {"sql": f"SELECT moment FROM (VALUES {rows}) AS t (moment)"}
    assert _kept(queries, data, "moment", text) == count


def test_the_runs_of_today_are_among_those_up_to_today(queries: LakeQueries) -> None:
    today = datetime.now(UTC).date()
    yesterday = today - timedelta(days=1)
    # (The lake has had one run, which may have been before midnight.)
    assert _kept(queries, {"records": "runs"}, "started", f"{yesterday}..{today}") == 1
    assert _kept(queries, {"records": "runs"}, "started", f"..{yesterday - timedelta(days=1)}") == 0
