"""A project whose dashboards have every kind of visual, one that fails, and a file that is broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page
from tests.console.conftest import Console


@pytest.fixture(scope="session")
def catalogue_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project."""
    root = Path(__file__).parents[3] / "spotify"
    folder = Path(shutil.copytree(root, tmp_path_factory.mktemp("catalogue") / "spotify"))
    shutil.rmtree(folder / "dashboards")
    shutil.copytree(Path(__file__).parent / "files", folder / "dashboards")
    settings = folder / "wavehouse.yaml"
    head, insights, _ = settings.read_text().partition("insights:")
    assert insights
    settings.write_text(head)
    return folder


@pytest.fixture(scope="session")
def catalogue(demo: Path, catalogue_project: Path, serve: Callable[..., Console]) -> Console:
    """The server of these dashboards."""
    return serve(demo / "lake", catalogue_project)


@pytest.fixture
def overview(catalogue: Console, open_page: Callable[..., Page]) -> Page:
    """Its first sheet, drawn."""
    page = open_page(catalogue, "dashboards/catalogue")
    drawn(page)
    return page


def drawn(page: Page) -> None:
    """Wait until nothing on the page is still to be shown."""
    page.wait_for_function(
        """() => document.querySelector(".wh-visual") && !document.querySelector(".wh-skeleton")
        && !document.documentElement.classList.contains("wh-is-busy")"""
    )


def card(page: Page, title: str) -> Locator:
    """The card of a visual."""
    return page.get_by_role("region", name=title, exact=True).first


def figure(page: Page, title: str) -> str:
    """The figure of a KPI."""
    return card(page, title).locator(".wh-kpi-figure").inner_text()
