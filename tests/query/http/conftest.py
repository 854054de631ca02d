"""A lake that is served over HTTP, and Athena's own clients pointed at it, and nowhere else."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from tests.conftest import Wavehouse
from tests.servers import servers

# Four times the tracks: no engine counts that before its time is up.
LONG = "SELECT count(*) FROM " + " CROSS JOIN ".join(f"spotify.tracks {name}" for name in "abcdefgh")
_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


@pytest.fixture(scope="session")
def served_lake(tmp_path_factory: pytest.TempPathFactory, wavehouse_in: Callable[[Path], Wavehouse]) -> Path:
    """The directory of a small lake."""
    folder = tmp_path_factory.mktemp("served")
    wavehouse = wavehouse_in(folder)
    for args in (("generate", "files", "--scale", "0.002"), ("run", "--from", "files", "--lake", "lake")):
        done = wavehouse(*args)
        assert done.code == 0, done.stderr
    return folder / "lake"


@dataclass(frozen=True)
class Served:
    """`wavehouse serve` as a process of its own, and clients of it."""

    lake: Path
    process: subprocess.Popen[str]
    told: dict[str, Any]

    @property
    def url(self) -> str:
        """Its address."""
        return cast("str", self.told["url"])

    @property
    def keys(self) -> dict[str, str]:
        """What boto3 and those above it are given: keys that open nothing."""
        return {
            "region_name": "us-east-1",
            "aws_access_key_id": "any",
            "aws_secret_access_key": "any",
        }

    def client(self, service: str) -> Any:
        """A client of boto3."""
        return boto3.client(service, endpoint_url=self.url, **self.keys)

    def run(self, sql: str, **given: Any) -> dict[str, Any]:
        """Start a query by boto3 and wait for its end."""
        athena = self.client("athena")
        return self.end_of(athena.start_query_execution(QueryString=sql, **given)["QueryExecutionId"])

    def end_of(self, id_: str) -> dict[str, Any]:
        """The execution, once it has ended."""
        athena = self.client("athena")
        for _ in range(600):
            found: dict[str, Any] = athena.get_query_execution(QueryExecutionId=id_)["QueryExecution"]
            if found["Status"]["State"] in _ENDED:
                return found
        raise AssertionError(f"{id_} does not end")

    def rows(self, sql: str, **given: Any) -> list[list[str | None]]:
        """The rows of a query without its header, by boto3."""
        found = self.run(sql, **given)
        assert found["Status"]["State"] == "SUCCEEDED", found["Status"]
        answer = self.client("athena").get_query_results(QueryExecutionId=found["QueryExecutionId"])
        rows = answer["ResultSet"]["Rows"][1:]
        return [[datum.get("VarCharValue") for datum in row["Data"]] for row in rows]

    def workers(self) -> list[int]:
        """The processes that run statements for it."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(path.read_text().rpartition(")")[2].split()[1])
                command = path.with_name("cmdline").read_text()
            except OSError:
                continue
            if parent == self.process.pid and "sandbox.child" in command:
                found.append(int(path.parent.name))
        return found


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Served]]:
    """Starts servers; they are ended afterwards."""
    with servers(AWS_EC2_METADATA_DISABLED="true") as start:
        yield lambda lake, *args: Served(lake, *start("--lake", str(lake), *args))


@pytest.fixture(scope="session")
def served(served_lake: Path, serve: Callable[..., Served]) -> Served:
    """One server for all tests that leave it as it is."""
    return serve(served_lake)


@pytest.fixture(autouse=True)
def sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No client finds keys, or a way out."""
    for name in list(os.environ):
        if re.match("AWS_|.*_proxy$", name, re.IGNORECASE):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    # Whatever was pointed nowhere would end here.
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")


def until(what: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
