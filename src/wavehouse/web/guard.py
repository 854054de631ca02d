"""Who may speak to a server of this machine: nobody that a page of another site has sent.

A browser lets any page send requests here, and a name that resolves to 127.0.0.1 let it read the answers
(DNS rebinding). So the name by which we are called counts, and where a page that calls comes from.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 1_000_000
_PATIENCE = 30.0  # seconds for a body to come
# What a client that is refused may still send: one that only writes would see a broken pipe, and no reason.
_LINGERS_FOR = 5.0  # seconds
_MOST_UNREAD = 16 * MOST_BYTES
# What a proxy would say; there is none, and what is behind us would believe it.
_FORWARDED = (b"x-forwarded-", b"forwarded", b"x-real-ip")
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
)
_UNKEPT = (b"cache-control", b"no-store")


def hosts_of(host: str, port: int) -> frozenset[str]:
    """How a server that listens there may be called."""
    names = {"127.0.0.1", "localhost"} | ({f"[{host}]" if ":" in host else host} - {"0.0.0.0", "[::]"})  # noqa: S104
    return frozenset(f"{name}:{port}" for name in names) | (frozenset(names) if port == 80 else frozenset())


class _RefusedError(Exception):
    """A request that is not passed on: the status, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Guard:
    """An ASGI application before another: exact Host and Origin, and bodies of limited size.

    A body has `patience` seconds to come.
    """

    def __init__(
        self, app: App, hosts: Iterable[str], most_bytes: int = MOST_BYTES, patience: float = _PATIENCE
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(f"http://{host}" for host in self._hosts)
        self._most = most_bytes
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse before anything else has seen the request."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        scope["headers"] = [one for one in scope["headers"] if not one[0].startswith(_FORWARDED)]
        why = self._refused(scope["headers"])
        if scope["type"] != "http":
            # (Every browser names the origin of a websocket: whoever does not has something to hide.)
            if why or not any(name == b"origin" for name, _ in scope["headers"]):
                await receive()
                return await send({"type": "websocket.close", "code": 1008})
            return await self._app(scope, receive, send)
        try:
            if why:
                raise _RefusedError(403, why)
            async with asyncio.timeout(self._patience):
                body = await self._body(scope["headers"], receive)
        except TimeoutError:
            return await _refuse(send, 408, f"a request comes within {self._patience:g} seconds")
        except _RefusedError as refused:
            return await _refuse(
                send, refused.status, str(refused), receive if refused.status == 413 else None
            )
        return await self._app(scope, _given(body, receive), _with_headers(send))

    def _refused(self, headers: Iterable[tuple[bytes, bytes]]) -> str:
        hosts = [value.decode("latin-1").lower() for name, value in headers if name == b"host"]
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return "this server is not called so"
        for name, value in headers:
            if name == b"origin" and value.decode("latin-1").lower() not in self._origins:
                return "requests of other sites are refused"
            if name == b"sec-fetch-site" and value not in (b"same-origin", b"none"):
                return "requests of other sites are refused"
        return ""

    async def _body(self, headers: Iterable[tuple[bytes, bytes]], receive: Receive) -> bytes:
        told = [value for name, value in headers if name == b"content-length"]
        too_much = _RefusedError(413, f"a request has at most {self._most:,} bytes")
        if any(not value.isdigit() or len(value) > 18 or int(value) > self._most for value in told):
            raise too_much
        pieces, size = [], 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise _RefusedError(400, "the request was cut off")
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > self._most:
                raise too_much
            if not message.get("more_body"):
                return b"".join(pieces)


def _given(body: bytes, receive: Receive) -> Receive:
    left = [body]

    async def give() -> MutableMapping[str, Any]:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return give


def _with_headers(send: Send) -> Send:
    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = message.get("headers", ())
            kept = any(name.lower() == b"cache-control" for name, _ in given)
            message = {**message, "headers": [*given, *_HEADERS, *(() if kept else (_UNKEPT,))]}
        await send(message)

    return sent


async def _refuse(send: Send, status: int, why: str, unread: Receive | None = None) -> None:
    """Answer at once; close after what is still being sent: a closed connection takes its answer with it."""
    body = f"{why}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": unread is not None})
    if unread:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGERS_FOR):
                await _let_end(unread)
        await send({"type": "http.response.body", "body": b""})


async def _let_end(unread: Receive) -> None:
    size = 0
    while size < _MOST_UNREAD:
        message = await unread()
        size += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return
