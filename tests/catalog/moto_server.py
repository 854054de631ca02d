"""moto, which answers like Glue over HTTP on loopback. It is not AWS: it takes what AWS would refuse."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from moto.moto_api._internal.models import moto_api_backend
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"
# By which clients find out who they are, and that no other store is meant.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "tests",
    "AWS_SECRET_ACCESS_KEY": "no-secret-at-all",
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
}


class MotoServer:
    """A server on a port of its own; what it knows outlives `stop`."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        self._server: ThreadedMotoServer | None = None

    @property
    def url(self) -> str:
        """The endpoint of every service."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Answer."""
        self._server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def reset(self) -> None:
        """Know nothing any more."""
        moto_api_backend.reset()


@contextmanager
def moto_server() -> Iterator[MotoServer]:
    """A server that answers."""
    # (Every request is a line otherwise, and hides why a test has failed.)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = MotoServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
