"""Reading a dashboard: figures, filters, marks, drills, links, and the address that keeps them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Page, expect
from tests.conftest import Wavehouse
from tests.console.conftest import Console
from tests.console.dashboards.conftest import card, drawn, figure

TOP = "Top artists by average track popularity"


def _asked(wavehouse_in: Callable[[Path], Wavehouse], console: Console, sql: str) -> list[list[object]]:
    found = wavehouse_in(console.lake.parent)("sql", sql, "--lake", console.lake, "--json")
    assert found.code == 0, found.stderr
    rows: list[list[object]] = found.json["rows"]
    return rows


def _choose(page: Page, title: str, steps: int) -> None:
    """Choose a mark of a chart by keys."""
    chart = card(page, title).locator(".wh-chart")
    chart.focus()
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")


def test_figures_are_those_of_plain_sql(
    overview: Page, catalogue: Console, wavehouse_in: Callable[[Path], Wavehouse]
) -> None:
    ((tracks, artists, genres, popularity),) = _asked(
        wavehouse_in,
        catalogue,
        "SELECT count(*), count(DISTINCT artist_id), count(DISTINCT genre), avg(track_popularity) "
        "FROM spotify.tracks",
    )
    assert figure(overview, "Tracks") == f"{tracks:,}"
    assert figure(overview, "Artists") == f"{artists:,}"
    assert figure(overview, "Genres") == f"{genres:,}"
    assert figure(overview, "Average popularity") == f"{popularity:.1f}"
    top = _asked(
        wavehouse_in,
        catalogue,
        "SELECT artist_name, avg(track_popularity) FROM spotify.tracks WHERE artist_id IS NOT NULL "
        "GROUP BY artist_id, artist_name HAVING count(*) >= 5 ORDER BY 2 DESC LIMIT 1",
    )
    expect(card(overview, TOP).locator("svg")).to_contain_text(f"{top[0][1]:.1f}")


def test_a_click_on_a_mark_filters_the_others_and_a_second_one_clears(
    overview: Page, catalogue: Console, wavehouse_in: Callable[[Path], Wavehouse]
) -> None:
    before = figure(overview, "Tracks")
    bars = card(overview, TOP).locator("svg path[fill='#3B5BDB']")
    count = bars.count()
    bars.nth(0).click()
    chip = overview.get_by_role("group", name="Filters besides those of the bar")
    expect(chip).to_contain_text("Artist: ")
    drawn(overview)
    name = chip.locator(".wh-chip-text").inner_text().removeprefix("Artist: ")
    ((tracks,),) = _asked(
        wavehouse_in,
        catalogue,
        "SELECT count(*) FROM spotify.tracks WHERE artist_name = '" + name.replace("'", "''") + "'",
    )
    assert figure(overview, "Tracks") == f"{tracks:,}"
    # Its own chart is not filtered, only dimmed.
    dimmed = card(overview, TOP).locator("svg path[fill='#3B5BDB'][fill-opacity='0.3']")
    expect(dimmed).to_have_count(count - 1)
    bars.nth(0).click()
    expect(chip.locator(".wh-chip")).to_have_count(0)
    drawn(overview)
    assert figure(overview, "Tracks") == before


def test_another_mark_of_a_chart_takes_the_place_of_the_first_and_with_ctrl_stands_beside(
    overview: Page,
) -> None:
    bars = card(overview, TOP).locator("svg path[fill='#3B5BDB']")
    chips = overview.locator(".wh-chip")
    bars.nth(0).click()
    expect(chips).to_have_count(1)
    first = chips.inner_text()
    bars.nth(1).click()
    expect(chips).not_to_have_text(first)
    expect(chips).to_have_count(1)
    bars.nth(2).click(modifiers=["Control"])
    expect(chips).to_have_count(2)
    overview.get_by_role("button", name=re.compile("^Remove the filter")).first.click()
    expect(chips).to_have_count(1)
    overview.get_by_role("button", name="Clear filters").click()
    expect(chips).to_have_count(0)


def test_keys_do_what_a_pointer_does(overview: Page) -> None:
    _choose(overview, "Genres", 1) if card(overview, "Genres").locator(".wh-chart").count() else None
    _choose(overview, TOP, 2)
    expect(overview.locator(".wh-chip")).to_have_count(1)
    expect(card(overview, TOP).locator("[aria-live]")).to_contain_text("Average popularity")


def test_a_hierarchy_goes_down_by_clicks_and_up_by_its_path(overview: Page) -> None:
    releases = card(overview, "Releases over time")
    _choose(overview, "Releases over time", 6)
    expect(releases.locator(".wh-path")).to_contain_text("All")
    drawn(overview)
    decade = releases.locator(".wh-here").inner_text()
    expect(releases.locator("svg")).to_contain_text(decade[:3])
    _choose(overview, "Releases over time", 1)
    expect(releases.locator(".wh-path button")).to_have_count(2)
    assert "drill.by_year=" in overview.url
    releases.get_by_role("button", name="All").click()
    expect(releases.locator(".wh-path button")).to_have_count(0)
    assert "drill" not in overview.url


def test_controls_filter_and_the_address_shows_the_same_view_elsewhere(
    overview: Page,
    catalogue: Console,
    open_page: Callable[..., Page],
    wavehouse_in: Callable[[Path], Wavehouse],
) -> None:
    overview.get_by_role("switch", name="Explicit only").check()
    expect(overview).to_have_url(re.compile("explicit=true"))
    overview.get_by_role("button", name=re.compile("^Genre:")).click()
    overview.get_by_role("combobox", name="Search Genre").fill("po")
    overview.get_by_role("option").filter(has_text=re.compile(r"^\W*pop")).first.click()
    expect(overview).to_have_url(re.compile("genre=pop"))
    drawn(overview)
    shown = figure(overview, "Tracks")
    ((tracks,),) = _asked(
        wavehouse_in, catalogue, "SELECT count(*) FROM spotify.tracks WHERE explicit AND genre = 'pop'"
    )
    assert shown == f"{tracks:,}"
    other = open_page(catalogue, overview.url.removeprefix(catalogue.address("")))
    drawn(other)
    assert figure(other, "Tracks") == shown
    expect(other.get_by_role("switch", name="Explicit only")).to_be_checked()
    overview.go_back()
    expect(overview).not_to_have_url(re.compile("genre=pop"))
    expect(overview.get_by_role("switch", name="Explicit only")).to_be_checked()


def test_a_slider_filters_once_it_is_let_go(overview: Page) -> None:
    before = figure(overview, "Tracks")
    lower = overview.get_by_role("slider", name="Release year from")
    lower.fill("2015")
    expect(overview).to_have_url(re.compile(r"years=2015\.\."))
    drawn(overview)
    assert int(figure(overview, "Tracks").replace(",", "")) < int(before.replace(",", ""))


def test_the_number_of_marks_is_a_parameter(overview: Page) -> None:
    field = overview.get_by_label("Top", exact=True)
    field.fill("3")
    field.press("Enter")
    expect(card(overview, TOP).locator("svg path[fill='#3B5BDB']")).to_have_count(3)
    field.fill("999")
    field.press("Enter")
    expect(overview).to_have_url(re.compile("top=50"))
    for given in "998", "":
        field.fill(given)
        field.press("Enter")
        expect(field).to_have_value("50")


def test_what_somebody_is_typing_outlasts_what_the_page_is_told_meanwhile(overview: Page) -> None:
    field = overview.get_by_label("Top", exact=True)
    field.fill("3")
    # (By a script, as a filter set just before would answer only now: a click would end the typing.)
    overview.evaluate("document.querySelector('input[role=switch]').click()")
    expect(overview).to_have_url(re.compile("explicit=true"))
    drawn(overview)
    expect(field).to_have_value("3")
    field.press("Enter")
    expect(overview).to_have_url(re.compile("top=3"))
    expect(card(overview, TOP).locator("svg path[fill='#3B5BDB']")).to_have_count(3)


def test_of_thousands_of_values_only_those_travel_that_are_seen(overview: Page) -> None:
    assert overview.get_by_role("option").count() == 0
    overview.get_by_role("button", name=re.compile("^Genre:")).click()
    expect(overview.get_by_role("option").first).to_be_visible()
    assert overview.get_by_role("option").count() <= 50
    overview.keyboard.type("no such genre")
    expect(overview.get_by_text("Nothing has that in it")).to_be_visible()
    overview.keyboard.press("Escape")
    expect(overview.get_by_role("option")).to_have_count(0)


def test_a_link_of_a_mark_leads_to_a_sheet_with_its_control_set(overview: Page) -> None:
    card(overview, TOP).locator("svg path[fill='#3B5BDB']").first.click()
    chip = overview.locator(".wh-chip")
    name = chip.locator(".wh-chip-text").inner_text().removeprefix("Artist: ")
    chip.get_by_role("button", name="Artist →").click()
    expect(overview).to_have_url(re.compile("sheet=more"))
    assert name in unquote(overview.url.replace("+", " "))
    drawn(overview)
    expect(overview.get_by_label("Track has")).to_have_value(name)


def test_nothing_that_meets_the_filters_is_said_in_a_sentence(
    catalogue: Console, open_page: Callable[..., Page]
) -> None:
    page = open_page(catalogue, "dashboards/catalogue?sheet=more&name=no+such+track+anywhere")
    drawn(page)
    labels = card(page, "Labels")
    expect(labels).to_contain_text("Nothing here meets the filters")
    labels.get_by_role("button", name="Clear filters").click()
    expect(labels.locator("svg")).to_be_visible()


def test_an_error_stays_in_its_card(catalogue: Console, open_page: Callable[..., Page]) -> None:
    page = open_page(catalogue, "dashboards/catalogue?sheet=more")
    drawn(page)
    wrong = card(page, "A query that fails")
    expect(wrong.get_by_role("alert")).to_contain_text("no_such_field")
    expect(wrong.get_by_role("alert")).to_contain_text("catalogue.yaml:")
    expect(wrong.get_by_role("button", name="Retry")).to_be_visible()
    expect(card(page, "Labels").locator("svg")).to_be_visible()


def test_a_table_sorts_by_its_titles(overview: Page) -> None:
    tracks = card(overview, "Tracks").or_(overview.locator("section.wh-kind-table")).locator("visible=true")
    table = overview.locator("section.wh-kind-table")
    assert tracks.count() >= 1
    table.get_by_role("button", name="Length").click()
    expect(table.get_by_role("columnheader", name="Length")).to_have_attribute("aria-sort", "descending")
    lengths = table.locator("tbody tr td:nth-child(6)").all_inner_texts()
    seconds = [int(one.split(":")[0]) * 60 + int(one.split(":")[1]) for one in lengths]
    assert seconds == sorted(seconds, reverse=True)


def test_what_an_address_says_that_means_nothing_is_told(
    catalogue: Console, open_page: Callable[..., Page]
) -> None:
    page = open_page(catalogue, "dashboards/catalogue?years=abc")
    drawn(page)
    expect(page.get_by_role("alert").first).to_contain_text("'abc' is none")
    assert figure(page, "Tracks") != ""


def test_what_another_sheet_has_set_is_shown_and_can_be_removed(
    console: Console, open_page: Callable[..., Page]
) -> None:
    page = open_page(console, "dashboards/artists?sheet=artist&explicit=true&years=1990..")
    drawn(page)
    # The years are in the bar of this sheet, the toggle is not.
    chips = page.locator(".wh-chip-text")
    expect(chips).to_have_text(["Explicit only: yes"])
    page.get_by_role("button", name="Remove the filter Explicit only: yes").click()
    expect(chips).to_have_count(0)
    expect(page).to_have_url(re.compile("years="))
    assert "explicit" not in page.url


def test_a_chosen_value_is_called_by_its_name_on_every_sheet(
    console: Console, open_page: Callable[..., Page], wavehouse_in: Callable[[Path], Wavehouse]
) -> None:
    ((id_, name),) = _asked(
        wavehouse_in,
        console,
        "SELECT artist_id, max(artist_name) FROM spotify.tracks WHERE artist_id IS NOT NULL "
        "GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    )
    page = open_page(console, f"dashboards/artists?sheet=artist&artist={id_}")
    expect(page.locator(".wh-choice-text")).to_have_text(str(name))
    page.get_by_role("tab", name="All artists").click()
    expect(page.locator(".wh-chip-text")).to_have_text(f"Artist: {name}")


def test_what_a_reader_has_set_stays_when_the_file_changes(
    catalogue: Console, catalogue_project: Path, open_page: Callable[..., Page]
) -> None:
    page = open_page(catalogue, "dashboards/catalogue")
    drawn(page)
    page.get_by_role("switch", name="Explicit only").check()
    expect(page).to_have_url(re.compile("explicit=true"))
    file = catalogue_project / "dashboards" / "catalogue.yaml"
    before = file.read_text()
    try:
        file.write_text(before.replace("title: Overview", "title: Overview again"))
        expect(page.get_by_role("tab", name="Overview again")).to_be_visible()
        expect(page.get_by_role("switch", name="Explicit only")).to_be_checked()
    finally:
        file.write_text(before)


def test_a_row_of_a_table_is_chosen_by_keys_and_says_so(overview: Page) -> None:
    rows = overview.locator(".wh-kind-table tbody tr[tabindex='0']")
    rows.nth(1).focus()
    overview.keyboard.press("Space")
    expect(rows.nth(1).get_by_role("img", name="Chosen")).to_be_visible()
    expect(overview.locator(".wh-chip")).to_have_count(1)


def test_arrow_keys_go_from_sheet_to_sheet(overview: Page) -> None:
    tabs = overview.get_by_role("tab")
    tabs.nth(0).focus()
    overview.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    expect(overview).to_have_url(re.compile("sheet="))
    overview.keyboard.press("Home")
    expect(tabs.nth(0)).to_be_focused()
    expect(tabs.nth(0)).to_have_attribute("aria-selected", "true")
