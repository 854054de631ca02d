"""A proxy that stands between a client and an S3 server, and lets go wrong what its rules say.

Requests pass unchanged, with the Host header that the client signed: so its signature stays valid, and the
server never learns that there is a proxy. What was delayed is passed on in the end, whether its client still
waits or has long since tried again.

A client that tries again may not even know it: libcurl does so after a reset on a connection that it had used
before. A fault that is to be felt must therefore come more than once (`times=None`).
"""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any

from tests.object_store.faults import Fault, Passed, Rule, Rules, S3Request

# These are between two neighbours, and no client signs them.
_NOT_PASSED_ON = {"connection", "keep-alive", "expect", "content-length", "transfer-encoding"}
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
_ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>'
    "<Message>{message}</Message><RequestId>fault-proxy</RequestId></Error>"
)
_SLOW_DOWN = _ERROR.format(code="SlowDown", message="Please reduce your request rate.").encode()
_STATUS = {"ExpiredToken": 400, "NoSuchBucket": 404}  # of all others: 403
# What is written down before the server is asked; a client may be gone long before a delay has ended.
_WITHOUT_THE_SERVER = {Fault.RESET_BEFORE, Fault.SLOW_DOWN, Fault.DELAY, Fault.REFUSED}
_UPSTREAM_TIMEOUT = 120


class FaultProxy:
    """Listens on a free port of the loopback interface; to be used in a `with` statement.

    `server` is the `host:port` of the real server, `endpoint` the one to give to clients. Faults are drawn
    by `seed` where a rule has a probability.
    """

    def __init__(self, server: str, *, seed: int = 0) -> None:
        host, _, port = server.rpartition(":")
        self.upstream = (host, int(port))
        self.rules = Rules(seed)
        self.stopping = Event()
        self.errors: list[BaseException] = []
        self._log: list[Passed] = []
        self._lock = Lock()
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def endpoint(self) -> str:
        """`host:port` for clients; plain HTTP, path style."""
        host, port = self._server.socket.getsockname()
        return f"{host}:{port}"

    @property
    def url(self) -> str:
        """The endpoint as a URL."""
        return f"http://{self.endpoint}"

    def add(self, *rules: Rule) -> None:
        """From now on, these rules hold too; they count from the next request on."""
        self.rules.add(rules)

    def clear(self) -> None:
        """From now on, nothing goes wrong; what was written down stays."""
        self.rules.clear()

    @property
    def log(self) -> Sequence[Passed]:
        """All requests so far, in the order in which they were decided."""
        with self._lock:
            return tuple(self._log)

    def faults(self, fault: Fault | None = None) -> Sequence[Passed]:
        """The requests with which something was done; with `fault`, only those with that."""
        return [passed for passed in self.log if passed.fault and fault in (None, passed.fault)]

    def write_down(self, passed: Passed) -> None:
        """Called before the client can know, so that a test that saw the effect finds the cause."""
        with self._lock:
            self._log.append(passed)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        # Without the farewell of the base class: it would turn a reset into an orderly end.
        self._open.discard(request)
        self.close_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._open):
            _hang_up(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        # That a client goes away is its right; anything else is a fault of ours, and a test must see it.
        error = sys.exc_info()[1]
        if error and not isinstance(error, ConnectionError):
            self.proxy.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client, with all its requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_any(self) -> None:
        """Decide what becomes of one request."""
        body = self._body()
        # Not `self.path`: that is no longer the text that was signed when it begins with two slashes.
        target = self.requestline.split()[1]
        request = S3Request.of(self.command, target)
        proxy = self.server.proxy
        rule = proxy.rules.rule_for(request)
        fault = rule.fault if rule else None
        if fault in _WITHOUT_THE_SERVER:
            proxy.write_down(Passed(request, fault, None))
        if fault is Fault.RESET_BEFORE:
            self._reset()
            return
        if fault is Fault.SLOW_DOWN:
            self._reply(503, "Slow Down", [("Content-Type", "application/xml")], _SLOW_DOWN)
            return
        if rule and fault is Fault.REFUSED:
            refused = _ERROR.format(code=rule.code, message="As the test has it.").encode()
            self._reply(
                _STATUS.get(rule.code, 403), "Refused", [("Content-Type", "application/xml")], refused
            )
            return
        if rule and fault is Fault.DELAY:
            proxy.stopping.wait(rule.seconds)
        try:
            status, reason, headers, answer = self._ask(target, body)
        except (OSError, HTTPException):
            proxy.write_down(Passed(request, None, None))
            self._reset()
            return
        if fault is Fault.TRUNCATED and len(answer) < 2:
            fault = None
        if fault not in _WITHOUT_THE_SERVER:
            proxy.write_down(Passed(request, fault, status))
        if fault is Fault.RESET_AFTER:
            self._reset()
        else:
            self._reply(status, reason, headers, answer, half=fault is Fault.TRUNCATED)

    # Each method of HTTP that S3 knows, by the names that the base class looks for.
    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any  # noqa: N815

    @property
    def _in_chunks(self) -> bool:
        # Arrow's client sends its bodies so; its checksum comes behind them, as a part of the body to us.
        return self.headers.get("Transfer-Encoding", "").lower() == "chunked"

    def _body(self) -> bytes:
        if not self._in_chunks:
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # what may follow the last chunk
        return b"".join(chunks)

    def _ask(self, target: str, body: bytes) -> tuple[int, str, list[tuple[str, str]], bytes]:
        # A connection for each request: one that is kept may be closed by the server just now.
        connection = HTTPConnection(*self.server.proxy.upstream, timeout=_UPSTREAM_TIMEOUT)
        try:
            connection.putrequest(self.command, target, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _NOT_PASSED_ON:
                    connection.putheader(name, value)
            connection.putheader("Connection", "close")
            if self._in_chunks:
                connection.putheader("Transfer-Encoding", "chunked")
                connection.endheaders([body] if body else [], encode_chunked=True)
            else:
                if "Content-Length" in self.headers:
                    connection.putheader("Content-Length", str(len(body)))
                connection.endheaders(body or None)
            with connection.getresponse() as response:
                return response.status, response.reason, response.getheaders(), response.read()
        finally:
            connection.close()

    def _reply(
        self, status: int, reason: str, headers: list[tuple[str, str]], body: bytes, *, half: bool = False
    ) -> None:
        length = str(len(body))
        if self.command == "HEAD":
            length = next((value for name, value in headers if name.lower() == "content-length"), "0")
            body = b""
        lines = [f"HTTP/1.1 {status} {reason}"]
        lines += [f"{name}: {value}" for name, value in headers if name.lower() not in _NOT_PASSED_ON]
        if status != 204:  # which has no body by definition
            lines.append(f"Content-Length: {length}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head + (body[: len(body) // 2] if half else body))
        if half:
            self.close_connection = True

    def _reset(self) -> None:
        # A lingering time of 0 makes the close a reset (RST), which nobody can take for the end of a reply.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is printed: the record is the proxy's log."""


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # its client was quicker
