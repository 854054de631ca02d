"""What all pages share: the way in, the header, the sidebar, light and dark."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.console.conftest import Console


def test_the_address_with_the_token_leads_to_the_dashboards(console: Console, page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.startswith(console.address("dashboards"))
    assert "token" not in page.url


def test_light_and_dark_are_a_matter_of_one_click_and_stay(page: Page) -> None:
    html = page.locator("html")
    expect(html).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Light or dark").click()
    expect(html).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(14, 18, 23)")
    page.reload()
    expect(html).to_have_attribute("data-theme", "dark")


def test_the_sidebar_says_where_one_is(page: Page) -> None:
    current = page.get_by_role("navigation", name="Pages").locator("[aria-current=page]")
    expect(current).to_have_text(re.compile("Dashboards"))
