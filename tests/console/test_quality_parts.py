"""What the page of quality draws and links to, without a browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from nicegui import ui
from tests.console.headless import in_a_page

from wavehouse.console.quality.trends import course
from wavehouse.console.quality.verdicts import show_verdicts
from wavehouse.console.shell import Frame
from wavehouse.core.run_record import RuleRecord, RunRecord
from wavehouse.quality.measured import Measurement


def _runs(*figures: float | None, passed: bool = True) -> list[Measurement]:
    return [
        Measurement(f"run {at}", "2024-01-01T00:00:00+00:00", passed, one, None)
        for at, one in enumerate(figures)
    ]


def test_a_run_without_a_measure_breaks_the_line_of_a_rule() -> None:
    drawn = str(course(_runs(1, 2, None, 3, 1)))
    lines = [one.split() for one in re.findall(r'points="([^"]*)"', drawn)]
    assert [len(points) for points in lines] == [2, 2]
    assert "circle" not in drawn
    assert str(course(_runs(1, None, 3))).count("<circle") == 2
    assert str(course(_runs(None, None))).count("<polyline") == 0
    assert str(course(_runs(None, None, passed=False))).count("<circle") == 2


@pytest.mark.parametrize("named", [True, False])
def test_failing_rows_of_a_run_that_was_asked_for_lead_to_what_that_run_kept_aside(*, named: bool) -> None:
    record = RunRecord.begun(datetime(2024, 1, 1, tzinfo=UTC))
    record.rules = [
        RuleRecord("albums", 'IsUnique "id"', "IsUnique", "id", "quarantine", False, None, {}, 20, 12)
    ]

    async def built(frame: Frame) -> list[str]:
        show_verdicts(record, named=named)
        inside = frame.client.content.descendants()
        return [str(one.props["href"]) for one in inside if isinstance(one, ui.element) and one.tag == "a"]

    (place,) = in_a_page(built)
    assert "view=aside" in place
    assert (f"run={record.run_id}" in place) is named
