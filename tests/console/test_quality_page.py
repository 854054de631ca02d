"""The page of quality: verdicts, what rules measured run by run, and what was kept aside."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.conftest import Wavehouse
from tests.console.conftest import Console


@pytest.fixture(scope="module")
def aside(lived_in: Path, wavehouse_in: Callable[[Path], Wavehouse]) -> dict[str, Any]:
    """What the command line says of rows that are kept aside."""
    told: dict[str, Any] = wavehouse_in(lived_in)("quarantine", "list", "--lake", "lake", "--json").json
    assert told["total"] > 1
    return told


def test_the_verdicts_are_those_of_the_last_run(
    lived_in_console: Console,
    open_page: Callable[..., Page],
    lived_in: Path,
    wavehouse_in: Callable[[Path], Wavehouse],
) -> None:
    last = wavehouse_in(lived_in)("runs", "list", "--lake", "lake", "--json").json["runs"][0]
    page = open_page(lived_in_console, "quality")
    failed = [rule for rule in last["rules"] if not rule["passed"]]
    hold = len(last["rules"]) - len(failed)
    expect(page.get_by_text(f"{hold} of {len(last['rules'])}", exact=True)).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(len(last["rules"]) + 1)
    first = page.get_by_role("row").nth(1)
    assert failed
    expect(first).to_contain_text(failed[0]["rule"])
    expect(first).to_contain_text(f"{failed[0]['failed_rows']:,}")


def test_a_row_that_is_kept_aside_tells_where_it_is_from_and_why(
    lived_in_console: Console, open_page: Callable[..., Page], aside: dict[str, Any]
) -> None:
    page = open_page(lived_in_console, "quality?view=aside")
    expect(page.get_by_role("status").filter(has_text="rows")).to_contain_text(f"{aside['total']:,} rows")
    row = aside["rows"][0]
    shown = page.get_by_role("row").filter(has_text=row["file"]).filter(has_text=row["reason"]).first
    expect(shown).to_contain_text(row["source"])
    expect(shown).to_contain_text(f"{row['line']:,}")
    expect(shown).to_contain_text(row["rules"][0])
    expect(shown).to_contain_text(row["raw"].split(",")[0])


def test_a_filter_leaves_the_rows_of_a_source_and_stands_in_the_address(
    lived_in_console: Console, open_page: Callable[..., Page], aside: dict[str, Any]
) -> None:
    source = aside["rows"][0]["source"]
    wanted = sum(row["source"] == source for row in aside["rows"])
    page = open_page(lived_in_console, "quality?view=aside")
    page.get_by_label("Source").fill(source)
    said = page.get_by_role("status").filter(has_text="row")
    expect(said).to_contain_text(f"{wanted:,} of {aside['all']:,} row")
    expect(page).to_have_url(re.compile(f"source={source}"))
    page.reload()
    expect(said).to_contain_text(f"{wanted:,} of {aside['all']:,} row")
    page.get_by_label("Rule or reason").fill("there is no such reason")
    page.get_by_role("button", name="Clear filters").click()
    expect(said).to_contain_text(f"{aside['total']:,} rows")


def test_what_a_rule_measured_is_drawn_run_by_run(
    lived_in_console: Console, open_page: Callable[..., Page]
) -> None:
    page = open_page(lived_in_console, "quality?view=trends")
    row = page.get_by_role("row").filter(has_text='tracks: IsPrimaryKey "id"')
    expect(row.get_by_role("img")).to_have_attribute("aria-label", re.compile("^2 runs"))
    row.get_by_role("button").click()
    chart = page.get_by_role("application", name=re.compile("IsPrimaryKey"))
    expect(chart.locator("svg")).to_be_visible()
    expect(page).to_have_url(re.compile("rule=tracks"))


def test_a_retry_is_asked_for_and_followed(
    own_lake: Callable[[int], Path],
    project: Path,
    serve: Callable[..., Console],
    open_page: Callable[..., Page],
) -> None:
    lake = own_lake(1)
    page = open_page(serve(lake, project), "quality")
    page.get_by_role("button", name=re.compile("Retry all")).click()
    page.get_by_role("dialog", name="Retry").get_by_role("button", name="Cancel").click()
    assert len(list((lake / "runs").glob("*.json"))) == 1
    page.get_by_role("button", name=re.compile("Retry all")).click()
    page.get_by_role("dialog", name="Retry").get_by_role("button", name="Retry", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="done")).to_be_visible(timeout=120_000)
    assert len(list((lake / "runs").glob("*.json"))) == 2
