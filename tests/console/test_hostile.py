"""Who may see the console, and from where: over real HTTP and real websockets."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import re
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from tests.console.conftest import Console

_SOCKET = "/console/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
_PAGE = {"Accept": "text/html"}


def _ask(
    console: Console,
    path: str,
    headers: Mapping[str, str] = {},
    method: str = "GET",
    body: bytes | None = None,
) -> tuple[int, Mapping[str, str], bytes]:
    opened = http.client.HTTPConnection("127.0.0.1", console.told["port"], timeout=30)
    with contextlib.closing(opened) as connection:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()


def _cookie(console: Console) -> str:
    entrance = urlparse(console.entrance)
    status, headers, _ = _ask(console, f"{entrance.path}?{entrance.query}", _PAGE)
    assert status == 303
    return headers["set-cookie"].partition(";")[0]


def _upgrade(console: Console, headers: Mapping[str, str]) -> int:
    """The status that a websocket's handshake is answered with."""
    key = base64.b64encode(os.urandom(16)).decode()
    given = {
        "Host": f"127.0.0.1:{console.told['port']}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": key,
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    with socket.create_connection(("127.0.0.1", console.told["port"]), timeout=30) as raw:
        raw.sendall(f"GET {_SOCKET} HTTP/1.1\r\n{lines}\r\n".encode())
        found = re.match(rb"HTTP/1\.1 (\d+)", raw.recv(200))
    assert found
    return int(found[1])


def test_every_browser_gets_a_name_of_its_own_once_which_opens_nothing(console: Console) -> None:
    entrance = urlparse(console.entrance)
    place = f"{entrance.path}?{entrance.query}"

    def names(cookie: str) -> list[str]:
        connection = http.client.HTTPConnection("127.0.0.1", console.told["port"], timeout=30)
        connection.request("GET", place, headers={**_PAGE, "Cookie": cookie})
        told = connection.getresponse().headers.get_all("set-cookie") or []
        connection.close()
        return [one for one in told if one.startswith("wavehouse_browser=")]

    (first,), (second,) = names("a=b"), names("a=b")
    assert first != second
    assert {"HttpOnly", "SameSite=Strict", "Path=/console"} <= set(first.split("; "))
    mine = first.partition(";")[0]
    assert not names(mine)
    assert _ask(console, "/console/flow", {**_PAGE, "Cookie": mine})[0] == 401


def test_a_cookie_of_the_same_name_from_another_port_locks_nobody_out(console: Console) -> None:
    entrance = urlparse(console.entrance)
    headers = _ask(console, f"{entrance.path}?{entrance.query}", _PAGE)[1]
    mine = headers["set-cookie"].partition(";")[0]
    name = mine.partition("=")[0]
    for cookie in (f"{mine}; {name}=x", f"{name}=x; {mine}"):
        assert _ask(console, "/console/flow", {**_PAGE, "Cookie": cookie})[0] == 200
    assert _ask(console, "/console/flow", {**_PAGE, "Cookie": f"{name}=x; {name}=y"})[0] == 401


def test_the_token_becomes_a_cookie_that_no_script_reads_and_no_other_site_sends(console: Console) -> None:
    entrance = urlparse(console.entrance)
    status, headers, _ = _ask(console, f"{entrance.path}?sheet=a%26b&{entrance.query}", _PAGE)
    assert (status, headers["location"]) == (303, "/console/?sheet=a%26b")
    cookie = headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/console" in cookie
    secret = parse_qs(entrance.query)["token"][0]
    assert secret not in headers["set-cookie"]


@pytest.mark.parametrize(
    "path", ["/console/", "/console", "/console/dashboards", "/console/_nicegui/x", "/console/%2e"]
)
def test_without_token_nothing_of_the_console_is_told(console: Console, path: str) -> None:
    status, headers, body = _ask(console, path, _PAGE)
    assert status == 401
    assert b"wavehouse serve" in body
    assert "set-cookie" not in headers


@pytest.mark.parametrize("token", ["", "wrong", "%00", "é", "x" * 5000])
def test_a_wrong_token_opens_nothing(console: Console, token: str) -> None:
    path = "/console/?token=" + token.encode("utf-8").decode("latin-1").replace("Ã", "%C3").replace(
        "©", "%A9"
    )
    status, headers, _ = _ask(console, path, _PAGE)
    assert status == 401
    assert "set-cookie" not in headers


def test_the_token_in_a_body_or_on_the_api_opens_nothing(console: Console) -> None:
    query = urlparse(console.entrance).query
    assert (
        _ask(
            console,
            "/console/",
            {**_PAGE, "Content-Type": "application/x-www-form-urlencoded"},
            "POST",
            query.encode(),
        )[0]
        == 401
    )
    assert "set-cookie" not in _ask(console, f"/?{query}", {})[1]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil"]
)
def test_a_name_that_was_bound_anew_is_refused_with_cookie_and_token(console: Console, host: str) -> None:
    named = {"Host": host.format(port=console.told["port"]), "Cookie": _cookie(console), **_PAGE}
    assert _ask(console, "/console/dashboards", named)[0] == 403
    assert _ask(console, f"/console/?{urlparse(console.entrance).query}", named)[0] == 403
    assert _upgrade(console, {**named, "Origin": f"http://{named['Host']}"}) == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1"]
)
def test_other_origins_are_refused(console: Console, origin: str) -> None:
    headers = {"Cookie": _cookie(console), "Origin": origin.format(port=console.told["port"])}
    assert _ask(console, "/console/dashboards", {**_PAGE, **headers})[0] == 403
    assert _upgrade(console, headers) == 403


