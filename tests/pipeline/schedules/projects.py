"""Projects with a schedules.yaml, and a clock that a test moves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.schedules.clock import Clock
from wavehouse.pipeline.schedules.definition import Schedules, Step
from wavehouse.pipeline.schedules.files import read_schedules
from wavehouse.pipeline.schedules.record import WorkflowRun
from wavehouse.pipeline.schedules.runner import Done, Runner
from wavehouse.pipeline.schedules.store import ScheduleStore
from wavehouse.project.project import Project


def project_with(folder: Path, schedules: str) -> Project:
    """A project of nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "wavehouse.yaml").exists():
        (folder / "wavehouse.yaml").write_text("name: own\n", "utf-8")
    (folder / "schedules.yaml").write_text(schedules, "utf-8")
    return Project.at(folder)


def schedules_of(folder: Path, text: str) -> Schedules:
    """What stands in such a file."""
    return read_schedules(project_with(folder, text))


def _at_once(work: Callable[[], object]) -> None:
    work()


class Bench:
    """A clock whose time stands still until it is moved, and steps that only say that they were done."""

    def __init__(self, folder: Path, text: str, now: datetime) -> None:
        self.folder, self.now, self.schedules = folder, now, schedules_of(folder / "project", text)
        (folder / "lake").mkdir(exist_ok=True)
        self.store = ScheduleStore(LakeLayout(folder / "lake"))
        self.done: list[tuple[str, datetime]] = []
        self.answers: dict[str, list[Done]] = {}
        self.files: Mapping[str, str] = {}
        self.start()

    def start(self) -> None:
        """A new process: nothing is known but what is written down."""
        self.runner = Runner(self.store, self._perform, lambda: self.now)
        self.clock = Clock(
            self.store,
            lambda: self.schedules,
            self.runner,
            lambda _: self,
            now=lambda: self.now,
            spawn=_at_once,
        )

    def move(self, **by: float) -> None:
        """Let time go by, and the clock look."""
        self.now += timedelta(**by)
        self.clock.tick()

    def run(self, workflow: str) -> WorkflowRun:
        """One run, now."""
        found = self.runner.run(self.schedules, self.schedules.workflow(workflow), "ON_DEMAND")
        assert found is not None
        return found

    def listing(self, _: datetime, *, again: bool) -> Mapping[str, str]:  # noqa: ARG002
        """The folder of every EVENT."""
        return self.files

    def close(self) -> None:
        """Nothing is open."""

    def _perform(
        self, step: Step, _: WorkflowRun, said: Callable[[str], None], __: threading.Event, ___: int
    ) -> Done:
        self.done.append((step.name, self.now))
        said("at it")
        answers = self.answers.get(step.name, [])
        return answers.pop(0) if answers else Done("SUCCEEDED")
