"""Whether a stage can be deployed, run, compared and taken away on a real account, and how long each takes.

    python -m benchmarks.aws_smoke --region eu-central-1 [--stage dev] [--project DIR]

It costs money (less than a dollar), and it deletes the stage with all data in the end: it refuses to begin
where the stage is deployed already. It stops at the first step that fails, and leaves everything to be
looked at.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import boto3

_DONE = {"SUCCEEDED", "COMPLETED"}
_GOING_ON = {"STARTING", "RUNNING", "WAITING", "QUEUED", "STOPPING"}


class Smoke:
    """A stage, and the commands on it."""

    def __init__(self, stage: str, region: str, project: str | None, seconds: float) -> None:
        self._options = ["--stage", stage, "--region", region]
        self._options += ["--project", project] if project else []
        self._region, self._seconds = region, seconds

    def run(self) -> None:
        """All of it, in order."""
        with _timed("nothing is deployed"):
            _check(self.command("diff", expected=1)["status"] is None, "the stage is deployed already")
        with _timed("deploy"):
            _check(self.command("deploy", "--yes")["changed"], "nothing was deployed")
        with _timed("deploy again"):
            _check(not self.command("deploy", "--yes")["changed"], "the second deployment changed something")
        with _timed("diff"):
            self.same()
        status = self.command("status")
        for job in status["jobs"]:
            self._job(job["name"])
        for crawler in status["crawlers"]:
            self._crawler(crawler["name"])
        self._queries(status["stack"])
        with _timed("diff after it has run"):
            self.same()
        with _timed("destroy"):
            keys = self.command("destroy", "--yes", "--delete-data")["keys_pending_deletion"]
        _check(self.command("diff", expected=1)["status"] is None, "something is deployed still")
        _say(f"everything held; {len(keys)} keys are pending deletion")

    def command(self, name: str, *args: str, expected: int = 0) -> dict[str, Any]:
        """What a command answers; its progress goes to stderr."""
        called = [sys.executable, "-m", "wavehouse", "aws", name, *args, *self._options, "--json"]
        done = subprocess.run(called, stdout=subprocess.PIPE, check=False)
        _check(done.returncode == expected, f"`wavehouse aws {name}` ended with {done.returncode}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def same(self) -> None:
        """The stage is what the project says, drift included."""
        found = self.command("diff")
        _check(found["drift"]["looked"], f"drift was not looked for: {found['drift']['why']}")

    def _job(self, name: str) -> None:
        glue = self._client("glue")
        with _timed(f"job {name}"):
            run = glue.start_job_run(JobName=name)["JobRunId"]
            self._wait(name, lambda: glue.get_job_run(JobName=name, RunId=run)["JobRun"]["JobRunState"])

    def _crawler(self, name: str) -> None:
        glue = self._client("glue")
        with _timed(f"crawler {name}"):
            glue.start_crawler(Name=name)
            self._wait(name, lambda: glue.list_crawls(CrawlerName=name, MaxResults=1)["Crawls"][0]["State"])

    def _queries(self, group: str) -> None:
        athena = self._client("athena")
        groups = [one["Name"] for one in athena.list_work_groups()["WorkGroups"]]
        for work_group in (one for one in groups if one.startswith(group)):
            for id_ in athena.list_named_queries(WorkGroup=work_group)["NamedQueryIds"]:
                query = athena.get_named_query(NamedQueryId=id_)["NamedQuery"]
                with _timed(f"query {query['Name']}"):
                    begun = athena.start_query_execution(
                        QueryString=query["QueryString"],
                        QueryExecutionContext={"Database": query["Database"]},
                        WorkGroup=work_group,
                    )["QueryExecutionId"]
                    self._wait(query["Name"], partial(_state, athena, begun))

    def _wait(self, name: str, state: Callable[[], str]) -> None:
        while (found := state()) in _GOING_ON:
            time.sleep(self._seconds)
        _check(found in _DONE, f"{name} ended with {found}")

    def _client(self, service: str) -> Any:
        return boto3.client(service, region_name=self._region)


def _state(athena: Any, query: str) -> str:
    found: str = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"]
    return found


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    _say(f"{what}: {time.monotonic() - began:.1f} s")


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(f"{otherwise}. Look at it; then: wavehouse aws destroy --delete-data")


def _say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    """Run it, and print a line for each step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--region", required=True)
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--project")
    parser.add_argument("--interval", type=float, default=10.0, help="seconds between two looks at a run")
    options = parser.parse_args()
    Smoke(options.stage, options.region, options.project, options.interval).run()


if __name__ == "__main__":
    main()
