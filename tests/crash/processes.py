"""Processes of `wavehouse` with faults: children of one nursery, which is ended with the tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.crash.points import Fault

_ROOT = Path(__file__).parents[2]
# The allocator of pyarrow has a thread of its own, and numpy's algebra one a processor; a process that forks
# must have none.
_ONE_THREAD = {"JE_ARROW_MALLOC_CONF": "background_thread:false", "OPENBLAS_NUM_THREADS": "1"}
KILLED = -9


@dataclass(frozen=True)
class Order:
    """What a child is to do: `args` for wavehouse, and what happens to it on the way.

    `report` is a file for the names of the points that were met; with `durable`, for what a power cut could
    take. `plants` are names of bugs that it shall have.
    """

    args: Sequence[str]
    point: str = ""
    fault: Fault = "kill"
    report: str = ""
    durable: bool = False
    plants: Sequence[str] = ()


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code, or the signal as a negative number."""

    code: int
    stdout: str
    stderr: str
    hangs: bool = False

    @property
    def document(self) -> Any:
        """The JSON document on stdout."""
        return json.loads(self.stdout)


class Nursery:
    """Runs children, one after the other. Close it after use.

    Children that are `impatient` do not wait long before they ask a store again that does not answer.
    """

    def __init__(self, *, impatient: bool = False) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery", *(["--impatient"] if impatient else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            cwd=_ROOT,
            env={**os.environ, **_ONE_THREAD},
        )

    def run(self, order: Order) -> Ended:
        """Run one to its end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the nursery has ended"
        return Ended(**json.loads(answer))

    def close(self) -> None:
        """End it, and reap it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(30)
        finally:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
