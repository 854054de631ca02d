"""The page of SQL: writing, running, cancelling, seeing, drawing and keeping queries."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.conftest import Wavehouse
from tests.console.conftest import Console

_BY_TYPE = "SELECT album_type, count(*) AS tracks FROM spotify.tracks GROUP BY 1 ORDER BY 2 DESC"
_LONG = (
    "SELECT count(*) FROM spotify.tracks a CROSS JOIN spotify.tracks b CROSS JOIN spotify.tracks c "
    "WHERE a.duration_ms + b.duration_ms > c.duration_ms"
)


@pytest.fixture
def sql(lived_in_console: Console, open_page: Callable[..., Page]) -> Page:
    """The page, with the keys in its editor."""
    page = open_page(lived_in_console, "sql")
    expect(page.locator(".cm-content")).to_be_focused()
    return page


def _answer(page: Page) -> Locator:
    return page.get_by_role("region", name="Answer")


def _ask(page: Page, text: str) -> None:
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")


def _cells(page: Page) -> list[list[str]]:
    rows = _answer(page).locator(".ag-center-cols-container .ag-row")
    return [row.locator(".ag-cell").all_inner_texts() for row in rows.all()]


def test_control_and_enter_run_a_query_and_its_address_shows_the_answer_again(
    sql: Page, lived_in: Path, wavehouse_in: Callable[[Path], Wavehouse]
) -> None:
    rows = wavehouse_in(lived_in)("sql", _BY_TYPE, "--lake", "lake", "--json").json["rows"]
    _ask(sql, _BY_TYPE)
    expect(_answer(sql).get_by_role("status")).to_contain_text(f"{len(rows)} rows", timeout=30_000)
    expect(_answer(sql).locator(".ag-center-cols-container .ag-row")).to_have_count(len(rows))
    assert _cells(sql) == [[str(value) for value in row] for row in rows]
    expect(sql).to_have_url(re.compile(r"query=[0-9a-f-]{36}"))
    sql.reload()
    expect(_answer(sql).get_by_role("status")).to_contain_text(f"{len(rows)} rows", timeout=30_000)
    expect(sql.locator(".cm-content")).to_have_text(_BY_TYPE)


def test_numbers_are_sorted_as_numbers(sql: Page) -> None:
    _ask(sql, "SELECT * FROM (VALUES (9), (10), (-1), (NULL)) AS t (n)")
    header = _answer(sql).get_by_role("columnheader", name="n")
    header.click(timeout=30_000)
    header.click()
    for at, figure in enumerate(["10", "9", "-1", ""]):
        expect(_answer(sql).locator(f"[row-index='{at}'] .ag-cell")).to_have_text(figure)


def test_an_error_is_marked_where_it_is(sql: Page) -> None:
    _ask(sql, "SELECT artist_name,\n  album_typ\nFROM spotify.tracks")
    expect(_answer(sql).get_by_role("alert")).to_contain_text("line 2, column 3", timeout=30_000)
    expect(sql.locator(".wh-fault")).to_have_text("album_typ")
    sql.keyboard.press("Control+A")
    _ask(sql, "SELECT 1 +")
    expect(_answer(sql).get_by_role("alert")).to_contain_text("line 1")
    expect(sql.locator(".wh-fault")).to_have_text("+")


def test_the_price_is_told_before_anything_runs(
    sql: Page, lived_in: Path, wavehouse_in: Callable[[Path], Wavehouse]
) -> None:
    price = wavehouse_in(lived_in)("sql", _BY_TYPE, "--price", "--lake", "lake").stdout.splitlines()
    sql.keyboard.insert_text(_BY_TYPE)
    told = sql.locator(".wh-price")
    expect(told.locator("summary")).to_contain_text("Athena would scan", timeout=30_000)
    assert told.locator("summary").inner_text() == price[-1]
    told.locator("summary").click()
    expect(told).to_contain_text(price[0])
    expect(_answer(sql)).to_contain_text("Write a query")


def test_tables_columns_and_functions_are_proposed(sql: Page) -> None:
    proposals = sql.get_by_role("listbox")
    sql.keyboard.type("SELECT t.album_po FROM spotify.tracks t", delay=5)
    for _ in range(len(" FROM spotify.tracks t")):
        sql.keyboard.press("ArrowLeft")
    sql.keyboard.press("Control+Space")
    proposals.get_by_role("option", name=re.compile("album_popularity")).click()
    expect(sql.locator(".cm-content")).to_have_text("SELECT t.album_popularity FROM spotify.tracks t")
    sql.keyboard.press("Control+A")
    sql.keyboard.type("SELECT approx_dis", delay=5)
    expect(proposals).to_contain_text("approx_distinct")
    sql.keyboard.press("Escape")
    sql.keyboard.press("Control+A")
    sql.keyboard.type("SELECT 1 FROM staging.", delay=5)
    sql.keyboard.press("Control+Space")
    expect(proposals).to_contain_text("artists")


def test_a_query_is_cancelled(sql: Page) -> None:
    _ask(sql, _LONG)
    cancel = sql.get_by_role("button", name="Cancel")
    expect(cancel).to_be_enabled(timeout=30_000)
    expect(sql.get_by_text(re.compile("Running for"))).to_be_visible()
    cancel.click()
    expect(_answer(sql)).to_contain_text("cancelled", timeout=30_000)
    expect(cancel).to_be_disabled()


def test_a_query_is_cancelled_after_something_else_was_typed(sql: Page) -> None:
    _ask(sql, _LONG)
    cancel = sql.get_by_role("button", name="Cancel")
    expect(sql.get_by_text(re.compile("Running for"))).to_be_visible(timeout=30_000)
    sql.keyboard.type(" ")
    expect(sql).not_to_have_url(re.compile("query="))
    cancel.click()
    expect(_answer(sql)).to_contain_text("cancelled", timeout=30_000)
    expect(cancel).to_be_disabled()


def test_an_answer_that_is_too_large_is_shown_in_part(sql: Page) -> None:
    _ask(sql, "SELECT track_name, rpad('x', 20000, 'x') AS long FROM spotify.tracks LIMIT 2000")
    expect(_answer(sql).get_by_role("status").first).to_contain_text(
        "too large for a browser", timeout=60_000
    )
    expect(_answer(sql).get_by_role("status").first).to_contain_text("long values are cut")


def test_a_text_that_no_address_holds_is_there_again_until_it_was_run(
    sql: Page, lived_in_console: Console
) -> None:
    text = f"SELECT 42 AS answer -- {'x' * 2_000}"
    sql.keyboard.insert_text(text)
    expect(sql.locator(".wh-price summary")).to_be_visible()
    sql.goto(lived_in_console.address("sql"))
    expect(sql.locator(".cm-content")).to_have_text(text)
    expect(sql.locator(".cm-content")).to_be_focused()
    sql.keyboard.press("Control+Enter")
    expect(_answer(sql).get_by_role("status")).to_contain_text("1 row")
    sql.goto(lived_in_console.address("sql"))
    expect(_answer(sql)).to_contain_text("Write a query")
    expect(sql.locator(".cm-content")).to_have_text("")


def test_an_answer_is_downloaded_in_three_forms(sql: Page, tmp_path: Path) -> None:
    _ask(sql, "SELECT 1 AS n, '=1+1' AS text UNION ALL SELECT 2, 'b' ORDER BY 1")
    paths = {}
    for form in ("csv", "json", "parquet"):
        with sql.expect_download(timeout=30_000) as waiting:
            _answer(sql).get_by_role("button", name=f"Download as {form}").click(timeout=30_000)
        paths[form] = tmp_path / f"answer.{form}"
        waiting.value.save_as(paths[form])
        assert waiting.value.suggested_filename.endswith(f".{form}")
    assert paths["csv"].read_text().splitlines() == ["n,text", "1,'=1+1", "2,b"]
    assert json.loads(paths["json"].read_text())["rows"] == [[1, "=1+1"], [2, "b"]]
    assert pq.read_table(paths["parquet"]).to_pydict() == {"n": [1, 2], "text": ["=1+1", "b"]}


def test_more_rows_than_a_browser_is_given_are_said_to_be_there(sql: Page) -> None:
    _ask(sql, "SELECT n FROM UNNEST(sequence(1, 6000)) AS t (n)")
    said = _answer(sql).get_by_role("status")
    expect(said).to_contain_text("6,000 rows", timeout=30_000)
    expect(said).to_contain_text("the first 5,000 are shown")


def test_an_answer_is_drawn_by_the_columns_that_are_chosen(sql: Page) -> None:
    _ask(sql, _BY_TYPE)
    _answer(sql).get_by_role("link", name="Chart").click(timeout=30_000)
    chart = sql.get_by_role("application", name="tracks by album_type")
    expect(chart.locator("svg")).to_be_visible()
    expect(chart).to_contain_text("single")
    expect(sql).to_have_url(re.compile("view=chart"))
    sql.reload()
    expect(chart.locator("svg")).to_be_visible(timeout=30_000)


def test_what_was_asked_before_comes_back(sql: Page) -> None:
    _ask(sql, "SELECT 4711 AS remembered")
    expect(_answer(sql).get_by_role("columnheader", name="remembered")).to_be_visible(timeout=30_000)
    sql.keyboard.press("Control+A")
    _ask(sql, "SELECT 1 AS other")
    expect(_answer(sql).get_by_role("columnheader", name="other")).to_be_visible(timeout=30_000)
    sql.get_by_role("link", name=re.compile("4711")).first.click()
    expect(_answer(sql).get_by_role("columnheader", name="remembered")).to_be_visible(timeout=30_000)
    expect(sql.locator(".cm-content")).to_have_text("SELECT 4711 AS remembered")


def test_a_query_is_saved_as_a_file_of_the_project_and_opened_again(sql: Page, project: Path) -> None:
    sql.keyboard.insert_text("SELECT 12 AS dozen")
    sql.get_by_role("button", name="Save…").click()
    dialog = sql.get_by_role("dialog", name="Save the query")
    dialog.get_by_label(re.compile("^Name")).fill("../dozen")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("no name for a query")
    dialog.get_by_label(re.compile("^Name")).fill("dozen")
    dialog.get_by_label("What it answers").fill("How many a dozen is")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(sql.get_by_role("link", name=re.compile("dozen"))).to_be_visible()
    assert (project / "queries" / "dozen.sql").read_text() == "-- How many a dozen is\nSELECT 12 AS dozen\n"
    expect(sql).to_have_url(re.compile("saved=dozen"))
    sql.reload()
    expect(sql.locator(".cm-content")).to_contain_text("SELECT 12 AS dozen", timeout=30_000)


def test_what_would_change_the_lake_is_refused(sql: Page) -> None:
    _ask(sql, "DELETE FROM spotify.tracks")
    expect(_answer(sql).get_by_role("alert")).to_be_visible(timeout=30_000)


def test_names_that_a_browser_would_run_are_only_names(sql: Page) -> None:
    _ask(sql, "SELECT 1 AS \":document.title='run'\", MAP(ARRAY[':x'], ARRAY['document.title=1']) AS m")
    expect(_answer(sql).locator(".ag-row")).to_have_count(1, timeout=30_000)
    assert sql.title() == "SQL · Wavehouse"
