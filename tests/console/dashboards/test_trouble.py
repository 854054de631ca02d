"""Broken files and lakes that are away: told on the page, which heals by itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.conftest import Wavehouse
from tests.console.conftest import Console
from tests.console.dashboards.conftest import card, drawn


@pytest.fixture(scope="module")
def own(
    tmp_path_factory: pytest.TempPathFactory,
    catalogue_project: Path,
    wavehouse_in: Callable[[Path], Wavehouse],
    serve: Callable[..., Console],
) -> Console:
    """A server of a lake and a project that tests may harm, if they mend them again."""
    folder = tmp_path_factory.mktemp("own")
    done = wavehouse_in(folder)("demo", "demo", "--scale", "0.001")
    assert done.code == 0, done.stderr
    project = Path(shutil.copytree(catalogue_project, folder / "project"))
    return serve(folder / "demo" / "lake", project)


def test_a_broken_file_is_told_with_line_and_remedy_and_comes_back_once_it_is_mended(
    own: Console, open_page: Callable[..., Page]
) -> None:
    page = open_page(own, "dashboards/broken")
    told = page.get_by_role("alert")
    expect(told).to_contain_text("broken.yaml:9")
    expect(told).to_contain_text("bra")
    expect(page.get_by_role("link", name="Catalogue overview")).to_be_visible()
    file = own.project / "dashboards" / "broken.yaml"
    file.write_text(file.read_text().replace("kind: bra,", "kind: bar,"))
    expect(card(page, "Bars").locator("svg")).to_be_visible()
    # And a title that is changed is seen without a click.
    file.write_text(file.read_text().replace("title: Bars", "title: Genres by tracks"))
    expect(card(page, "Genres by tracks").locator("svg")).to_be_visible()


def test_a_lake_that_is_moved_away_is_told_while_its_last_figures_stay(
    own: Console, open_page: Callable[..., Page]
) -> None:
    page = open_page(own, "dashboards/catalogue")
    drawn(page)
    away = own.lake.with_name("away")
    own.lake.rename(away)
    expect(page.get_by_role("status")).to_contain_text("looks again by itself")
    expect(card(page, "Genres").locator(".wh-kpi-figure")).to_be_visible()
    away.rename(own.lake)
    expect(page.get_by_role("status")).not_to_contain_text("looks again by itself")


def test_a_page_opened_without_a_lake_shows_it_when_it_comes(
    own: Console, open_page: Callable[..., Page]
) -> None:
    away = own.lake.with_name("away")
    own.lake.rename(away)
    page = open_page(own, "dashboards/catalogue")
    expect(page.get_by_role("alert").first).to_be_visible()
    away.rename(own.lake)
    expect(card(page, "Genres").locator(".wh-kpi-figure")).to_be_visible()
