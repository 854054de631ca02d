"""Who may speak to the server: hostile names and origins, large bodies, and what is no request at all."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from collections.abc import Mapping

import pytest
import uvicorn
from tests.query.http.conftest import Served

from wavehouse.web.guard import Guard, Receive, Scope, Send

_CALL = {"X-Amz-Target": "AmazonAthena.ListWorkGroups", "Content-Type": "application/x-amz-json-1.1"}


def _ask(
    served: Served,
    headers: Mapping[str, str],
    method: str = "POST",
    path: str = "/",
    body: bytes | None = b"{}",
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", served.told["port"], timeout=30)
    connection.putrequest(method, path, skip_host="Host" in headers)
    length = {} if body is None else {"Content-Length": str(len(body))}
    for name, value in {**headers, **length}.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def test_it_is_called_by_its_own_names(served: Served) -> None:
    port = served.told["port"]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}"):
        assert _ask(served, {**_CALL, "Host": host})[0] == 200
    own = f"http://127.0.0.1:{port}"
    assert _ask(served, {**_CALL, "Origin": own})[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:1",
        "127.0.0.1:{port}.evil",
        "",
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/"), ("GET", "/wavehouse-results"), ("GET", "/"), ("PUT", "/x")]
)
def test_other_names_are_refused_on_every_route(served: Served, host: str, method: str, path: str) -> None:
    named = host.format(port=served.told["port"])
    assert _ask(served, {**_CALL, "Host": named}, method, path)[0] == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1"]
)
def test_other_origins_are_refused(served: Served, origin: str) -> None:
    named = origin.format(port=served.told["port"])
    assert _ask(served, {**_CALL, "Origin": named})[0] == 403
    assert _ask(served, {**_CALL, "Sec-Fetch-Site": "cross-site"})[0] == 403


def test_large_bodies_are_refused(served: Served) -> None:
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{served.told['port']}\r\n"
    with socket.create_connection(("127.0.0.1", served.told["port"]), timeout=30) as raw:
        raw.sendall(f"{head}Content-Length: 1000001\r\n\r\n".encode())
        assert raw.recv(100).startswith(b"HTTP/1.1 413")  # before any of it is sent
    # Of one that does not say how long it is, too; and who sends it all before it reads is told why.
    for told, piece in (
        ("Transfer-Encoding: chunked", b"%x\r\n" % 100_000 + b"x" * 100_000 + b"\r\n"),
        ("Content-Length: 12000000", b"x" * 100_000),
    ):
        with socket.create_connection(("127.0.0.1", served.told["port"]), timeout=30) as raw:
            raw.sendall(f"{head}{told}\r\n\r\n".encode())
            for _ in range(120):
                raw.sendall(piece)
            raw.sendall(b"0\r\n\r\n" if "chunked" in told else b"")
            assert raw.recv(100).startswith(b"HTTP/1.1 413")


async def _asked_slowly(pieces: int, calls: list[bytes]) -> bytes:
    """What is answered to a request of ten bytes of which so many come, one each twentieth of a second."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        calls.append((await receive())["body"])

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    host = f"127.0.0.1:{listening.getsockname()[1]}"
    guard = Guard(application, [host], patience=0.2)
    server = uvicorn.Server(uvicorn.Config(guard, log_level="critical", lifespan="off", timeout_keep_alive=1))
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    writer.write(f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 10\r\n\r\n".encode())
    reading = asyncio.create_task(reader.read(1000))
    for _ in range(pieces):
        writer.write(b"x")
        await asyncio.wait([reading], timeout=0.05)
    answer = b"" if pieces == 1 else await reading
    writer.close()
    server.should_exit = True
    await serving
    return answer


def test_a_request_that_does_not_come_is_ended() -> None:
    calls: list[bytes] = []
    assert asyncio.run(_asked_slowly(0, calls)).startswith(b"HTTP/1.1 408")
    assert asyncio.run(_asked_slowly(9, calls)).startswith(b"HTTP/1.1 408")
    # Of one whose sender goes, nothing is done with what has come.
    asyncio.run(_asked_slowly(1, calls))
    assert calls == []


def test_a_websocket_is_refused(served: Served) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    upgrade["Sec-WebSocket-Key"] = "AAAAAAAAAAAAAAAAAAAAAA=="
    own = {"Origin": f"http://127.0.0.1:{served.told['port']}"}
    assert _ask(served, upgrade, "GET", body=None)[0] == 403
    assert _ask(served, {**upgrade, **own}, "GET", body=None)[0] == 403


@pytest.mark.parametrize(
    ("target", "body", "type_"),
    [
        ("AmazonAthena.Nope", b"{}", "UnknownOperationException"),
        ("AWSGlue.GetTables", b"{}", "UnknownOperationException"),
        ("AmazonAthena.ListWorkGroups", b"{", "SerializationException"),
        ("AmazonAthena.ListWorkGroups", b"[" * 100_000, "SerializationException"),
        ("AmazonAthena.ListWorkGroups", b"[]", "SerializationException"),
        ("AmazonAthena.StartQueryExecution", b"{}", "InvalidRequestException"),
        ("AmazonAthena.StartQueryExecution", b'{"QueryString": 1}', "InvalidRequestException"),
        ("AmazonAthena.GetQueryExecution", b'{"QueryExecutionId": "../catalog"}', "InvalidRequestException"),
        ("AmazonAthena.GetQueryExecution", b'{"QueryExecutionId": ["x"]}', "InvalidRequestException"),
        ("AmazonAthena.ListQueryExecutions", b'{"MaxResults": 51}', "InvalidRequestException"),
        ("AmazonAthena.ListQueryExecutions", b'{"NextToken": "-1"}', "InvalidRequestException"),
    ],
)
def test_what_is_no_call_is_refused_in_the_protocols_words(
    served: Served, target: str, body: bytes, type_: str
) -> None:
    status, answer = _ask(served, {**_CALL, "X-Amz-Target": target}, body=body)
    assert (status, json.loads(answer)["__type"]) == (400, type_)


def test_what_is_no_http_harms_nobody(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.told["port"]), timeout=30) as raw:
        raw.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        raw.recv(1000)
    assert _ask(served, _CALL)[0] == 200
