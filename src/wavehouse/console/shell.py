"""A page of the console: header, sidebar, and a frame around what a page shows."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

from nicegui import Client, ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request
from starlette.responses import RedirectResponse

import wavehouse.dashboards
from wavehouse.core.errors import WavehouseError
from wavehouse.dashboards.colours import variables
from wavehouse.web.front import PATH


@dataclass(frozen=True)
class Page:
    """A page at /console/`path`, and at whatever is below it; `icon` is a name of the Material icons."""

    path: str
    title: str
    icon: str
    build: Callable[[Frame], Awaitable[None]]


@dataclass(frozen=True)
class Shell:
    """What all pages share: their list, the lake's name, and whether anything may be changed."""

    pages: Sequence[Page]
    lake: str
    read_only: bool = False


@dataclass(frozen=True)
class Frame:
    """What a page is given: where it is, what the address says, and how to speak to whoever looks at it.

    `rest` is what the path has behind the page's own ("tracks" of /console/flow/tracks), `query` the
    parameters in their order.
    """

    shell: Shell
    page: Page
    client: Client
    rest: str = ""
    query: Sequence[tuple[str, str]] = ()
    # The elements that a page may fill: `header` stands on the right of its title, `below` in the sidebar.
    header: ui.element = field(default_factory=ui.element)
    below: ui.element = field(default_factory=ui.element)
    title: ui.label = field(default_factory=ui.label)
    subtitle: ui.label = field(default_factory=ui.label)

    @property
    def read_only(self) -> bool:
        """Whether nothing may be changed: then what would change something is not shown at all."""
        return self.shell.read_only

    def values(self) -> Mapping[str, str]:
        """The parameters of the address; of one that is there twice, the last."""
        return dict(self.query)

    def remember(self, query: Sequence[tuple[str, str]], rest: str | None = None) -> None:
        """Write the state of the page into its address, without loading it; 'back' goes to the one before."""
        place = address(self.page.path, self.rest if rest is None else rest, query)
        self.client.run_javascript(f"wavehouse.remember({json.dumps(place)})")

    def go(self, place: str) -> None:
        """Load another address; one of another host in a tab of its own."""
        here = place.startswith("/")
        code = (
            f"location.assign({json.dumps(place)})"
            if here
            else f"open({json.dumps(place)}, '_blank', 'noopener')"
        )
        self.client.run_javascript(code)

    def on_back(self, handler: Callable[[list[tuple[str, str]]], Awaitable[None]]) -> None:
        """Be told the parameters of the address when a reader goes back or forth on this page."""

        async def told(event: GenericEventArguments) -> None:
            await handler(parse_qsl(str(event.args), keep_blank_values=True))

        self.client.run_javascript("wavehouse.listens = true")
        ui.on("wavehouse-back", told)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Show the bar on top while something is awaited; what is on the page stays visible."""
        self.client.run_javascript("wavehouse.busy(1)")
        try:
            yield
        finally:
            self.client.run_javascript("wavehouse.busy(-1)")


def address(path: str, rest: str = "", query: Sequence[tuple[str, str]] = ()) -> str:
    """The address of a page."""
    below = f"/{quote(rest)}" if rest else ""
    return f"{PATH}/{path}{below}" + (f"?{urlencode(query)}" if query else "")


def link_to(place: str) -> ui.element:
    """A link, to be filled with its text."""
    link = ui.element("a")
    link.props["href"] = place
    return link


def show_error(error: WavehouseError) -> None:
    """An error inside what is being built: what, where, what to do."""
    with ui.element("div").classes("wh-error").props('role="alert"'):
        ui.label(error.what).classes("wh-error-what")
        if error.where:
            ui.label(error.where).classes("wh-error-where")
        if error.remedy:
            ui.label(error.remedy).classes("wh-error-remedy")


def register(shell: Shell) -> None:
    """Make the routes of all pages."""
    for page in shell.pages:
        _register(shell, page)

    def home() -> RedirectResponse:
        return RedirectResponse(address(shell.pages[0].path), 303)

    # (FastAPI reads the types at run time.)
    home.__annotations__ = {}
    ui.page("/")(home)


def _register(shell: Shell, page: Page) -> None:
    async def shown(request: Request, client: Client, rest: str = "") -> None:
        await _show(shell, page, request, client, rest)

    # (FastAPI reads the types at run time.)
    shown.__annotations__ = {"request": Request, "client": Client, "rest": str, "return": None}
    for path in (f"/{page.path}", f"/{page.path}/{{rest:path}}"):
        ui.page(path, title=f"{page.title} · Wavehouse", language="en-US")(shown)


async def _show(shell: Shell, page: Page, request: Request, client: Client, rest: str) -> None:
    ui.add_head_html(_head())
    client.content.classes(remove="nicegui-content").classes("wh-page")
    ui.element("div").props('id="wh-busy" aria-hidden="true"')
    with link_to("#content").classes("wh-skip"):
        ui.label("Skip to content")
    with ui.element("header").classes("wh-header"):
        _header(shell)
    with ui.element("nav").classes("wh-sidebar").props('aria-label="Pages"'):
        for other in shell.pages:
            with link_to(address(other.path)).classes("wh-nav") as link:
                ui.icon(other.icon).props('aria-hidden="true"')
                ui.label(other.title)
            if other is page:
                link.classes("wh-current").props('aria-current="page"')
                below = ui.element("div").classes("wh-below")
    # (The page around is a <main> already, which NiceGUI makes.)
    with ui.element("div").classes("wh-main").props('id="content" tabindex="-1"'):
        with ui.element("div").classes("wh-title"):
            with ui.element("div"):
                title = ui.label(page.title).classes("wh-h1").props('role="heading" aria-level="1"')
                subtitle = ui.label("").classes("wh-subtitle")
            header = ui.element("div").classes("wh-actions")
        frame = Frame(
            shell, page, client, rest, request.query_params.multi_items(), header, below, title, subtitle
        )
        with ui.element("div").classes("wh-content"):
            try:
                await page.build(frame)
            except WavehouseError as error:
                show_error(error)


@cache
def _head() -> str:
    here = Path(__file__).parent
    files = (here / "shell.css", Path(wavehouse.dashboards.__file__).parent / "browser" / "sheet.css")
    style, script = "".join(file.read_text("utf-8") for file in files), (here / "shell.js").read_text("utf-8")
    return f"<style>{variables()}{style}</style><script>{script}</script>"


def _header(shell: Shell) -> None:
    with link_to(f"{PATH}/").classes("wh-brand"):
        ui.label("Wavehouse")
    ui.label(f"/ {shell.lake}").classes("wh-lake")
    ui.element("div").classes("wh-space")
    if shell.read_only:
        ui.label("Read only").classes("wh-pill")
    ui.button(icon="contrast").props('flat round dense aria-label="Light or dark"').on(
        "click", js_handler="() => wavehouse.toggle()"
    )
