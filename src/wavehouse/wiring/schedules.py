"""Schedules: workflows of the project, their runs, the clock, and alerts."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError, OutsideError, WavehouseError
from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.alerts import desk_of
from wavehouse.wiring.parts import Document, buckets_of, layout_of

if TYPE_CHECKING:
    from wavehouse.pipeline.schedules.arrivals import Inbox
    from wavehouse.pipeline.schedules.clock import Clock
    from wavehouse.pipeline.schedules.definition import Schedules, Workflow
    from wavehouse.pipeline.schedules.record import WorkflowRun
    from wavehouse.pipeline.schedules.store import ScheduleStore

# Firings that are shown.
_SHOWN = 10
# Seconds until a definition that was wrong is read again.
_AGAIN = 5.0
# Runs of one workflow that are shown beside it.
_RUNS = 20


def schedules_of(settings: Settings) -> Schedules:
    """The definition, checked."""
    from wavehouse.pipeline.schedules.files import read_schedules

    return read_schedules(Project.at(settings.project))


def store_of(settings: Settings) -> ScheduleStore:
    """The records of the lake that must be there."""
    from wavehouse.pipeline.schedules.store import ScheduleStore

    return ScheduleStore(layout_of(settings))


def listed(settings: Settings) -> Document:
    """All workflows, with their next firings; a lake need not be there yet."""
    store = _store_if_any(settings)
    return {"workflows": [_told(one, store) for one in schedules_of(settings).workflows]}


def shown(settings: Settings, name: str) -> Document:
    """One workflow: its trigger, steps, next firings and last runs."""
    found = schedules_of(settings).workflow(name)
    store = _store_if_any(settings)
    runs = store.runs(name, _RUNS) if store else []
    return {
        **_told(found, store),
        "steps": [one.model_dump(mode="json", exclude_defaults=True) for one in found.steps],
        "runs": [one.as_json() for one in runs],
    }


def validated(settings: Settings) -> Document:
    """What stands in schedules.yaml, once it is right; raises `DefinitionError` where it is not."""
    from wavehouse.pipeline.schedules.due import upcoming

    found = schedules_of(settings)
    over = [
        one.name
        for one in found.workflows
        if one.trigger.type == "SCHEDULED" and not upcoming(one.trigger, datetime.now(UTC), 1)
    ]
    return {
        "valid": True,
        "notes": [f"the time of '{name}' is over: it does not begin any more" for name in over],
        "workflows": [one.name for one in found.workflows],
        "channels": [one.name for one in found.channels],
        "alerts": [one.name for one in found.alerts],
    }


def schema() -> str:
    """The JSON Schema of schedules.yaml."""
    from wavehouse.pipeline.schedules.file_schema import file_schema

    return file_schema()


def pause(settings: Settings, name: str, *, paused: bool) -> Document:
    """Have a workflow begin nothing by itself, or let it go on."""
    found = schedules_of(settings).workflow(name)
    store_of(settings).pause(name, paused=paused)
    return _told(found, store_of(settings))


def run(settings: Settings, name: str, say: Callable[[str], object]) -> WorkflowRun:
    """Run a workflow now, to its end. Ctrl-C and SIGTERM end it at a safe point: it can be gone on with.

    Raises `OutsideError` where another process is at it.
    """
    from wavehouse.pipeline.schedules.arrivals import arrived
    from wavehouse.pipeline.schedules.runner import Runner
    from wavehouse.wiring.schedule_steps import StepProcesses

    schedules = schedules_of(settings)
    workflow = schedules.workflow(name)
    store, desk = store_of(settings), desk_of(settings, say)

    def wanted(record: WorkflowRun) -> bool:
        record.files = arrived(
            lambda: inbox_of(settings, workflow),
            workflow.trigger,
            store.come(name),
            lambda: datetime.now(UTC),
            runner.stop.wait,
        )
        # (Told to end meanwhile: nothing has begun.)
        return not runner.stop.is_set()

    def hears(record: WorkflowRun, step: str, text: str) -> None:
        say(f"{step}: {text}" if step else f"{record.run_id}: {text}")

    runner = Runner(store, StepProcesses(settings), ended=lambda told, _: desk.look(told), hears=hears)
    interrupted: list[int] = []

    def end(number: int, _: object) -> None:
        interrupted.append(number)
        runner.stop.set()

    with _signals(end):
        record = runner.run(schedules, workflow, "ON_DEMAND", wanted)
    if interrupted and (record is None or record.state == "RUNNING"):
        # (As it would have ended the command: with a word, and its own exit code.)
        signal.raise_signal(interrupted[0])
    if record is None:
        raise OutsideError(f"the workflow '{name}' is running", remedy="Wait until it has ended, then run it")
    return record


@contextmanager
def _signals(handler: Callable[[int, object], None]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # (What a script has switched off for us stays off.)
    heard = [one for one in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, handler) for one in heard}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def clock_of(settings: Settings, say: Callable[[str], object]) -> Clock:
    """The clock of a server; `say` hears what goes wrong besides runs."""
    from wavehouse.pipeline.schedules.clock import Clock
    from wavehouse.pipeline.schedules.runner import Runner
    from wavehouse.wiring.schedule_steps import StepProcesses

    store = store_of(settings)
    desk = desk_of(settings, say)
    runner = Runner(store, StepProcesses(settings), ended=lambda told, _: desk.look(told))
    return Clock(
        store,
        _Reading(settings),
        runner,
        lambda workflow: inbox_of(settings, workflow),
        say=say,
        alert=desk.look,
    )


@contextmanager
def the_clock(settings: Settings) -> Iterator[Clock]:
    """The clock of a server, which has to be started; at the end its steps end at their next safe points."""
    import logging

    log = logging.getLogger("wavehouse.schedules")
    clock = clock_of(settings, log.warning)
    try:
        yield clock
    finally:
        clock.close()


class _Reading:
    """The definition, read again when its file has changed; one that is wrong, also now and then.

    (What is wrong may be mended in another file, a dashboard that it names.)
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read: tuple[object, Schedules | WavehouseError] | None = None
        self._again = 0.0

    def __call__(self) -> Schedules:
        from wavehouse.pipeline.schedules.files import FILE

        path = self._settings.project / FILE
        try:
            stat = path.stat()
            stamp: object = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            stamp = None
        read = self._read
        wrong = read is not None and isinstance(read[1], WavehouseError)
        if read is None or read[0] != stamp or (wrong and time.monotonic() >= self._again):
            try:
                read = stamp, schedules_of(self._settings)
            except WavehouseError as error:
                read = stamp, error
                self._again = time.monotonic() + _AGAIN
            self._read = read
        if isinstance(read[1], WavehouseError):
            raise read[1]
        return read[1]


