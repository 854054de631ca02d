"""How a server starts and ends: its address is known before anything is served, and requests are finished."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from wavehouse.core.errors import CallError, OutsideError

# Seconds for the requests that are being answered when the server is told to end.
_DRAIN = 10
# Bytes of one message of a websocket.
_MOST_MESSAGE = 1_000_000


def listening(host: str, port: int) -> socket.socket:
    """A socket at that address; port 0 takes one that is free.

    Raises `CallError` for an address that is not of this machine, `OutsideError` for a port that is taken.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # (With its protocol named: asyncio sets TCP_NODELAY only then, and else every answer takes 40 ms.)
        made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except (OSError, OverflowError) as error:
        raise CallError(f"'{host}' is no address of this machine", remedy="Leave out --host") from error
    try:
        made.bind(address)
        made.listen(128)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise OutsideError(
                f"port {port} is in use by another program",
                remedy="Name another one with --port, or --port 0 for any that is free",
            ) from error
        if error.errno == errno.EACCES:
            raise OutsideError(
                f"port {port} may not be opened by this user", remedy="Name one above 1023 with --port"
            ) from error
        raise CallError(
            f"nothing can listen on {host}:{port} ({error.strerror})", remedy="Leave out --host"
        ) from error
    return made


def port_of(made: socket.socket) -> int:
    """The port of a socket."""
    port: int = made.getsockname()[1]
    return port


class _Lines(logging.Formatter):
    """What goes wrong inside, on one line each: a traceback helps nobody who reads a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        said = record.getMessage().splitlines()[:1]
        told = f" ({type(error).__name__}: {error})".replace("\n", " ") if error is not None else ""
        return f"serve: {''.join(said)}{told}"


def _is_news(record: logging.LogRecord) -> bool:
    """Not that a browser left before it was answered, of which Starlette makes an error."""
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, RuntimeError) and str(error) == "No response returned.")


def _log() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_is_news)
    handler.setFormatter(_Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def serve(
    app: Any, made: socket.socket, ready: Callable[[], None], ending: Callable[[], object] = lambda: None
) -> None:
    """Serve `app` until Ctrl-C or SIGTERM; `ready` is called once requests are answered.

    `ending` is called as soon as it is told to end, from a signal's handler: whatever else was told to end at
    the same moment has not ended by itself. Requests in progress are finished first. Raises
    `KeyboardInterrupt` after Ctrl-C.
    """
    import uvicorn

    _log()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            ending()
            super().handle_exit(sig, frame)

    server = Server(
        uvicorn.Config(
            app,
            http="httptools",
            ws="websockets-sansio",
            ws_max_size=_MOST_MESSAGE,
            ws_per_message_deflate=False,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_DRAIN,
        )
    )
    # Once it has ended, the server gives itself the signal again.
    ended_by: list[int] = []
    before = {
        one: signal.signal(one, lambda number, _: ended_by.append(number))
        for one in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        server.run(sockets=[made])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if signal.SIGINT in ended_by:
        raise KeyboardInterrupt
