"""The page of schedules: workflows and when they begin, a run that is followed live, pausing, alerts."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.console.conftest import Console

_TEXT = """\
workflows:
  - name: ask
    description: A question, and another one
    trigger: {type: ON_DEMAND}
    steps:
      - {name: first, action: sql, sql: SELECT count(*) FROM spotify.tracks}
      - {name: second, action: sql, sql: SELECT 1, trigger: {conditions: [{step: first}]}}
      - {name: rescue, action: compact, trigger: {conditions: [{step: first, state: FAILED}]}}
  - name: nightly
    trigger: {type: SCHEDULED, schedule: cron(30 3 * * ? *), timezone: Asia/Kolkata}
    steps: [{name: ask, action: sql, sql: SELECT x}]
alerts:
  - {name: failed, on: failed_run}
"""


@pytest.fixture
def own(project: Path, tmp_path: Path) -> Path:
    """A project of one's own."""
    made = Path(shutil.copytree(project, tmp_path / "spotify"))
    (made / "schedules.yaml").write_text(_TEXT, "utf-8")
    return made


def _steps(page: Page) -> dict[str, str]:
    rows = page.get_by_role("region", name="Workflow", exact=True).locator("table").first.locator("tbody tr")
    return {row.locator("td").first.inner_text(): row.locator(".wh-badge").inner_text() for row in rows.all()}


def test_a_workflow_is_run_and_followed_paused_and_its_alert_is_shown(
    own_lake: Callable[[int], Path],
    own: Path,
    serve: Callable[..., Console],
    open_page: Callable[..., Page],
) -> None:
    lake = own_lake(1)
    page = open_page(serve(lake, own), "schedules")
    listed = page.get_by_role("region", name="Workflows").get_by_role("link")
    expect(listed).to_have_count(2)
    one = page.get_by_role("region", name="Workflow", exact=True)
    expect(one).to_contain_text("It has not been run yet")
    one.get_by_role("button", name="Run now").click()
    expect(listed.first).to_contain_text("succeeded", timeout=120_000)
    expect(one.get_by_role("status").first).to_contain_text("by ON_DEMAND")
    expect(one.get_by_text("running", exact=True)).to_have_count(0)
    expect(one.locator("tbody").last.locator("tr")).to_have_count(1)
    assert _steps(page) == {"first": "succeeded", "second": "succeeded", "rescue": "not started"}
    one.get_by_role("button", name="Log").click()
    log = page.get_by_role("dialog", name="Log")
    expect(log).to_contain_text('"event": "step started"')
    log.get_by_role("button", name="Close").click()

    listed.nth(1).click()
    expect(page).to_have_url(re.compile("/console/schedules/nightly$"))
    firings = one.locator(".wh-firings li")
    expect(firings).to_have_count(10)
    expect(firings.first).to_contain_text("03:30 (UTC+0530)")
    one.get_by_role("button", name="Pause").click()
    expect(listed.nth(1)).to_contain_text("paused")
    assert json.loads((lake / "schedules/holds/nightly.json").read_bytes())["paused"]
    one.get_by_role("button", name="Resume").click()
    expect(one.get_by_role("button", name="Pause")).to_be_visible()
    one.get_by_role("button", name="Run now").click()
    expect(one.get_by_role("alert")).to_contain_text("ask:", timeout=120_000)
    alerts = page.get_by_role("region", name="Alerts")
    expect(alerts).to_contain_text("the workflow nightly has ended as FAILED", timeout=60_000)
    expect(alerts.get_by_text("lasts", exact=True)).to_be_visible()
    for dark in ("light", "dark"):
        page.emulate_media(color_scheme=dark)
        # (Quasar's bar on top, which is there for a moment, has no name.)
        found = Axe().run(page, context={"exclude": [[".q-loading-bar"]]}).response["violations"]
        assert not [one["nodes"][0]["html"] for one in found if one["impact"] in ("serious", "critical")]
    page.reload()
    expect(page.get_by_role("region", name="Workflow", exact=True)).to_contain_text("failed")


def test_who_may_only_read_is_offered_nothing_and_nothing_begins(
    demo: Path, own: Path, serve: Callable[..., Console], open_page: Callable[..., Page]
) -> None:
    page = open_page(serve(demo / "lake", own, "--read-only"), "schedules/nightly")
    one = page.get_by_role("region", name="Workflow", exact=True)
    expect(one.locator(".wh-firings li")).to_have_count(10)
    expect(one.get_by_role("button")).to_have_count(0)
    expect(page.locator(".wh-subtitle")).to_contain_text("begins nothing by itself")


def test_a_definition_that_is_wrong_is_told_with_its_line(
    demo: Path, own: Path, serve: Callable[..., Console], open_page: Callable[..., Page]
) -> None:
    console = serve(demo / "lake", own)
    file = console.project / "schedules.yaml"
    file.write_text(_TEXT.replace("{step: first}", "{step: frist}"), "utf-8")
    page = open_page(console, "schedules")
    error = page.get_by_role("region", name="Workflows").get_by_role("alert")
    expect(error).to_contain_text("there is no step 'frist'")
    expect(error).to_contain_text("schedules.yaml:7")
    expect(error).to_contain_text("Did you mean 'first'?")
    file.write_text(_TEXT, "utf-8")
    expect(page.get_by_role("region", name="Workflows").get_by_role("link")).to_have_count(2)