def test_a_page_of_another_site_can_neither_embed_nor_link_here(console: Console) -> None:
    headers = {**_PAGE, "Cookie": _cookie(console), "Sec-Fetch-Site": "cross-site"}
    assert _ask(console, "/console/dashboards", headers)[0] == 403


def test_a_websocket_needs_origin_and_cookie(console: Console) -> None:
    own = {"Origin": console.url}
    assert _upgrade(console, own) == 403
    assert _upgrade(console, {"Cookie": _cookie(console)}) == 403
    assert _upgrade(console, {**own, "Cookie": f"wavehouse_{console.told['port']}=0"}) == 403
    assert _upgrade(console, {**own, "Cookie": _cookie(console)}) == 101


def test_the_cookie_of_another_server_opens_nothing(
    console: Console, demo: Path, project: Path, serve: Callable[..., Console]
) -> None:
    other = serve(demo / "lake", project)
    name, _, value = _cookie(other).partition("=")
    assert name != _cookie(console).partition("=")[0]
    for cookie in (f"{name}={value}", f"wavehouse_{console.told['port']}={value}"):
        assert _ask(console, "/console/dashboards", {**_PAGE, "Cookie": cookie})[0] == 401


@pytest.mark.parametrize(
    "path",
    [
        "/consolex",
        "/CONSOLE/",
        "//console/",
        "/x/../console/dashboards",
        "/%63onsole/",
        "/console%2fdashboards",
        "/console/../",
        "/./console/",
    ],
)
def test_tricks_with_paths_show_nothing(console: Console, path: str) -> None:
    status, _, body = _ask(console, path, _PAGE)
    assert status in (401, 403, 404, 405)
    assert b"_nicegui" not in body


@pytest.mark.parametrize(
    "path", ["//evil.example/", "/console//evil.example", "/console/\\evil.example", "/console/%0d%0ax:y"]
)
def test_the_token_leads_nowhere_else(console: Console, path: str) -> None:
    status, headers, _ = _ask(console, f"{path}?{urlparse(console.entrance).query}", _PAGE)
    if status == 303:
        assert re.match(r"/console/(?![/\\])|/console$|/console//", headers["location"])
        assert "\r" not in headers["location"]
        assert "x" not in headers


def test_pages_may_load_from_here_alone_and_stand_in_no_frame(console: Console) -> None:
    status, headers, body = _ask(console, "/console/dashboards", {**_PAGE, "Cookie": _cookie(console)})
    assert status == 200
    policy = dict(one.strip().partition(" ")[::2] for one in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert not re.findall(rb"""(?:src|href)=["'](?:https?:)?//""", body)


def test_what_a_proxy_would_say_of_the_address_is_not_believed(console: Console) -> None:
    headers = {**_PAGE, "Cookie": _cookie(console), "X-Forwarded-Prefix": "//evil.example"}
    assert b"evil.example" not in _ask(console, "/console/dashboards", headers)[2]


def test_large_bodies_are_refused_here_too(console: Console) -> None:
    headers = {"Cookie": _cookie(console)}
    assert _ask(console, "/console/dashboards", headers, "POST", b"x" * 1_000_001)[0] == 413


def test_a_browser_at_the_root_comes_to_the_console_and_a_client_of_aws_to_its_buckets(
    console: Console,
) -> None:
    status, headers, _ = _ask(console, "/", {"Accept": "text/html,*/*"})
    assert (status, headers["location"]) == (303, "/console/")
    signed = {"Accept": "text/html", "Authorization": "AWS4-HMAC-SHA256 Credential=any"}
    assert b"ListAllMyBucketsResult" in _ask(console, "/", signed)[2]
    assert b"ListAllMyBucketsResult" in _ask(console, "/", {})[2]
