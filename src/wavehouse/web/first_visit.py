"""A server asks itself first: what is slow only once is slow for nobody."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from wavehouse.web.guard import App

_LOG = logging.getLogger(__name__)
_SCRIPTS = re.compile(rb'["\'(](/[^"\'()\s<>\\]+\.(?:js|mjs|css))["\')]')


@asynccontextmanager
async def visited_first(
    running: AbstractAsyncContextManager[Any], app: App, path: str
) -> AsyncIterator[None]:
    """What `app` needs to run; once it does, its page at `path` is asked for with its scripts and styles."""
    async with running:
        visit = asyncio.create_task(_visit(app, path))
        try:
            yield
        finally:
            visit.cancel()
            with suppress(asyncio.CancelledError):
                await visit


def script_addresses(page: bytes) -> list[str]:
    """The scripts and styles of this host that a page names, each once."""
    return [address.decode() for address in dict.fromkeys(_SCRIPTS.findall(page))]


async def _visit(app: App, path: str) -> None:
    try:
        page = await _asked(app, path, [(b"accept", b"text/html")])
        for address in script_addresses(page):
            await _asked(app, address, [(b"accept-encoding", b"gzip")])
    except Exception as error:
        # Whoever comes next finds out what is wrong, and where.
        _LOG.warning("the first look at %s", path, exc_info=error)


async def _asked(app: App, path: str, headers: list[tuple[bytes, bytes]]) -> bytes:
    """The body of an answer."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), *headers],
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
    }
    request = [{"type": "http.request", "body": b"", "more_body": False}]
    body: list[bytes] = []

    async def receive() -> dict[str, Any]:
        if not request:
            await asyncio.Event().wait()  # (it stays)
        return request.pop()

    async def send(message: Any) -> None:
        body.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(body)
