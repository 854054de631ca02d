"""A lake that is served with its console, and a browser in front of it that reaches nothing else."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.conftest import Wavehouse
from tests.servers import servers

expect.set_options(timeout=30_000)
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


@dataclass(frozen=True)
class Console:
    """`wavehouse serve` as a process of its own."""

    lake: Path
    project: Path
    process: subprocess.Popen[str]
    told: dict[str, Any]

    @property
    def url(self) -> str:
        """Its address without a path."""
        return cast("str", self.told["url"])

    @property
    def entrance(self) -> str:
        """The address with the token."""
        return cast("str", self.told["console"])

    def address(self, path: str) -> str:
        """The address of a page: `address("flow")`."""
        return f"{self.url}/console/{path}"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """A directory with `lake`, made of a small synthetic catalogue, and its files."""
    folder = tmp_path_factory.mktemp("console")
    done = wavehouse_in(folder)("demo", "demo", "--scale", "0.005")
    assert done.code == 0, done.stderr
    return folder / "demo"


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """A directory with `lake`, which two runs have made, and `files`, whose mistakes it keeps aside."""
    return _lived_in(tmp_path_factory.mktemp("lived_in"), wavehouse_in, 2)


def _lived_in(folder: Path, wavehouse_in: Callable[[Path], Wavehouse], runs: int) -> Path:
    wavehouse = wavehouse_in(folder)
    for seed in range(1, runs + 1):
        files = folder / "files" / str(seed)
        made = wavehouse("generate", files, "--scale", "0.003", "--dirty", "0.5", "--seed", str(seed))
        assert made.code == 0, made.stderr
        done = wavehouse("run", "--from", files, "--lake", "lake")
        assert done.code in (0, 1), done.stderr
    return folder


@pytest.fixture
def own_lake(tmp_path: Path, wavehouse_in: Callable[[Path], Wavehouse]) -> Callable[[int], Path]:
    """Makes a lake of so many runs for one test, which may change it."""
    return lambda runs: _lived_in(tmp_path, wavehouse_in, runs) / "lake"


@pytest.fixture(scope="session")
def lived_in_console(lived_in: Path, project: Path, serve: Callable[..., Console]) -> Console:
    """A server of that lake, for tests that leave it as it is."""
    return serve(lived_in / "lake", project)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the Spotify project, which pages may write to."""
    root = Path(__file__).parents[2] / "spotify"
    return Path(shutil.copytree(root, tmp_path_factory.mktemp("project") / "spotify"))


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Console]]:
    """Starts servers; they are ended afterwards."""
    with servers() as start:
        yield lambda lake, project, *args: Console(
            lake, project, *start("--lake", str(lake), "--project", str(project), *args)
        )


@pytest.fixture(scope="session")
def console(demo: Path, project: Path, serve: Callable[..., Console]) -> Console:
    """One server for all tests that leave the lake as it is."""
    return serve(demo / "lake", project)


# (A file's, not the session's: as long as Playwright is there its thread has a running event loop, in which
# other tests could run none of their own.)
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    # (A machine may be busy; who waits for something goes on as soon as it is there.)
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a browser without a past, that has been let in; none may complain or go elsewhere.

    `open_page(console, "flow", width=1024, height=768, dark=True)`
    """
    contexts, complaints = [], []

    def opened(
        served: Console, path: str = "", width: int = 1440, height: int = 900, *, dark: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((served.url, "data:", "blob:"))
                else complaints.append(f"the page asked another host: {asked.url}")
            ),
        )
        token = served.entrance.partition("?")[2]
        page.goto(f"{served.address(path)}{'&' if '?' in path else '?'}{token}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def page(console: Console, open_page: Callable[..., Page]) -> Page:
    """The first page of the console."""
    return open_page(console)
