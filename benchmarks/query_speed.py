"""What answering over Athena's protocol costs beside what the engine itself needs for the same query.

    python -m benchmarks.query_speed [--scale 1] [--rounds 30] [--clients 8] [--keep DIR]

The engine's own time is that of DuckDB in this process over the same Parquet files, in turn with the
queries that go to `wavehouse serve`. The clients of the throughput are one process that speaks HTTP with so
many connections at once, so that what is measured is the server; DuckDB's own is so many threads with a
cursor each.
Nothing is asserted; docs/benchmarks.md says what was promised.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import duckdb
from benchmarks.run_speed import measure

_SQL = (
    "select artist_name, avg(track_popularity) as popularity from spotify.tracks"
    " group by 1 order by 2 desc limit 10"
)
_WAVEHOUSE = [sys.executable, "-m", "wavehouse"]


class Connection:
    """A client that keeps its connection and speaks Athena's protocol with as little as there can be."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port)

    def call(self, operation: str, **body: Any) -> dict[str, Any]:
        """One operation."""
        headers = {"X-Amz-Target": f"AmazonAthena.{operation}", "Content-Type": "application/x-amz-json-1.1"}
        self._http.request("POST", "/", json.dumps(body), headers)
        answer = self._http.getresponse()
        told: dict[str, Any] = json.loads(answer.read())
        if answer.status != 200:
            raise SystemExit(f"{operation}: {told}")
        return told

    def query(self) -> None:
        """Ask and read the answer."""
        id_ = self.call("StartQueryExecution", QueryString=_SQL)["QueryExecutionId"]
        while (state := self._state(id_)) in ("QUEUED", "RUNNING"):
            pass
        if state != "SUCCEEDED":
            raise SystemExit(f"the query {state}")
        self.call("GetQueryResults", QueryExecutionId=id_)

    def _state(self, id_: str) -> str:
        told = self.call("GetQueryExecution", QueryExecutionId=id_)["QueryExecution"]["Status"]["State"]
        return str(told)


def by_boto3(url: str) -> Callable[[], None]:
    """The same query by AWS's own client."""
    client = boto3.client(
        "athena",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",  # noqa: S106
    )

    def query() -> None:
        id_ = client.start_query_execution(QueryString=_SQL)["QueryExecutionId"]
        while client.get_query_execution(QueryExecutionId=id_)["QueryExecution"]["Status"]["State"] in (
            "QUEUED",
            "RUNNING",
        ):
            pass
        client.get_query_results(QueryExecutionId=id_)

    return query


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def throughput(work: list[Callable[[], object]], lasting: float) -> float:
    """Answers a second when each of the clients asks again and again for so many seconds."""

    def ask(one: Callable[[], object]) -> int:
        answers = 0
        while time.perf_counter() < until:
            one()
            answers += 1
        return answers

    with ThreadPoolExecutor(len(work)) as clients:
        began = time.perf_counter()
        until = began + lasting
        answers = sum(clients.map(ask, work))
        return answers / (time.perf_counter() - began)


def show(name: str, runs: list[float]) -> None:
    """The median with the extremes, in milliseconds."""
    ordered = sorted(1000 * run for run in runs)
    print(f"{name:<34} {statistics.median(ordered):7.1f} ms  ({ordered[0]:.1f}–{ordered[-1]:.1f})")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--lasting", type=float, default=5.0, help="seconds of each look at the throughput")
    parser.add_argument("--keep", type=Path, help="directory for the lake, kept for the next measurement")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="wavehouse-bench-"))
    lake = (options.keep or work) / f"lake-{options.scale:g}"
    server = None
    try:
        if not lake.exists():
            files = work / "files"
            measure([*_WAVEHOUSE, "generate", str(files), "--scale", f"{options.scale:g}"])
            measure([*_WAVEHOUSE, "run", "--from", str(files), "--lake", str(lake), "--json"])
        server = subprocess.Popen(
            [*_WAVEHOUSE, "serve", "--lake", str(lake), "--port", "0", "--json"], stdout=subprocess.PIPE
        )
        assert server.stdout is not None  # noqa: S101
        told = json.loads(server.stdout.readline())
        _measured(told["url"], told["port"], lake, options)
    finally:
        if server is not None:
            server.terminate()
            server.wait()
        shutil.rmtree(work, ignore_errors=True)


def _measured(url: str, port: int, lake: Path, options: argparse.Namespace) -> None:
    engine = duckdb.connect()
    # (The newest files of a lake that was loaded once are all that there are.)
    data = next((lake / "warehouse").rglob("tracks/data"))
    own_sql = _SQL.replace("spotify.tracks", f"read_parquet('{data}/**/*.parquet')")
    engine.execute(own_sql).fetchall()

    def own() -> Callable[[], object]:
        cursor = engine.cursor()
        return lambda: cursor.execute(own_sql).fetchall()

    alone, plain, amazons = own(), Connection(port), by_boto3(url)
    for warm in (plain.query, amazons):
        for _ in range(5):
            warm()
    rounds = [(seconds(alone), seconds(plain.query), seconds(amazons)) for _ in range(options.rounds)]
    for name, runs in zip(
        ("DuckDB itself", "serve, plain HTTP", "serve, boto3"), zip(*rounds, strict=True), strict=True
    ):
        show(name, [*runs])
    show("plain HTTP above DuckDB, pair by pair", [ours - theirs for theirs, ours, _ in rounds])
    show("boto3 above DuckDB, pair by pair", [ours - theirs for theirs, _, ours in rounds])
    cold = [*_WAVEHOUSE, "sql", _SQL, "--lake", str(lake), "--json"]
    show("wavehouse sql, a whole process", [measure(cold).wall for _ in range(5)])
    ratios = []
    for _ in range(5):
        theirs = throughput([own() for _ in range(options.clients)], options.lasting)
        connections = [Connection(port) for _ in range(options.clients)]
        ours = throughput([one.query for one in connections], options.lasting)
        ratios.append(ours / theirs)
        print(f"{options.clients} clients: {ours:.1f} a second, DuckDB {theirs:.1f}: {ours / theirs:.0%}")
    print(f"median {statistics.median(ratios):.0%} of DuckDB's own throughput, {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
