"""What is taken along from a dashboard: one file of it, and the picture and the figures of one visual."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.conftest import Console
from tests.console.dashboards.conftest import card, drawn, figure

TOP = "Top artists by average track popularity"


def _saved(page: Page, title: str, item: str) -> tuple[str, bytes]:
    """The name and the content of what the menu of a card lets a browser save."""
    page.get_by_role("button", name=f"More about {title}", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=item).click()
    expect(page.get_by_role("menu")).to_have_count(0)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_the_menu_of_a_card_saves_it_as_a_picture_and_as_figures(overview: Page) -> None:
    name, picture = _saved(overview, TOP, "Save as SVG")
    assert name == "catalogue-top_artists.svg"
    assert picture.startswith(b"<svg")
    assert b"<path" in picture
    name, picture = _saved(overview, TOP, "Save as PNG")
    assert name == "catalogue-top_artists.png"
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    name, text = _saved(overview, TOP, "Save as CSV")
    assert name == "catalogue-top_artists.csv"
    head, *rows = csv.reader(io.StringIO(text.decode("utf-8")))
    assert "artist_name" in head
    shown = card(overview, TOP).locator("svg")
    for row in rows:
        popularity = Decimal(row[head.index("popularity")])
        expect(shown).to_contain_text(str(popularity.quantize(Decimal("0.1"), ROUND_HALF_UP)))
    assert len(rows) > 3


def test_the_menu_of_a_card_shows_its_query(overview: Page) -> None:
    overview.get_by_role("button", name=f"More about {TOP}", exact=True).click()
    overview.get_by_role("menuitem", name="Show its SQL").click()
    dialog = overview.get_by_role("dialog")
    expect(dialog).to_contain_text('FROM "spotify"."tracks"')
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_a_dashboard_is_one_file_that_needs_no_server(
    catalogue: Console, open_page: Callable[..., Page], browser: Browser, tmp_path: Path
) -> None:
    page = open_page(catalogue, "dashboards/catalogue?explicit=true")
    drawn(page)
    tracks = figure(page, "Tracks")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="As one HTML file").click()
    assert download.value.suggested_filename == "catalogue.html"
    file = tmp_path / "catalogue.html"
    download.value.save_as(file)
    context = browser.new_context()
    try:
        alone = context.new_page()
        asked: list[str] = []
        alone.on("request", lambda request: asked.append(request.url))
        alone.goto(file.as_uri())
        expect(alone.locator(".wh-kpi-figure").first).to_have_text(tracks)
        expect(alone.locator(".wh-kind-bar svg").first).to_be_visible()
        expect(alone.locator("body")).to_contain_text(re.compile("Explicit only"))
        assert asked == [file.as_uri()]
    finally:
        context.close()


@pytest.mark.parametrize("path", ["dashboards/catalogue?genre=pop", "dashboards/catalogue?sheet=more"])
def test_the_link_to_a_view_is_its_address(
    catalogue: Console, open_page: Callable[..., Page], path: str
) -> None:
    page = open_page(catalogue, path)
    drawn(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Export").click()
    page.get_by_role("menuitem", name="Copy the link to this view").click()
    assert page.evaluate("navigator.clipboard.readText()") == page.url == catalogue.address(path)
