"""What a server says on its terminal of what goes wrong inside."""

from __future__ import annotations

import http.client
import subprocess
import sys

_SERVER = """
from wavehouse.web.serving import listening, port_of, serve

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
    elif scope["path"] == "/left":
        raise RuntimeError("No response returned.")
    else:
        raise ValueError("this is\\nbroken")

made = listening("127.0.0.1", 0)
serve(app, made, lambda: print(port_of(made), flush=True))
"""


def test_an_error_is_one_line_and_a_browser_that_left_is_none() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    for path in ("/left", "/broken"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path)
        assert connection.getresponse().status == 500
        connection.close()
    process.terminate()
    _, told = process.communicate(timeout=30)
    assert told == "serve: Exception in ASGI application (ValueError: this is broken)\n"
