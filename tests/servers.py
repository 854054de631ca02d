"""`wavehouse serve` as processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Started = tuple["subprocess.Popen[str]", dict[str, Any]]


@contextmanager
def servers(**environment: str) -> Iterator[Callable[..., Started]]:
    """Starts servers on free ports, and tells what each told of itself; they are ended afterwards.

    They have no clock, unless it is asked for: at night one would tidy up among tests.
    """
    started: list[subprocess.Popen[str]] = []

    def start(*args: str, clock: bool = False) -> Started:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "wavehouse",
                "serve",
                "--port",
                "0",
                "--json",
                *args,
                *([] if clock else ["--no-schedules"]),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **environment},
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"the server ended with {process.wait()}"
        return process, json.loads(line)

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
