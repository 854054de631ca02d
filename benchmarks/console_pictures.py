"""Pictures of every page of the console, to look at: `python -m benchmarks.console_pictures [--to FOLDER]`.

Every page of the sidebar, every dashboard and sheet, in light and dark, at 1440×900, 1024×768 and on a phone.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

SIZES = {"wide": (1440, 900), "small": (1024, 768), "phone": (390, 844)}
THEMES = ("light", "dark")


@contextmanager
def served(lake: Path | None, scale: float) -> Iterator[dict[str, str]]:
    """What `wavehouse serve --json` tells of a lake, and its `pid`; without one, of a demo."""
    with tempfile.TemporaryDirectory(prefix="wavehouse-") as folder:
        if lake is None:
            command = [
                sys.executable,
                "-m",
                "wavehouse",
                "demo",
                f"{folder}/demo",
                "--scale",
                str(scale),
                "--json",
            ]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            lake = Path(folder) / "demo" / "lake"
        command = [sys.executable, "-m", "wavehouse", "serve", "--port", "0", "--json", "--lake", str(lake)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None  # noqa: S101
            yield {**json.loads(process.stdout.readline()), "pid": str(process.pid)}
        finally:
            process.terminate()
            process.wait(30)


def browser_path() -> str:
    """Debian's Chromium, or another one."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sys.exit("This needs Chromium (Debian: apt install chromium).")
    return found


def addresses(page: Page) -> list[str]:
    """The paths of all pages, dashboards and sheets, by the links that lead there."""
    links = page.locator("nav a[href^='/console/']")
    pages = [str(link.get_attribute("href")) for link in links.all()]
    found = []
    for path in dict.fromkeys(pages):
        if path.count("/") > 3 or not path.endswith("/dashboards"):
            found.append(path)
    sheets = []
    for path in found:
        if "/dashboards/" not in path:
            continue
        page.goto(re.sub(r"/console/.*", path, page.url))
        page.wait_for_selector("[role=tablist], [role=alert]", state="attached")
        for tab in page.get_by_role("tab").all()[1:]:
            tab.click()
            page.wait_for_url("**sheet=*")
            sheets.append(re.sub(r"^https?://[^/]+", "", page.url))
    return [*found, *sheets]


def settled(page: Page) -> None:
    """Wait until nothing on the page is still to be shown."""
    page.wait_for_function(
        """() => ![...document.querySelectorAll(".wh-skeleton")].some((one) => one.offsetParent)
        && !document.documentElement.classList.contains("wh-is-busy")""",
        timeout=60_000,
    )
    page.wait_for_timeout(400)


def main() -> None:
    """Make them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=Path("screenshots"))
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--scale", type=float, default=0.05)
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    with served(given.lake, given.scale) as told, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        first = browser.new_page()
        first.goto(told["console"])
        first.wait_for_selector("nav a")
        settled(first)
        paths = addresses(first)
        for theme in THEMES:
            for size, (width, height) in SIZES.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if theme == "dark" else "light",
                )
                page = context.new_page()
                page.goto(told["console"])
                for path in paths:
                    page.goto(f"{told['url']}{path}")
                    settled(page)
                    name = re.sub(r"[^a-z0-9]+", "-", path.removeprefix("/console/").lower()).strip("-")
                    file = given.to / f"{name}-{size}-{theme}.png"
                    page.screenshot(path=file, full_page=size == "phone")
                    print(file)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
