"""One address for people and programs: pages below one path, and an API everywhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

from wavehouse.web.guard import App, Receive, Scope, Send

# Where the pages are.
PATH = "/console"

# An application that is to be made, with what it needs to run.
Making = Callable[[], tuple[App, AbstractAsyncContextManager[Any]]]


class Later:
    """An ASGI application that is made in a thread, once the server answers or somebody asks for it.

    What pages need takes a second to import, which nobody waits for who only wants the API.
    """

    def __init__(self, make: Making) -> None:
        self._make = make
        self._made: asyncio.Task[App] | None = None
        self._running = AsyncExitStack()

    def begin(self) -> asyncio.Task[App]:
        """Start to make it, if that has not begun."""
        if self._made is None:
            self._made = asyncio.create_task(self._making())
        return self._made

    async def _making(self) -> App:
        app, running = await asyncio.to_thread(self._make)
        await self._running.enter_async_context(running)
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, once it is made."""
        app = await asyncio.shield(self.begin())
        await app(scope, receive, send)

    async def end(self) -> None:
        """End what has begun."""
        if self._made is not None:
            await asyncio.wait([self._made])
        await self._running.aclose()


class Front:
    """Pages at `path` and below, the API elsewhere; a browser that asks for / is sent to the pages."""

    def __init__(self, api: App, pages: App, later: Later, path: str) -> None:
        self._api, self._pages, self._later, self._path = api, pages, later, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from where it belongs. What counts is `scope["path"]`: a URL would be built from Host."""
        if scope["type"] == "lifespan":
            return await self._lifespan(receive, send)
        path = scope["path"]
        if path == self._path or path.startswith(f"{self._path}/"):
            return await self._pages(scope, receive, send)
        if scope["type"] == "websocket":
            await receive()
            return await send({"type": "websocket.close", "code": 1008})
        if path == "/" and _is_browser(scope):
            headers = [(b"location", f"{self._path}/".encode()), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 303, "headers": headers})
            return await send({"type": "http.response.body", "body": b""})
        return await self._api(scope, receive, send)

    async def _lifespan(
        self, receive: Receive, send: Callable[[MutableMapping[str, Any]], Awaitable[None]]
    ) -> None:
        await receive()
        self._later.begin()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._later.end()
        await send({"type": "lifespan.shutdown.complete"})


def _is_browser(scope: Scope) -> bool:
    """Clients of AWS sign what they ask; a browser asks for a page and signs nothing."""
    headers = dict(scope["headers"])
    signed = b"authorization" in headers or b"x-amz-signature" in scope["query_string"].lower()
    return scope["method"] == "GET" and not signed and b"text/html" in headers.get(b"accept", b"")
