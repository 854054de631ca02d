"""A server that has started asks itself for what the first browser will ask for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.console.conftest import Console

from wavehouse.web.first_visit import script_addresses, visited_first

_PAGE = b"""<script src="/pages/a.js"></script><link href='/pages/b.css'>
<style>@import url(/pages/c.css)</style><script type="importmap">{"x": "/pages/d.mjs"}</script>
<a href="/pages/other"></a><script src="/pages/a.js"></script>"""


@asynccontextmanager
async def _running() -> AsyncIterator[None]:
    yield


def _visited(fails_at: str = "") -> list[tuple[str, bytes]]:
    """What such a server asks itself for, and in which encoding."""
    asked: list[tuple[str, bytes]] = []
    all_asked = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        asked.append((scope["path"], dict(scope["headers"]).get(b"accept-encoding", b"")))
        if scope["path"] in ("/pages/d.mjs", fails_at):
            all_asked.set()
        if scope["path"] == fails_at:
            raise ValueError("broken")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": _PAGE if scope["path"] == "/pages" else b""})

    async def visit() -> None:
        async with visited_first(_running(), app, "/pages"):
            await all_asked.wait()

    asyncio.run(visit())
    return asked


def test_the_page_is_asked_for_and_each_of_its_files_once_compressed() -> None:
    files = [(f"/pages/{name}", b"gzip") for name in ("a.js", "b.css", "c.css", "d.mjs")]
    assert _visited() == [("/pages", b""), *files]


def test_what_goes_wrong_is_told_and_stops_no_server(caplog: pytest.LogCaptureFixture) -> None:
    assert _visited("/pages")[0] == ("/pages", b"")
    assert _visited("/pages/b.css")[-1] == ("/pages/b.css", b"gzip")
    assert caplog.messages == ["the first look at /pages"] * 2


def test_what_a_browser_loads_at_first_is_named_in_the_page(console: Console, page: Page) -> None:
    html = page.request.get(console.address("dashboards")).body()
    loaded = page.evaluate("performance.getEntriesByType('resource').map(one => new URL(one.name).pathname)")
    scripts = {path for path in loaded if path.endswith((".js", ".mjs", ".css"))}
    assert len(scripts) > 15
    # (What scripts fetch by themselves is little; the large ones are named.)
    assert scripts - set(script_addresses(html)) <= {path for path in scripts if "dompurify" in path}
