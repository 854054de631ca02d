"""What a browser shows of figures is what the server shows of them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import get_args

import pytest
from playwright.sync_api import Browser

import wavehouse.dashboards
from wavehouse.dashboards.figures import figure
from wavehouse.dashboards.measures import Format

_VALUES = [0, 1, -1, 7, 999, 1000, 1234, 1234.5, 0.125, 0.135, 2.675, 1.005, -1234.5678, 0.5, 0.04, 59_999,
           60_000, 187_300, 999_950, 1_000_000, 1_250_000, 2.5e9, 12_345_678_901,
           999_949, 999_960, 999.96, 999.5, 999_999_999, 999_500_000, -999_960,
           0.0004, -0.0004, 0.00099999, 0.0009765625, 1e-5, 0.00012345, 1.5e-7, -4.24e-9, 5e-324, -0.04,
           1e20, 1.5e21, 1e26, -1e26, 1.2345e100]  # fmt: skip


@pytest.mark.parametrize("form", get_args(Format))
@pytest.mark.parametrize("digits", [None, 0, 1, 2])
def test_figures_are_shown_alike(browser: Browser, form: Format, digits: int | None) -> None:
    source = (Path(wavehouse.dashboards.__file__).parent / "browser" / "index.js").read_text("utf-8")
    page = browser.new_page()
    address = f"data:text/javascript;base64,{base64.b64encode(source.encode()).decode()}"
    # (As they are, numbers are written by each in its own way once they are far from 1.)
    values = [one for one in _VALUES if form != "plain" or one == 0 or 1e-4 <= abs(one) < 1e12]
    shown = page.evaluate(
        """async ([address, values, form, digits]) => {
            const { figure } = await import(address);
            return values.map((value) => figure(value, form, digits));
        }""",
        [address, values, form, digits],
    )
    page.close()
    assert shown == [figure(value, form, digits) for value in values]
