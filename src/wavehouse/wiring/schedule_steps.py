"""A step of a workflow, done by the command of its name in a process of its own, which can be ended."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.schedule_answers import MOST_ROWS, told

if TYPE_CHECKING:
    from wavehouse.pipeline.schedules.definition import Step
    from wavehouse.pipeline.schedules.record import WorkflowRun
    from wavehouse.pipeline.schedules.runner import Done

# Seconds in which a step that is told to end comes to a safe point; then it is killed, which loses nothing.
_GRACE = 60.0
_EVERY = 0.1
# Seconds in which what a step has said is read, once it has ended.
_LAST_WORDS = 5.0
# How a step is started. Where the server is killed it goes on alone; the alarm ends it then, in time.
_LIMITED = (
    "import runpy, signal; signal.alarm({seconds}); "
    "runpy.run_module('wavehouse', run_name='__main__', alter_sys=True)"
)
# What a command ends with that failed by something outside, and that was told to end.
_OUTSIDE, _ENDED = 3, (128 + signal.SIGINT, 128 + signal.SIGTERM)


class StepProcesses:
    """Does steps; a `Perform`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(
        self, step: Step, record: WorkflowRun, said: Callable[[str], None], stop: threading.Event, lock: int
    ) -> Done:
        """Do a step."""
        from wavehouse.pipeline.schedules.runner import Done

        with tempfile.TemporaryFile() as answer:
            limited = _LIMITED.format(seconds=math.ceil(step.timeout + 2 * _GRACE))
            command = self._command(step, record)
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-c", limited, *command],
                stdin=subprocess.DEVNULL,
                stdout=answer,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                # (Ctrl-C is for the clock, which ends its steps one by one.)
                start_new_session=True,
                pass_fds=(lock,),
            )
            errors: list[str] = []
            assert process.stderr is not None  # noqa: S101
            reader = threading.Thread(target=_read, args=(process.stderr, said, errors), daemon=True)
            reader.start()
            late = self._wait(process, step.timeout, stop)
            reader.join(_LAST_WORDS)
            if reader.is_alive():
                # (Something that it has started holds its stderr, and would hold the run.)
                _kill(process)
                reader.join(_LAST_WORDS)
            answer.seek(0)
            document = _document(answer.read())
        error = " ".join(errors)
        code = process.returncode
        if code == 0:
            return Done("SUCCEEDED", told=told(step, document))
        if stop.is_set() and (code in _ENDED or code < 0):
            return Done("STOPPED", error="it was told to end")
        if late:
            return Done("TIMEOUT", again=True, error=f"it took longer than {step.timeout:g} s")
        if code in _ENDED:
            return Done("STOPPED", error="somebody has ended it")
        again = code == _OUTSIDE or code < 0
        findings = told(step, document)
        error = error or "; ".join(map(str, findings.get("warnings", []))) or f"it ended with {code}"
        return Done("FAILED", again=again, error=error, told=findings)

    def _command(self, step: Step, record: WorkflowRun) -> list[str]:
        lake = str(self._settings.lake.absolute())
        options = ["--lake", lake, "--json"]
        if step.action != "vacuum":
            options += ["--project", str(self._settings.project.absolute())]
        words = arguments(step, record, self._settings)
        end = words.index("--") if "--" in words else len(words)
        return [*words[:end], *options, *words[end:]]

    @staticmethod
    def _wait(process: subprocess.Popen[str], timeout: float, stop: threading.Event) -> bool:
        """Wait for its end, and see to it; whether it took too long."""
        until = time.monotonic() + timeout
        late = False
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_EVERY)
                return late
            late = time.monotonic() > until
            if late or stop.is_set():
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_GRACE)
                    return late
                _kill(process)
                process.wait()
                return late


def _kill(process: subprocess.Popen[str]) -> None:
    """End a step and all that it has started, now; which loses nothing."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def arguments(step: Step, record: WorkflowRun, settings: Settings) -> list[str]:
    """The command of a step, without the options that all have."""
    return _COMMANDS[step.action](step, record, settings)


def _run(step: Step, record: WorkflowRun, settings: Settings) -> list[str]:
    flags = [f"--{name}" for name in ("full", "strict") if getattr(step, name)]
    return [step.action, *_each("--from", _files(step, record, settings)), *flags]


def _crawl(step: Step, record: WorkflowRun, settings: Settings) -> list[str]:
    return ["crawl", _place(step.target, record, settings) if "/" in step.target else step.target]


def _vacuum(step: Step, _: WorkflowRun, __: Settings) -> list[str]:
    given = {"keep": step.keep, "expire-after": step.expire_after, "orphans-after": step.orphans_after}
    return ["vacuum", *(f"--{name}={value}" for name, value in given.items() if value is not None)]


def _sql(step: Step, record: WorkflowRun, settings: Settings) -> list[str]:
    from wavehouse.query.first_word import QUERIES, first_word
    from wavehouse.query.saved import find_query

    sql = find_query(Project.at(settings.project), step.query).sql if step.query else step.sql
    options = [f"--max-rows={MOST_ROWS}"]
    # (EXECUTE may turn out to be no query, which has no time-out.)
    if first_word(sql) in QUERIES:
        options.append(f"--timeout={step.timeout:g}")
    if step.write:
        # (Whoever does this step again, since nobody heard that it was done, must not insert twice.)
        options += ["--write", f"--once={record.run_id}.{step.name}"]
    # (What begins with a comment is no option.)
    return ["sql", *options, "--", sql]


def _report(step: Step, record: WorkflowRun, settings: Settings) -> list[str]:
    output = Path(_place(step.output, record, settings))
    output.parent.mkdir(parents=True, exist_ok=True)
    view = [f"--view={step.view}"] if step.view else []
    return ["dashboards", "export", step.dashboard, "--to", step.to, "-o", str(output), *view]


_COMMANDS: dict[str, Callable[[Step, WorkflowRun, Settings], list[str]]] = {
    "run": _run,
    "check": _run,
    "crawl": _crawl,
    "compact": lambda step, *_: ["compact", *step.tables],
    "vacuum": _vacuum,
    "refresh": lambda step, *_: ["dashboards", "refresh", *step.dashboards],
    "sql": _sql,
    "report": _report,
}


def _files(step: Step, record: WorkflowRun, settings: Settings) -> list[str]:
    from wavehouse.pipeline.schedules.definition import ARRIVALS

    found: list[str] = []
    for one in step.files:
        found += record.files if one == ARRIVALS else [_place(one, record, settings)]
    return found


def _place(text: str, record: WorkflowRun | None, settings: Settings) -> str:
    from wavehouse.pipeline.schedules.places import expanded

    names = {"lake": str(settings.lake.absolute()), "project": str(settings.project.absolute())}
    if record is not None:
        names |= {"run": record.run_id, "date": record.date or record.started[:10]}
    return expanded(text, names, settings.project.absolute())


def place_of(text: str, settings: Settings) -> str:
    """The folder of an EVENT."""
    return _place(text, None, settings)


def _each(option: str, values: Sequence[str]) -> list[str]:
    return [part for value in values for part in (option, value)]


def _document(text: bytes) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _read(lines: IO[str], said: Callable[[str], None], errors: list[str]) -> None:
    with lines:
        for line in lines:
            text = line.strip()
            if text.startswith("error: "):
                errors.append(text.removeprefix("error: "))
            elif text:
                # (A full disk must not keep a step from being read.)
                with contextlib.suppress(OSError):
                    said(text)
