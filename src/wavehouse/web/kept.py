"""Answers that are the same for everybody: made and compressed once, kept in memory."""

from __future__ import annotations

from typing import Any

from wavehouse.core.recent import Recent
from wavehouse.web.guard import App, Receive, Scope, Send

# Of so many files; together they have a few megabytes.
_MOST_FILES = 500
_BIGGEST = 4_000_000
# Who asks for a part, or whether something has changed, is answered by the application.
_CONDITIONS = (b"range", b"if-none-match", b"if-modified-since")

_Message = dict[str, Any]


class Kept:
    """An ASGI application before another, of which all that it answers below `paths` is kept.

    Scripts and styles are large, and to compress them takes longer than to make a page.
    """

    def __init__(self, app: App, paths: tuple[str, ...]) -> None:
        self._app, self._paths = app, paths
        self._kept: Recent[tuple[str, bool], list[_Message]] = Recent(_MOST_FILES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, from what is kept where there is something."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(self._paths):
            return await self._app(scope, receive, send)
        # (Of an address there is one answer, not one for each way to ask for it.)
        if scope["query_string"]:
            return await self._app(scope, receive, send)
        headers = scope["headers"]
        if any(name in _CONDITIONS for name, _ in headers):
            return await self._app(scope, receive, send)
        packed = any(name == b"accept-encoding" and b"gzip" in value.lower() for name, value in headers)
        key = (scope["path"], packed)
        kept = self._kept.get(key)
        if kept is None:
            kept = []

            async def collect(message: Any) -> None:
                kept.append(dict(message))
                await send(message)

            await self._app(scope, receive, collect)
            whole = _whole(kept)
            if whole:
                self._kept.put(key, whole)
            return None
        for message in kept:
            await send(message)
        return None


def _whole(messages: list[_Message]) -> list[_Message]:
    """An answer in two messages; [] where it is none that everybody gets."""
    start, *pieces = messages or [{}]
    body = b"".join(piece.get("body", b"") for piece in pieces)
    ended = bool(pieces) and not pieces[-1].get("more_body", False)
    headers = [
        one
        for one in start.get("headers", ())
        if one[0].lower() not in (b"content-length", b"transfer-encoding")
    ]
    own = any(name.lower() == b"set-cookie" for name, _ in headers)
    if start.get("status") != 200 or own or not ended or len(body) > _BIGGEST:
        return []
    headers.append((b"content-length", str(len(body)).encode()))
    return [{**start, "headers": headers}, {"type": "http.response.body", "body": body}]
