"""A slider reaches the first and the last value, and at the end of its way it leaves nothing out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.dashboards.controls import Control
from wavehouse.dashboards.slider import slider_of
from wavehouse.dashboards.view import Range


def _control(**given: float | None) -> Control:
    said = {key: value for key, value in given.items() if value is not None}
    return Control.model_validate({"id": "c", "kind": "range", "title": "C", "field": "x", **said})


_ENDS = st.decimals(-10_000, 10_000, places=3, allow_nan=False).map(float)


@given(st.tuples(_ENDS, _ENDS).map(sorted), st.sampled_from([None, 0.05, 0.1, 1, 2.5, 7]), st.data())
def test_every_position_of_a_browser_is_a_step_and_the_last_one_is_open(
    ends: list[float], step: float | None, data: st.DataObject
) -> None:
    slider = slider_of(_control(step=step), Range(*ends))
    assert slider is not None
    assert slider.low <= ends[0] <= ends[1] <= slider.high
    # A browser's positions, in decimals: https://html.spec.whatwg.org/multipage/input.html#concept-input-step
    low, high, width = (Decimal(str(one)) for one in (slider.low, slider.high, slider.step))
    count = (high - low) / width
    assert count == int(count)
    assert step is not None or 1 <= count <= max(Decimal(1_001), high - low) or ends[0] == ends[1]
    positions = sorted(data.draw(st.lists(st.integers(0, int(count)), min_size=2, max_size=2)))
    found = slider.range(*(float(low + width * one) for one in positions))
    assert (found.low is None) == (positions[0] == 0)
    assert (found.high is None) == (positions[1] == count)


def test_a_slider_that_is_pulled_to_its_right_end_keeps_the_fastest_songs() -> None:
    slider = slider_of(_control(), Range(45.372, 217.743))
    assert slider is not None
    assert (slider.low, slider.high, slider.step) == (45, 218, 1)
    assert slider.range(60, 218) == Range(60, None)
    assert slider.range(45, 217) == Range(None, 217)


@pytest.mark.parametrize(
    ("given_ends", "bounds", "wanted"),
    [
        ({}, Range(0.0, 0.996), (0, 0.996, 0.001)),
        ({}, Range(0.0, 1.0), (0, 1, 0.01)),
        ({}, Range(-60.0, 1.5), (-60, 1.5, 0.1)),
        ({}, Range(1960, 2023), (1960, 2023, 1)),
        ({}, Range("0.50", "9.75"), (0.5, 9.75, 0.01)),
        ({}, Range(3.5, 3.5), (3, 4, 1)),
        # Ends that are given stay where they are, or where the last step before them is.
        ({"min": 5, "step": 10}, Range(5, 91), (5, 95, 10)),
        ({"min": 0, "max": 100, "step": 30}, Range(0, 100), (0, 90, 30)),
        ({"min": 0.5, "max": 1.5}, Range(0.5, 1.5), (0.5, 1.5, 0.01)),
    ],
)
def test_how_far_and_in_which_steps(
    given_ends: dict[str, float], bounds: Range, wanted: tuple[float, float, float]
) -> None:
    slider = slider_of(_control(**given_ends), bounds)
    assert slider is not None
    assert (slider.low, slider.high, slider.step) == wanted


@pytest.mark.parametrize("bounds", [Range(), Range(None, 3), Range("NaN", "NaN"), Range(0.0, "Infinity")])
def test_without_bounds_there_is_none(bounds: Range) -> None:
    assert slider_of(_control(), bounds) is None
