"""The page of runs: what each did, what happens now, and starting one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.conftest import Wavehouse
from tests.console.conftest import Console


def test_a_run_tells_its_steps_and_its_address_shows_it_again(
    lived_in_console: Console,
    open_page: Callable[..., Page],
    lived_in: Path,
    wavehouse_in: Callable[[Path], Wavehouse],
) -> None:
    runs = wavehouse_in(lived_in)("runs", "list", "--lake", "lake", "--json").json["runs"]
    page = open_page(lived_in_console, "runs")
    entries = page.get_by_role("region", name="All runs").get_by_role("link")
    expect(entries).to_have_count(2)
    entries.nth(1).click()
    expect(page).to_have_url(re.compile(runs[1]["run_id"]))
    run = page.get_by_role("region", name="Run", exact=True)
    step = next(one for one in runs[1]["steps"] if one["name"] == "read albums")
    row = run.get_by_role("row", name=re.compile("read albums"))
    expect(row).to_contain_text(f"{step['rows_in']:,}")
    run.get_by_role("link", name="Tables").click()
    table = runs[1]["tables"]["spotify.tracks"]
    expect(run.get_by_role("row", name=re.compile("spotify.tracks"))).to_contain_text(f"{table['rows']:,}")
    page.reload()
    expect(run.get_by_role("row", name=re.compile("spotify.tracks"))).to_contain_text(f"{table['rows']:,}")
    run.get_by_role("link", name=re.compile("Notes")).click()
    expect(run).to_contain_text(runs[1]["notes"][0])


def test_a_run_that_is_started_here_is_followed_to_its_end(
    own_lake: Callable[[int], Path],
    project: Path,
    serve: Callable[..., Console],
    open_page: Callable[..., Page],
    tmp_path: Path,
) -> None:
    lake = own_lake(1)
    page = open_page(serve(lake, project), "runs")
    page.get_by_role("button", name="Start a run").click()
    dialog = page.get_by_role("dialog", name="Start a run")
    dialog.get_by_label(re.compile("Files, folders or s3")).fill(str(tmp_path / "nowhere"))
    dialog.get_by_role("button", name="Start", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("nowhere")
    dialog.get_by_label(re.compile("Files, folders or s3")).fill("")
    dialog.get_by_role("checkbox", name=re.compile("Make all tables again")).click()
    dialog.get_by_role("button", name="Start", exact=True).click()
    run = page.get_by_role("region", name="Run", exact=True)
    expect(run.locator(".wh-work-step").first).to_be_visible(timeout=60_000)
    expect(run.get_by_role("row", name=re.compile("publish"))).to_be_visible(timeout=120_000)
    expect(run).to_contain_text("full")
    expect(page.get_by_role("region", name="All runs").get_by_role("link")).to_have_count(2)
    assert len(list((lake / "runs").glob("*.json"))) == 2


_HOLDING = """
import sys
from pathlib import Path
from wavehouse.core.progress import Silent
from wavehouse.lake.layout import LakeLayout
from wavehouse.lake.lock import writing
with writing(LakeLayout(Path(sys.argv[1])), Silent(), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_run_of_another_process_is_shown_as_running_until_it_ends(
    lived_in_console: Console, open_page: Callable[..., Page]
) -> None:
    page = open_page(lived_in_console, "runs")
    entries = page.get_by_role("region", name="All runs").get_by_role("link")
    expect(entries).to_have_count(2)
    command = [sys.executable, "-c", _HOLDING, str(lived_in_console.lake), "20300101T000000000Z-abcdef01"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        expect(entries).to_have_count(3)
        expect(entries.first).to_contain_text("running")
        expect(entries.first).to_contain_text(str(other.pid))
        entries.first.click()
        expect(page.get_by_role("region", name="Run", exact=True)).to_contain_text(f"Process {other.pid}")
        other.communicate("\n", timeout=30)
    expect(entries).to_have_count(2)


def test_a_run_that_is_not_there_is_an_error_in_its_part_only(
    lived_in_console: Console, open_page: Callable[..., Page]
) -> None:
    page = open_page(lived_in_console, "runs/2000")
    expect(page.get_by_role("alert")).to_contain_text("there is no run '2000'")
    expect(page.get_by_role("region", name="All runs").get_by_role("link")).to_have_count(2)


def test_who_may_only_read_is_offered_nothing_that_changes(
    lived_in: Path, project: Path, serve: Callable[..., Console], open_page: Callable[..., Page]
) -> None:
    served = serve(lived_in / "lake", project, "--read-only")
    page = open_page(served, "runs")
    expect(page.get_by_role("region", name="All runs").get_by_role("link")).to_have_count(2)
    expect(page.get_by_role("button", name="Start a run")).to_have_count(0)
    page.goto(served.address("quality"))
    expect(page.get_by_text("Rules that hold")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Retry"))).to_have_count(0)
    page.goto(served.address("catalog/spotify.tracks?part=snapshots"))
    expect(page.get_by_text("current")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Roll back"))).to_have_count(0)
    page.goto(served.address("sql"))
    expect(page.get_by_role("button", name="Run")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Save"))).to_have_count(0)


def test_a_lake_that_was_moved_away_is_shown_again_when_it_is_back(
    lived_in_console: Console, open_page: Callable[..., Page]
) -> None:
    lake = lived_in_console.lake
    moved = lake.rename(lake.with_name("moved"))
    try:
        page = open_page(lived_in_console, "runs")
        expect(page.get_by_role("alert").first).to_contain_text("lake")
    finally:
        moved.rename(lake)
    expect(page.get_by_role("region", name="All runs").get_by_role("link")).to_have_count(2)
