"""Work that goes on while pages come and go: what it says, and how it ends."""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from wavehouse.console.elements.panel import in_plain_words
from wavehouse.console.read_only import refusal
from wavehouse.core.errors import CallError, WavehouseError
from wavehouse.core.run_record import RunRecord

State = Literal["running", "done", "failed"]
_MOST = 50


@dataclass
class JobStep:
    """A step that was announced: how far it is (0 to 1), and with what it ended."""

    name: str
    began: float
    fraction: float = 0.0
    summary: str = ""
    seconds: float | None = None


@dataclass
class Job:
    """A piece of work; it listens to itself as a `Progress` does. `record` is there when a run has begun."""

    title: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    began: float = field(default_factory=time.time)
    state: State = "running"
    steps: dict[str, JobStep] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    record: RunRecord | None = None
    result: Any = None
    error: WavehouseError | None = None

    def started(self, step: str) -> None:
        """A new step."""
        self.steps[step] = JobStep(step, time.time())

    def advanced(self, step: str, fraction: float) -> None:
        """How far it is; never backwards (a step of several statements starts over with each)."""
        self.steps[step].fraction = max(self.steps[step].fraction, min(fraction, 0.99))

    def finished(self, step: str, summary: str) -> None:
        """It is done."""
        one = self.steps[step]
        one.fraction, one.summary, one.seconds = 1.0, summary, time.time() - one.began

    def note(self, text: str) -> None:
        """Something worth telling."""
        self.notes.append(text)

    def begun(self, record: RunRecord) -> None:
        """The run has an id now, and a record that grows."""
        self.record = record


class Jobs:
    """The jobs of a server, the last ones kept: one that changes the lake at a time, if any may."""

    def __init__(self, *, read_only: bool = False) -> None:
        self._read_only = read_only
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, title: str, work: Callable[[Job], Any]) -> Job:
        """Begin `work` in a thread; raises `CallError` while another one is at it, or where none may be."""
        if self._read_only:
            raise refusal()
        job = Job(title)
        with self._lock:
            other = self.running()
            if other is not None:
                raise CallError(f"'{other.title}' is still going on", remedy="Start this when it has ended")
            self._jobs[job.id] = job
            while len(self._jobs) > _MOST:
                self._jobs.popitem(last=False)
        # (Ended with the server: what a run has not finished, the next one finishes or takes back.)
        threading.Thread(target=_do, args=(job, work), name=f"job-{job.id}", daemon=True).start()
        return job

    def running(self) -> Job | None:
        """The one that is not over."""
        return next((job for job in reversed(self._jobs.values()) if job.state == "running"), None)

    def of_run(self, run: str) -> Job | None:
        """The one that does, or did, a run."""
        found = reversed(list(self._jobs.values()))
        return next((job for job in found if job.record is not None and job.record.run_id == run), None)


def _do(job: Job, work: Callable[[Job], Any]) -> None:
    try:
        job.result = work(job)
        job.state = "done"
    except Exception as error:
        job.error = in_plain_words(error)
        job.state = "failed"
