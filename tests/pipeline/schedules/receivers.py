"""Who is told: a web server that takes what is posted to it, and a mail server, both on loopback."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Webhook:
    """What was posted, in its order; with `fails` it answers that it cannot."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.posted: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.fails = False

    @property
    def address(self) -> str:
        """The address, with a password in it, as apprise writes one."""
        return f"json://127.0.0.1:{self.port}/hooks/s3cret-token"


@contextmanager
def webhook() -> Iterator[Webhook]:
    """A web server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if not hook.fails:
                hook.posted.append(json.loads(body))
                hook.paths.append(self.path)
            self.send_response(500 if hook.fails else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hook = Webhook(server.server_port)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join()


class Mails:
    """The mails that came: whom they are to, their subject and text."""

    user, password = "lake", "s3cret-password"

    def __init__(self) -> None:
        self.came: list[tuple[list[str], str, str]] = []
        self.port = 0

    @property
    def address(self) -> str:
        """The address, with the password in it."""
        return (
            f"mailto://{self.user}:{self.password}@127.0.0.1:{self.port}"
            "?mode=insecure&from=lake@example.org&to=ops@example.org&format=text"
        )

    async def handle_DATA(self, _: object, __: object, envelope: Any) -> str:  # noqa: N802 (the library's name)
        """Take a mail."""
        mail = message_from_bytes(envelope.content)
        part = next(one for one in mail.walk() if one.get_content_type() == "text/plain")
        text = part.get_payload(decode=True)
        assert isinstance(text, bytes)
        self.came.append((list(envelope.rcpt_tos), str(mail["subject"]), text.decode()))
        return "250 OK"


class _OnFreePort(Controller):
    """One that asks itself whether it answers where it listens."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server() -> Iterator[Mails]:
    """A mail server that asks for the password."""
    mails = Mails()

    def known(_: object, __: object, ___: object, ____: object, told: Any) -> AuthResult:
        return AuthResult(success=(told.login, told.password) == (b"lake", b"s3cret-password"))

    controller = _OnFreePort(
        mails, "127.0.0.1", 0, authenticator=known, auth_require_tls=False, auth_required=True
    )
    controller.start()
    try:
        mails.port = controller.port
        yield mails
    finally:
        controller.stop()
