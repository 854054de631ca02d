"""Scripts and styles are made and compressed once, and everybody gets them whole."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from wavehouse.web.kept import Kept

_PATHS = ("/files/",)


class _Application:
    """Answers with what it is told, and counts."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = messages
        self.asked = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002
        self.asked += 1
        for message in self.messages:
            await send(message)


def _start(status: int = 200, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": [*headers]}


def _piece(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": more}


def _ask(
    app: Kept,
    path: str = "/files/x.js",
    *headers: tuple[bytes, bytes],
    method: str = "GET",
    query: bytes = b"",
) -> list[Any]:
    """What two askers get, one after the other: status, headers and body of each."""
    told = []

    async def asked() -> None:
        for _ in range(2):
            messages: list[Any] = []

            async def send(message: Any, messages: list[Any] = messages) -> None:
                messages.append(message)

            scope = {
                "type": "http",
                "method": method,
                "path": path,
                "query_string": query,
                "headers": [*headers],
            }
            await app(scope, _nothing, send)
            start, *pieces = messages
            told.append((start["status"], b"".join(piece["body"] for piece in pieces)))

    asyncio.run(asked())
    return told


async def _nothing() -> dict[str, Any]:
    return {"type": "http.request"}


def test_an_answer_in_pieces_is_made_once_and_comes_whole() -> None:
    app = _Application(_start(), _piece(b"a", more=True), _piece(b"b"))
    assert _ask(Kept(app, _PATHS)) == [(200, b"ab"), (200, b"ab")]
    assert app.asked == 1


def test_an_address_with_parameters_is_not_kept() -> None:
    app = _Application(_start(), _piece(b"a"))
    _ask(Kept(app, _PATHS), query=b"1")
    assert app.asked == 2


def test_who_takes_no_gzip_gets_another_one() -> None:
    app = _Application(_start(), _piece(b"a"))
    kept = Kept(app, _PATHS)
    _ask(kept)
    _ask(kept, "/files/x.js", (b"accept-encoding", b"br, gzip"))
    assert app.asked == 2


@pytest.mark.parametrize(
    ("path", "header", "method"),
    [
        ("/page", (b"accept", b"*/*"), "GET"),
        ("/files/x.js", (b"range", b"bytes=0-1"), "GET"),
        ("/files/x.js", (b"if-none-match", b"x"), "GET"),
        ("/files/x.js", (b"accept", b"*/*"), "POST"),
    ],
)
def test_other_requests_are_passed_on(path: str, header: tuple[bytes, bytes], method: str) -> None:
    app = _Application(_start(), _piece(b"a"))
    _ask(Kept(app, _PATHS), path, header, method=method)
    assert app.asked == 2


@pytest.mark.parametrize(
    "messages",
    [
        (_start(404), _piece(b"no")),
        (_start(200, (b"set-cookie", b"x=1")), _piece(b"mine")),
        (_start(), _piece(b"x" * 5_000_000)),
        (_start(), _piece(b"cut off", more=True)),
    ],
)
def test_what_not_everybody_gets_is_not_kept(messages: tuple[dict[str, Any], ...]) -> None:
    app = _Application(*messages)
    _ask(Kept(app, _PATHS))
    assert app.asked == 2
