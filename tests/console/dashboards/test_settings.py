"""What is set in one place is shown in all others, and can be unset again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.console.conftest import Console
from tests.console.dashboards.conftest import card, drawn, figure


@pytest.fixture
def opened(catalogue: Console, open_page: Callable[..., Page]) -> Callable[[str], Page]:
    """Opens the dashboard at an address."""

    def at(query: str) -> Page:
        page = open_page(catalogue, f"dashboards/settings?{query}")
        drawn(page)
        return page

    return at


def _choose(page: Page, title: str, option: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{title}:")).click()
    page.get_by_role("option").filter(has_text=re.compile(rf"^\W*{option}(?!\w)")).first.click()


def test_the_chosen_option_of_a_parameter_stays_chosen(opened: Callable[[str], Page]) -> None:
    page = opened("")
    _choose(page, "Mode", "2")
    expect(page).to_have_url(re.compile("mode=2"))
    _choose(page, "Mode", "2")
    expect(page.get_by_role("button", name="Mode: 2")).to_be_visible()
    drawn(page)
    expect(card(page, "Mode").locator(".wh-kpi-figure")).to_have_text("2")
    assert "mode=2" in page.url
    _choose(page, "Mode", "1")
    expect(page).not_to_have_url(re.compile("mode="))


@pytest.mark.parametrize(
    ("title", "query", "option"), [("Year", "year=", ""), ("Explicit", "explicit=", "false")]
)
def test_what_an_address_has_chosen_is_ticked_and_can_be_unchosen(
    opened: Callable[[str], Page], title: str, query: str, option: str
) -> None:
    page = opened("")
    every = figure(page, "Tracks")
    if not option:
        page.get_by_role("button", name=f"{title}: All").click()
        option = page.get_by_role("option").first.locator(".wh-option").inner_text()
        page.keyboard.press("Escape")
    page = opened(query + option)
    assert figure(page, "Tracks") != every
    page.get_by_role("button", name=re.compile(f"^{title}:")).click()
    ticked = page.get_by_role("option", selected=True)
    expect(ticked).to_have_count(1)
    expect(ticked.locator(".wh-option")).to_have_text(option, ignore_case=True)
    ticked.click()
    expect(page.get_by_role("button", name=f"{title}: All")).to_be_visible()
    drawn(page)
    assert figure(page, "Tracks") == every
    assert query not in page.url


def test_a_slider_that_is_put_back_filters_nothing(opened: Callable[[str], Page]) -> None:
    page = opened("")
    every = figure(page, "Tracks")
    for title in ("Tempo", "Energy"):
        upper = page.get_by_role("slider", name=f"{title} to")
        upper.focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        expect(page).to_have_url(re.compile(f"{title.lower()}=\\.\\."))
        page.keyboard.press("End")
        expect(page).not_to_have_url(re.compile(f"{title.lower()}="))
        drawn(page)
        assert figure(page, "Tracks") == every
    # (Of a field from 0 to 1 there are more positions than two.)
    page.get_by_role("slider", name="Energy from").fill("0.5")
    expect(page).to_have_url(re.compile(r"energy=0\.5\.\."))


def test_a_level_leads_where_it_and_those_above_say(opened: Callable[[str], Page]) -> None:
    page = opened('drill.by_decade=[2010]&mark.by_decade=["album"]')
    chip = page.locator(".wh-chip")
    chip.get_by_role("button", name="That decade →").click()
    expect(page).to_have_url(re.compile(r"sheet=second&year=2010$"))
    page.go_back()
    chip.get_by_role("button", name="That kind →").click()
    expect(page).to_have_url(re.compile(r"sheet=second&kind=album$"))


def test_an_insight_says_what_it_is_not_filtered_by(opened: Callable[[str], Page]) -> None:
    page = opened("explicit=true")
    expect(card(page, "Runs").locator(".wh-note")).to_have_text("not filtered by Explicit")
    expect(card(page, "Runs").locator(".wh-note")).to_be_visible()
    text, note = (card(page, "Runs").locator(one).bounding_box() for one in (".wh-insight", ".wh-note"))
    assert text is not None
    assert note is not None
    assert note["y"] >= text["y"] + text["height"] - 8


def test_a_pivot_has_a_column_for_each_dimension(opened: Callable[[str], Page]) -> None:
    page = opened("")
    pivot = card(page, "Kinds and modes by decade")
    titles = pivot.get_by_role("columnheader").all_inner_texts()
    assert titles[:2] == ["Album type", "Mode"]
    pairs = [tuple(row.locator("td").all_inner_texts()[:2]) for row in pivot.locator("tbody tr").all()]
    assert len(pairs) == len(set(pairs)) > len({kind for kind, _ in pairs})
    pivot.get_by_role("button", name=titles[-2], exact=True).click()
    shown = pivot.locator(f"tbody tr td:nth-child({len(titles) - 1})").all_inner_texts()
    figures = [int(one.replace(",", "")) for one in shown if one]
    assert figures == sorted(figures, reverse=True)