def inbox_of(settings: Settings, workflow: Workflow) -> Inbox:
    """The folder of an EVENT, watched."""
    from wavehouse.pipeline.schedules.watching import PolledBucket, WatchedFolder
    from wavehouse.wiring.schedule_steps import place_of

    folder = place_of(workflow.trigger.folder, settings)
    if "://" in folder:
        from wavehouse.store.files_anywhere import FilesAnywhere

        return PolledBucket(folder, workflow.trigger, FilesAnywhere(buckets_of(layout_of(settings))))
    return WatchedFolder(Path(folder), workflow.trigger)


def runs(settings: Settings) -> Document:
    """The runs of all workflows, newest first."""
    store = _store_if_any(settings)
    return {"workflows": [one.as_json() for one in (store.runs() if store else [])]}


def is_workflow_run(run_id: str) -> bool:
    """Whether an id, or the beginning of one, is that of a workflow's run."""
    from wavehouse.pipeline.schedules.record import PREFIX

    return run_id.startswith(PREFIX)


def log(settings: Settings, run_id: str) -> str:
    """The log of a run of a workflow: a line of JSON each."""
    store = store_of(settings)
    try:
        return store.log_of(store.find(run_id).run_id).read_text("utf-8")
    except FileNotFoundError:
        return ""


def _store_if_any(settings: Settings) -> ScheduleStore | None:
    try:
        return store_of(settings)
    except CallError:
        return None


def _told(workflow: Workflow, store: ScheduleStore | None) -> Document:
    from zoneinfo import ZoneInfo

    from wavehouse.pipeline.schedules.due import upcoming

    zone = ZoneInfo(workflow.trigger.timezone)
    hold = store.hold(workflow.name) if store else None
    last = next(iter(store.runs(workflow.name, 1)), None) if store else None
    firings = upcoming(workflow.trigger, datetime.now(UTC), _SHOWN)
    return {
        "name": workflow.name,
        "description": workflow.description,
        "trigger": workflow.trigger.model_dump(mode="json", exclude_unset=True),
        "paused": hold is not None and hold.paused,
        "trouble": store.trouble(workflow.name) if store else "",
        "next": [
            {
                "at": f"{one.astimezone(zone).isoformat(timespec='minutes')}",
                "zone": workflow.trigger.timezone,
                "utc": one.isoformat(timespec="minutes"),
            }
            for one in firings
        ],
        "last": None
        if last is None
        else {"run_id": last.run_id, "state": last.state, "started": last.started},
    }
