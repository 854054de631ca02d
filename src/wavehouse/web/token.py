"""Who may see the pages: whoever was given the address with the token, and keeps its cookie.

A token in an address stays in histories and is sent along with links; so it is turned into a cookie at once,
which no script reads and no other site's request carries.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, urlencode

from wavehouse.web.guard import App, Receive, Scope, Send

PARAMETER = "token"
# The cookie that tells browsers apart. It opens nothing.
BROWSER = "wavehouse_browser"
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = ((b"content-security-policy", _POLICY.encode()), (b"x-frame-options", b"DENY"))
_WHY = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Wavehouse</title>
<style>
  body { font: 14px/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 28rem; padding: 0 1rem; }
  :root { color-scheme: light dark; }
</style>
<h1>This page asks for a token</h1>
<p>Open the address that <code>wavehouse serve</code> has printed: it ends in <code>?token=…</code>.
It is needed once in each browser, and again when the server was started anew.</p>
</html>
"""


class Token:
    """A secret of one server, and the cookie that stands for it; `port` tells servers apart."""

    def __init__(self, port: int, secret: str | None = None) -> None:
        self.secret = secret or secrets.token_urlsafe(24)
        # (Cookies do not know ports: without it in the name, two servers would take each other's away.)
        self.cookie = f"wavehouse_{port}"
        self._kept = hashlib.sha256(f"cookie {self.secret}".encode()).hexdigest()

    def admits(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether a request carries the cookie."""
        # (There may be several of its name: whoever listens at another port can set one for all paths.)
        return any(
            name == self.cookie and hmac.compare_digest(value.encode(), self._kept.encode())
            for name, value in cookies(headers)
        )

    def opens(self, given: str) -> bool:
        """Whether that is the secret."""
        return hmac.compare_digest(given.encode(), self.secret.encode())

    def set_cookie(self, path: str) -> str:
        """The header that makes a browser keep it, for the addresses below `path`."""
        return f"{self.cookie}={self._kept}; Path={path}; HttpOnly; SameSite=Strict"


class Gate:
    """An ASGI application before the pages below `path`: token, cookie, and what pages may load."""

    def __init__(self, app: App, token: Token, path: str) -> None:
        self._app, self._token, self._path = app, token, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer whom the token lets in; everybody else gets to know how to come in."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] == "http" and scope["method"] == "GET":
            asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            given = [value for name, value in asked if name == PARAMETER]
            if given and self._token.opens(given[-1]):
                rest = urlencode([(name, value) for name, value in asked if name != PARAMETER])
                place = quote(scope["path"], safe="/") + (f"?{rest}" if rest else "")
                # (Two slashes would name another host.)
                place = "/" + place.lstrip("/")
                kept = (("set-cookie", self._token.set_cookie(self._path)),)
                return await _answer(send, 303, (("location", place), *self._named(scope), *kept))
        if not self._token.admits(scope["headers"]):
            if scope["type"] == "websocket":
                await receive()
                return await send({"type": "websocket.close", "code": 1008})
            return await _answer(send, 401, (("content-type", "text/html; charset=utf-8"),), _WHY)
        return await self._app(scope, receive, _with_policy(send))

    def _named(self, scope: Scope) -> Iterable[tuple[str, str]]:
        """The header that gives a browser a name of its own, if it has none."""
        if BROWSER in dict(cookies(scope["headers"])):
            return ()
        name = secrets.token_urlsafe(12)
        return (("set-cookie", f"{BROWSER}={name}; Path={self._path}; HttpOnly; SameSite=Strict"),)


def cookies(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """The cookies of a request, by their names, of which there may be several."""
    sent = [value.decode("latin-1") for name, value in headers if name == b"cookie"]
    pairs = (pair.strip().partition("=") for line in sent for pair in line.split(";"))
    return [(name, value) for name, _, value in pairs]


def _with_policy(send: Send) -> Send:
    async def sent(message: Scope) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
        await send(message)

    return sent


async def _answer(send: Send, status: int, headers: Iterable[tuple[str, str]], body: str = "") -> None:
    said = body.encode()
    lines = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    length = (b"content-length", str(len(said)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*lines, length, *_HEADERS]})
    await send({"type": "http.response.body", "body": said})
