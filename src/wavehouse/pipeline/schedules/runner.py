"""A run of a workflow: its steps one after the other, tried again where that may help, all recorded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from wavehouse.core.errors import WavehouseError
from wavehouse.pipeline.schedules.definition import Ended, Schedules, Step, Workflow
from wavehouse.pipeline.schedules.following import due_steps, outcome
from wavehouse.pipeline.schedules.record import StepRun, WorkflowRun
from wavehouse.pipeline.schedules.store import ScheduleStore, left_of, taken_as_well


@dataclass(frozen=True)
class Done:
    """How an attempt at a step has ended; `again`: it may go another way next time."""

    state: Ended
    again: bool = False
    error: str = ""
    told: dict[str, object] = field(default_factory=dict)


# Does a step, within its time-out: is given the step, the record of its run, who hears of its progress, what
# asks it to end at the next safe point, and the lock that whatever outlives a workflow inherits.
Perform = Callable[[Step, WorkflowRun, Callable[[str], None], threading.Event, int], Done]


# So often a step is begun anew: one that takes its process down each time would do so for ever.
_MOST_CUT_OFF = 10
# Seconds between two looks that others may take at how far a step is.
_SHOWN_EVERY = 0.2


def _go_on(record: WorkflowRun) -> None:
    record.resumed += 1
    for step in record.steps:
        # (One that was told to end, as a server is restarted, waits.)
        if step.state != "RUNNING":
            continue
        step.state = "WAITING"
        step.cut_off += 1
        if step.cut_off > _MOST_CUT_OFF:
            step.state, step.error = "FAILED", f"it was cut off {step.cut_off} times"


def _now() -> datetime:
    return datetime.now(UTC)


class Runner:
    """Runs workflows of one lake. `ended` is told of each run that has ended.

    `hears` is told how a run goes on: the run, the step ('' for the whole), and words.
    """

    def __init__(
        self,
        store: ScheduleStore,
        perform: Perform,
        now: Callable[[], datetime] = _now,
        ended: Callable[[Schedules, WorkflowRun], object] = lambda _, __: None,
        hears: Callable[[WorkflowRun, str, str], object] = lambda _, __, ___: None,
    ) -> None:
        self._store = store
        self._perform = perform
        self._now = now
        self._ended = ended
        self._hears = hears
        self.stop = threading.Event()

    def run(
        self,
        schedules: Schedules,
        workflow: Workflow,
        trigger: str,
        wanted: Callable[[WorkflowRun], bool] = lambda _: True,
    ) -> WorkflowRun | None:
        """One run, to its end; None where another one is at it, or it is not `wanted` any more.

        A run that somebody has left unfinished is gone on with instead. `wanted` is asked when nobody else
        can be at it, and may write into the record what has begun it.
        """
        with self._store.at_it(workflow.name) as lock:
            if lock is None:
                return None
            record = self._store.unfinished(workflow.name)
            if record is not None:
                _go_on(record)
                self._store.log(record, "resumed", level="warning", times=record.resumed)
                self._hears(record, "", "goes on where it was cut off; what has arrived since comes after it")
            else:
                record = WorkflowRun.begun(workflow.name, trigger, self._now(), workflow.trigger.timezone)
                if not wanted(record):
                    return None
            known = {step.name: step for step in record.steps}
            record.steps = [
                known.get(step.name) or StepRun(step.name, step.action) for step in workflow.steps
            ]
            # (Before the record: one that nobody knows of would never be ended. After it: files and firings
            # of a run that is cut off between the two have begun nothing.)
            come = replace(self._store.come(workflow.name), running=record.run_id)
            self._store.has_come(workflow.name, come)
            self._store.save(record)
            self._store.has_come(workflow.name, taken_as_well(come, record))
            self._store.log(record, "started", trigger=record.trigger, due=record.due, files=[*record.files])
            self._follow(workflow, record, lock)
            if record.state != "RUNNING":
                self._store.has_come(workflow.name, left_of(self._store.come(workflow.name), record))
                self._store.prune(schedules.history, self._now())
        if record.state != "RUNNING":
            self._ended(schedules, record)
        return record

    def _follow(self, workflow: Workflow, record: WorkflowRun, lock: int) -> None:
        while True:
            ended = {
                step.name: step.state for step in record.steps if step.state not in ("WAITING", "RUNNING")
            }
            following = due_steps(workflow, ended, frozenset(ended))
            if not following or self.stop.is_set():
                break
            self._do(following[0], record, lock)
            if record.step(following[0].name).state == "WAITING":
                break
        moment = self._now()
        record.seconds = round((moment - datetime.fromisoformat(record.started)).total_seconds(), 3)
        if following:
            # (Told to end: whoever comes next goes on from here.)
            self._store.log(record, "left", level="warning")
        else:
            for step in record.steps:
                step.state = "NOT_STARTED" if step.state == "WAITING" else step.state
            record.state = outcome(ended)
            record.ended = moment.isoformat(timespec="milliseconds")
            level = "info" if record.state == "SUCCEEDED" else "error"
            self._store.log(record, "ended", level=level, state=record.state, seconds=record.seconds)
        self._store.save(record)

    def _do(self, step: Step, record: WorkflowRun, lock: int) -> None:
        told = record.step(step.name)

        shown = 0.0

        def said(text: str) -> None:
            nonlocal shown
            told.said = text
            if time.monotonic() - shown >= _SHOWN_EVERY:
                self._store.show(record)
                shown = time.monotonic()
            self._store.log(record, "said", step.name, message=text)

        for attempt in range(1, step.retries.times + 2):
            began = self._now()
            told.state, told.attempts, told.error = "RUNNING", told.attempts + 1, ""
            told.started = began.isoformat(timespec="milliseconds")
            self._store.show(record)
            self._store.log(record, "step started", step.name, action=step.action, attempt=told.attempts)
            self._hears(record, step.name, "begins" if told.attempts == 1 else f"attempt {told.attempts}")
            done = self._done(step, record, said, lock)
            told.seconds = round((self._now() - began).total_seconds(), 3)
            for name, value in done.told.items():
                setattr(told, name, value)
            told.error, told.said, told.again = done.error, "", done.again
            level = "info" if done.state == "SUCCEEDED" else "error"
            self._store.log(
                record, "step ended", step.name, level=level, state=done.state, error=done.error, **done.told
            )
            self._hears(record, step.name, f"{done.state} after {told.seconds:.1f} s")
            if done.state == "STOPPED" and self.stop.is_set():
                told.state = "WAITING"
                break
            told.state = done.state
            last = attempt == step.retries.times + 1
            if done.state == "SUCCEEDED" or not done.again or last:
                break
            pause = step.retries.pause(attempt)
            # (Whoever goes on after a kill in the pause tries again, too.)
            told.state, told.said = "RUNNING", f"tried again in {pause:g} s"
            self._store.show(record)
            self._store.log(record, "retry", step.name, level="warning", seconds=pause)
            if self.stop.wait(pause):
                told.state = "WAITING"
                break
        self._store.save(record)

    def _done(self, step: Step, record: WorkflowRun, said: Callable[[str], None], lock: int) -> Done:
        """An attempt; what its preparation meets (a bucket that is away) may go another way next time."""
        try:
            return self._perform(step, record, said, self.stop, lock)
        except (WavehouseError, OSError) as error:
            return Done("FAILED", again=True, error=str(error))
