"""The server as a process of its own, and the way of a test to it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from wavehouse.aws.deploy.clients import Clients

REGION = "eu-central-1"
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class FalseAws:
    """An AWS on loopback. It is not AWS: it takes what AWS would refuse."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What makes every client, of this process or of one that it starts, come here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "no-secret-at-all",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    @cached_property
    def clients(self) -> Clients:
        """The clients that the code under test is given; making them takes longer than what they do."""
        return Clients(region=REGION, endpoint=self.url)

    def reset(self) -> None:
        """Know nothing any more, and be in no trouble."""
        self._post("/moto-api/reset", {})
        self._post("/troubles", {"reset": True})

    def refuse(self, call: str, code: str, said: str = "", *, service: str = "") -> None:
        """From now on answer a call (`CreateCrawler`) with an error; in a stack it fails the resource."""
        self._post("/troubles", {"call": call, "code": code, "said": said, "service": service})

    def allow(self) -> None:
        """Refuse nothing any more."""
        self._post("/troubles", {"reset": True})

    def set_status(self, stack: str, status: str) -> None:
        """Have a stack be as something has left it."""
        self._post("/troubles", {"stack": stack, "status": status, "region": REGION})

    def drifted(self, stack: str, drifts: list[dict[str, Any]]) -> None:
        """What the next search for drift finds."""
        self._post("/troubles", {"stack": stack, "drifts": drifts, "region": REGION})

    def calls(self) -> list[str]:
        """The calls that changed something since the last time this was asked, oldest first."""
        answer: list[str] = self._post("/troubles", {"calls": True})
        return answer

    def _post(self, path: str, content: Mapping[str, Any]) -> Any:
        request = urllib.request.Request(self.url + path, json.dumps(content).encode(), method="POST")  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.loads(answer.read() or b"null")


@contextmanager
def false_aws() -> Iterator[FalseAws]:
    """A server that answers; the operating system chooses its port."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.aws.server"],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, f"the server ended with {process.wait()}"
        yield FalseAws(f"http://127.0.0.1:{int(line)}")
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()
