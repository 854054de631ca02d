"""Whether everybody can use the pages: axe-core finds nothing serious, in light and in dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.console.conftest import Console

PAGES = ("dashboards/artists", "dashboards/genres_and_albums", "dashboards/health", "dashboards/sound",
         "quality", "catalog", "sql", "runs", "schedules", "flow")  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(
    console: Console, open_page: Callable[..., Page], path: str, dark: bool
) -> None:
    page = open_page(console, path, dark=dark)
    page.wait_for_selector("main")
    page.wait_for_function(
        "() => ![...document.querySelectorAll('.wh-skeleton')].some((one) => one.offsetParent)"
    )
    found = Axe().run(page).response["violations"]
    serious = [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert not serious, "\n".join(serious)
