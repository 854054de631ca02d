"""The clock: looks what is due, and has it run, each workflow in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from wavehouse.core.errors import CallError, WavehouseError, in_words
from wavehouse.pipeline.schedules.arrivals import Arrivals, Inbox, arrived, one_run
from wavehouse.pipeline.schedules.definition import Schedules, Workflow
from wavehouse.pipeline.schedules.due import due
from wavehouse.pipeline.schedules.listing import InBackground
from wavehouse.pipeline.schedules.record import WorkflowRun
from wavehouse.pipeline.schedules.runner import Runner
from wavehouse.pipeline.schedules.store import Come, ScheduleStore, without

_EVERY = 0.5  # seconds between two looks
# How often what nobody has announced is looked at: alerts that come with time, say.
_ALERTS_EVERY = timedelta(minutes=1)
# Seconds that a server which ends waits for messages on their way.
_LAST_MESSAGES = 5.0
# By how much a machine's clock may be set back without anything being wrong.
_AHEAD = timedelta(hours=1)
# No workflow can be called so.
_ALERTS = ".alerts"


def _spawn(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, name="workflow", daemon=True)
    thread.start()
    return thread


def _is_running(name: str) -> CallError:
    return CallError(f"the workflow '{name}' is running", remedy="Begin it when it has ended")


class Clock:
    """Begins what is due. `say` hears what goes wrong besides runs, `watch` opens the folder of an EVENT."""

    def __init__(
        self,
        store: ScheduleStore,
        read: Callable[[], Schedules],
        runner: Runner,
        watch: Callable[[Workflow], Inbox],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        spawn: Callable[[Callable[[], object]], threading.Thread | None] = _spawn,
        say: Callable[[str], object] = lambda _: None,
        alert: Callable[[Schedules], object] = lambda _: None,
    ) -> None:
        self._store, self._read, self._runner, self._watch = store, read, runner, watch
        self._now, self._spawn, self._say, self._alert = now, spawn, say, alert
        self._running: dict[str, threading.Thread] = {}
        self._beginning = threading.Lock()
        self._inboxes: dict[str, tuple[Workflow, Inbox, Arrivals]] = {}
        self._good = Schedules()
        # (Before it was read once, nothing is known of what was taken out of it.)
        self._looked_through = self._good
        self._said: dict[str, str] = {}
        self._troubles: dict[str, str] = {}
        self._alerted: datetime | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look, in a thread."""
        self._thread = threading.Thread(target=self._look_on, name="clock", daemon=True)
        self._thread.start()

    @property
    def goes(self) -> bool:
        """Whether it looks by itself."""
        return self._thread is not None

    def end(self) -> None:
        """Look no more; steps that go on end at the next safe point."""
        self._runner.stop.set()

    def close(self) -> None:
        """The same, and wait for them."""
        self.end()
        if self._thread is not None:
            self._thread.join()
        # (Nothing begins any more.)
        for name, thread in list(self._running.items()):
            # (A message that does not get through is told again after a restart.)
            thread.join(_LAST_MESSAGES if name == _ALERTS else None)
        for _, inbox, _ in self._inboxes.values():
            inbox.close()

    def tick(self) -> None:
        """Look once, and begin what is due."""
        if not self._store.is_there:
            return
        schedules = self._schedules()
        now = self._now()
        if schedules is not self._looked_through:
            self._looked_through = schedules
            self._store.end_those_without([one.name for one in schedules.workflows], now)
        for workflow in schedules.workflows:
            if self._is_running(workflow.name):
                continue
            try:
                self._look(schedules, workflow, now)
            except (WavehouseError, OSError) as error:
                told = (
                    error if isinstance(error, WavehouseError) else in_words(error, workflow.trigger.folder)
                )
                self._tell(workflow.name, str(told))
                self._trouble(workflow, str(told))
            else:
                # (Of a folder it is known once it was listed.)
                if workflow.trigger.type != "EVENT":
                    self._trouble(workflow, "")
        if self._alerted is None or abs(now - self._alerted) >= _ALERTS_EVERY:
            self._alerted = now
            # (A figure of a dashboard may take a while.)
            if not self._is_running(_ALERTS):
                self._run(_ALERTS, lambda: self._alert(schedules))

    def _look_on(self) -> None:
        while not self._runner.stop.is_set():
            try:
                self.tick()
            except Exception as error:
                # (A clock that stands still would be noticed by nobody.)
                self._tell("clock", f"{type(error).__name__}: {error}")
            self._runner.stop.wait(_EVERY)

    def _schedules(self) -> Schedules:
        try:
            self._good = self._read()
        except WavehouseError as error:
            # What was right before somebody began to edit it goes on.
            self._tell("definition", str(error))
        return self._good

    def _look(self, schedules: Schedules, workflow: Workflow, now: datetime) -> None:
        hold = self._store.hold(workflow.name)
        paused = hold is not None and hold.paused
        if self._store.unfinished(workflow.name) is not None:
            if not paused and not self._store.is_running(workflow.name):
                self._begin(schedules, workflow, lambda _: False)
            return
        if workflow.trigger.type == "SCHEDULED":
            self._look_at_time(schedules, workflow, now, paused=paused)
        elif workflow.trigger.type == "EVENT":
            self._look_at_files(schedules, workflow, now, paused=paused)

    def _look_at_time(self, schedules: Schedules, workflow: Workflow, now: datetime, *, paused: bool) -> None:
        come = self._store.come(workflow.name)
        if come.until is None:
            # The first time that it is seen: nothing was missed before.
            self._store.comes(workflow.name, lambda come: replace(come, until=come.until or now))
            return
        come = self._set_right(workflow, come, now)
        if paused:
            return
        found = due(workflow.trigger, self._seen_to(workflow, come, now), now)
        if found.at is None:
            if found.others:
                self._store.comes(workflow.name, lambda come: replace(come, until=found.until))
            return

        def wanted(record: WorkflowRun) -> bool:
            # (Another process may have seen to it meanwhile.)
            until = self._store.come(workflow.name).until
            if found.at is None or (until is not None and until >= found.at):
                return False
            record.due, record.others = found.at.isoformat(timespec="seconds"), found.others
            if found.others:
                count = f"more than {found.others}" if found.more else f"{found.others}"
                record.warnings.append(f"stands for {count} firings before it as well")
            return True

        self._begin(schedules, workflow, wanted)

    def _set_right(self, workflow: Workflow, come: Come, now: datetime) -> Come:
        """Whatever a clock that was ahead has let come about is not waited for.

        What had been reached is set aside: should it be now that the clock is wrong (behind, as one is that
        has no battery), nothing is made up for once it is right again.
        """
        if come.until is not None and come.until > now + _AHEAD:
            self._tell(workflow.name, f"the clock of this machine was ahead, at {come.until:%F %R} UTC")
            changed = replace(come, until=now, aside=max(come.aside or come.until, come.until))
        elif come.until is not None and come.aside is not None and now >= come.aside:
            changed = replace(come, until=max(come.until, come.aside), aside=None)
        else:
            return come
        self._store.comes(workflow.name, lambda come: replace(come, until=changed.until, aside=changed.aside))
        return changed

    def _seen_to(self, workflow: Workflow, come: Come, now: datetime) -> datetime:
        assert come.until is not None  # noqa: S101
        hold = self._store.hold(workflow.name)
        since = datetime.fromisoformat(hold.since) if hold is not None else come.until
        return max(come.until, since) if since <= now + _AHEAD else come.until

    def _look_at_files(
        self, schedules: Schedules, workflow: Workflow, now: datetime, *, paused: bool
    ) -> None:
        _, inbox, arrivals = self._inbox(workflow)
        come = self._store.come(workflow.name)
        listing = inbox.listing(now, again=arrivals.unsettled(come.taken))
        if listing is not None:
            self._trouble(workflow, "")
            arrivals.look(listing, now)
            gone = [path for path in come.taken if path not in listing]
            # (Where nothing is left at all, a disk may not be mounted: all would arrive anew with it.)
            if gone and listing:
                self._store.comes(workflow.name, lambda come: without(come, gone))
        batch = {} if paused else arrivals.batch(workflow.trigger, come.taken, now)
        if not batch:
            return

        def wanted(record: WorkflowRun) -> bool:
            come = self._store.come(workflow.name)
            fresh = {path: stamp for path, stamp in batch.items() if come.taken.get(path) != stamp}
            record.files = one_run({**arrivals.still(come.left), **fresh})
            return bool(fresh)

        self._begin(schedules, workflow, wanted)

    def _inbox(self, workflow: Workflow) -> tuple[Workflow, Inbox, Arrivals]:
        known = self._inboxes.get(workflow.name)
        if known is not None and known[0].trigger == workflow.trigger:
            return known
        if known is not None:
            known[1].close()
        made = (workflow, InBackground(self._watch(workflow), self._spawn), Arrivals())
        self._inboxes[workflow.name] = made
        return made

    def _begin(self, schedules: Schedules, workflow: Workflow, wanted: Callable[[WorkflowRun], bool]) -> None:
        self._run(workflow.name, lambda: self._runner.run(schedules, workflow, workflow.trigger.type, wanted))

    def ask(self, name: str) -> None:
        """Have a workflow run now, in a thread; raises `CallError` where there is none, or it is running."""
        schedules = self._read()
        workflow = schedules.workflow(name)
        if self._is_running(name) or self._store.is_running(name):
            raise _is_running(name)

        def wanted(record: WorkflowRun) -> bool:
            record.files = arrived(
                lambda: self._watch(workflow),
                workflow.trigger,
                self._store.come(name),
                self._now,
                self._runner.stop.wait,
            )
            return True

        def run() -> None:
            if self._runner.run(schedules, workflow, "ON_DEMAND", wanted) is None:
                self._tell(name, "it was asked for and has not begun: another process was at it")

        if not self._run(name, run):
            raise _is_running(name)

    def _run(self, name: str, run: Callable[[], object]) -> bool:
        """Do it in a thread, unless one of that name goes on."""

        def work() -> None:
            try:
                run()
            except Exception as error:
                # (Its record says that it has not ended, and it is gone on with.)
                self._tell(name, f"{type(error).__name__}: {error}")

        with self._beginning:
            # (Somebody may have asked for it in the moment in which it was due.)
            if self._is_running(name):
                return False
            thread = self._spawn(work)
            if thread is not None:
                self._running[name] = thread
        return True

    def _is_running(self, workflow: str) -> bool:
        thread = self._running.get(workflow)
        return thread is not None and thread.is_alive()

    def _trouble(self, workflow: Workflow, text: str) -> None:
        # (A clock looks twice a second: the disk need not be asked each time whether it knows.)
        if self._troubles.get(workflow.name) != text:
            self._store.has_trouble(workflow.name, text)
            self._troubles[workflow.name] = text

    def _tell(self, about: str, text: str) -> None:
        # (The same every half second would fill a disk.)
        if self._said.get(about) != text:
            self._said[about] = text
            self._say(f"{about}: {text}")
