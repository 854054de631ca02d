"""The page of the catalog: tables, what is known of each, going back, and crawls."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.conftest import Wavehouse
from tests.console.conftest import Console


@pytest.fixture
def told(lived_in: Path, wavehouse_in: Callable[[Path], Wavehouse]) -> Callable[..., dict[str, object]]:
    """What a command says of that lake."""
    wavehouse = wavehouse_in(lived_in)
    return lambda *args: wavehouse(*args, "--lake", "lake", "--json").json


def test_a_table_is_found_and_its_columns_tell_types_and_comments(
    lived_in_console: Console, open_page: Callable[..., Page]
) -> None:
    page = open_page(lived_in_console, "catalog")
    tables = page.get_by_role("region", name="Tables", exact=True)
    expect(tables.get_by_role("link").first).to_be_visible()
    tables.get_by_label(re.compile("Search")).fill("staging alb")
    expect(tables.get_by_role("link")).to_have_count(1)
    tables.get_by_role("link").click()
    expect(page).to_have_url(re.compile("catalog/staging.albums"))
    row = page.get_by_role("row").filter(has_text="release_date").first
    expect(row).to_contain_text("date")
    page.reload()
    expect(page.get_by_role("heading", name="staging.albums")).to_be_visible()
    expect(
        page.get_by_role("row").filter(has=page.get_by_role("link", name="artist_id", exact=True))
    ).to_contain_text("main artist")


@pytest.mark.parametrize("part", ["partitions", "statistics", "versions", "snapshots", "properties"])
def test_each_part_says_what_the_command_of_its_name_says(
    lived_in_console: Console,
    open_page: Callable[..., Page],
    told: Callable[..., dict[str, list[dict[str, object]]]],
    part: str,
) -> None:
    document = told(part, "spotify.tracks")
    page = open_page(lived_in_console, f"catalog/spotify.tracks?part={part}")
    rows = page.get_by_role("region", name=part.title()).get_by_role("row")
    listed = document["columns" if part == "statistics" else part]
    expect(rows).to_have_count(len(listed) + 1)
    if part == "partitions":
        for one in listed:
            expect(rows.filter(has_text=str(one["values"][0])).first).to_contain_text(f"{one['rows']:,}")  # type: ignore[index]
    if part == "statistics":
        column = next(one for one in listed if one["name"] == "release_year")
        expect(rows.filter(has_text="release_year")).to_contain_text(str(column["min"]))
    if part == "snapshots":
        assert all(rows.filter(has_text=str(one["snapshot_id"])).count() == 1 for one in listed)


def test_some_rows_of_a_table_are_shown(lived_in_console: Console, open_page: Callable[..., Page]) -> None:
    page = open_page(lived_in_console, "catalog/staging.artists?part=sample")
    sample = page.get_by_role("region", name="Sample")
    expect(sample.get_by_role("columnheader", name="followers")).to_be_visible(timeout=20_000)
    expect(sample.locator(".ag-row").first).to_be_visible()


def test_a_column_leads_to_what_it_comes_from_and_what_reads_it(
    lived_in_console: Console, open_page: Callable[..., Page]
) -> None:
    page = open_page(lived_in_console, "catalog/spotify.tracks")
    page.get_by_role("link", name="track_popularity").click()
    lineage = page.get_by_role("region", name="Lineage")
    expect(lineage.get_by_text("tracks.track_popularity", exact=True)).to_be_visible(timeout=20_000)
    expect(lineage).to_contain_text("column of track")
    expect(lineage).to_contain_text("query top_tracks")


def test_a_table_that_is_not_there_is_an_error_in_its_part_only(
    lived_in_console: Console, open_page: Callable[..., Page]
) -> None:
    page = open_page(lived_in_console, "catalog/spotify.track")
    expect(page.get_by_role("alert").first).to_contain_text("there is no table 'spotify.track'")
    expect(page.get_by_role("alert").first).to_contain_text("spotify.tracks")
    expect(page.get_by_role("region", name="Tables", exact=True).get_by_role("link").first).to_be_visible()


def test_rolling_back_shows_what_it_would_do_and_does_it_when_that_is_wanted(
    own_lake: Callable[[int], Path],
    project: Path,
    serve: Callable[..., Console],
    open_page: Callable[..., Page],
    wavehouse_in: Callable[[Path], Wavehouse],
    tmp_path: Path,
) -> None:
    own_lake(2)
    wavehouse = wavehouse_in(tmp_path)

    def snapshots() -> list[dict[str, object]]:
        found: list[dict[str, object]] = wavehouse(
            "snapshots", "spotify.tracks", "--lake", "lake", "--json"
        ).json["snapshots"]
        return found

    before = snapshots()
    page = open_page(serve(tmp_path / "lake", project), "catalog/spotify.tracks?part=snapshots")
    page.get_by_role("button", name="Roll back…").click()
    dialog = page.get_by_role("dialog", name="Roll back")
    confirm = dialog.get_by_role("button", name="Roll back all tables")
    expect(confirm).to_be_enabled(timeout=20_000)
    expect(dialog).to_contain_text(str(before[0]["snapshot_id"]))
    expect(dialog).to_contain_text("files are held")
    dialog.get_by_role("button", name="Cancel").click()
    assert snapshots() == before
    page.get_by_role("button", name="Roll back…").click()
    expect(confirm).to_be_enabled(timeout=20_000)
    confirm.click()
    expect(dialog.get_by_role("status")).to_contain_text("done", timeout=60_000)
    after = snapshots()
    assert len(after) == len(before) + 1
    assert after[-1]["rows"] == before[0]["rows"]


def test_a_crawl_shows_its_difference_before_it_is_made(
    own_lake: Callable[[int], Path],
    project: Path,
    serve: Callable[..., Console],
    open_page: Callable[..., Page],
    tmp_path: Path,
    wavehouse_in: Callable[[Path], Wavehouse],
) -> None:
    own_lake(1)
    folder = tmp_path / "sales"
    folder.mkdir()
    # (What begins with a colon would be run by the browser, were it a key of a grid.)
    (folder / "a.csv").write_text(":document.title='run',amount,when\n7,1.5,2024-01-01\n8,2.5,2024-01-02\n")
    page = open_page(serve(tmp_path / "lake", project), "catalog")
    page.get_by_role("link", name="Crawl a folder").click()
    place = page.get_by_label(re.compile("A folder, s3"))
    place.fill(str(tmp_path / "nowhere"))
    page.get_by_role("button", name="Look").click()
    found = page.get_by_role("region", name="What would be different")
    expect(found.get_by_role("alert")).to_contain_text("nowhere")
    place.fill(str(folder))
    page.get_by_role("button", name="Look").click()
    expect(found).to_contain_text("1 new", timeout=20_000)
    expect(found).to_contain_text("amount double")

    def names() -> list[str]:
        told = wavehouse_in(tmp_path)("tables", "--lake", "lake", "--json").json
        return [one["name"] for one in told["tables"]]

    before = names()
    assert not any("sales" in name for name in before)
    found.get_by_role("button", name="Change the catalog").click()
    link = found.get_by_role("link", name=re.compile("sales"))
    expect(link).to_be_visible(timeout=60_000)
    assert len(names()) == len(before) + 1
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_role("link", name="Sample").click()
    expect(page.locator(".ag-row")).to_have_count(2, timeout=20_000)
    assert page.title() != "run"
