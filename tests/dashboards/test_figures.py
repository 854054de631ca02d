"""Figures as people read them: nothing vanishes, nothing is a thousand of the unit below."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavehouse.dashboards.figures import figure
from wavehouse.dashboards.measures import Format


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (999_960, "1M"),
        (999_949, "999.9k"),
        (950_000, "950k"),
        (500_000, "500k"),
        (999.999, "1k"),
        (999.96, "999.96"),
        (-999_960, "−1M"),
        (999_960_000, "1B"),
        (1_234, "1.2k"),
        (0.0004, "0.0004"),
        (-0.0004, "−0.0004"),
        (0.00012345, "0.00012"),
        (0.125, "0.125"),
        (1.5e-7, "1.5e-7"),
        (1e26, "100,000,000,000,000,000B"),
    ],
)
def test_short_figures(value: float, shown: str) -> None:
    assert figure(value, "compact") == shown


@pytest.mark.parametrize(
    ("value", "form", "digits", "shown"),
    [
        (-0.0004, "number", 2, "0.00"),
        (-0.0004, "percent", None, "0.0%"),
        (-0.3, "bytes", None, "0 B"),
        (1e26, "number", 2, "1e+26"),
        (10**30, "number", None, "1e+30"),
        (1e26, "percent", None, "1e+28%"),
        (1e26, "bytes", None, "1e+26"),
    ],
)
def test_figures_that_are_nothing_or_too_long(
    value: float, form: Format, digits: int | None, shown: str
) -> None:
    assert figure(value, form, digits) == shown


@given(st.floats(5e-324, 1, exclude_max=True))
def test_a_small_figure_is_never_shown_as_nothing(value: float) -> None:
    for one in (value, -value):
        shown = float(figure(one).replace("−", "-"))
        assert shown == pytest.approx(one, rel=0.06)


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(get_args(Format)),
    st.none() | st.integers(0, 6),
)
def test_every_figure_has_a_text(value: float, form: Format, digits: int | None) -> None:
    assert figure(value, form, digits)


@given(st.floats(1, 1e11))
def test_a_short_figure_has_the_unit_that_it_is_one_of(value: float) -> None:
    shown = re.fullmatch(r"([\d.,]+)([kMB]?)", figure(value, "compact"))
    assert shown is not None
    size = float(shown[1].replace(",", ""))
    assert size < 1000 or shown[2] == "B" or (not shown[2] and value < 1000)
