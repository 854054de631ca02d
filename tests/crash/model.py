"""A lake in this process, and what a model says of it: which files were taken, which are held, which wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from tests.crash.catalogue import PROJECT, Given, write
from tests.crash.checks import partly_shown, settled
from tests.crash.interposer import interposed
from tests.crash.oracle import COLUMNS
from tests.crash.place import LAST, Inside, Place, View, rows_of, view
from tests.crash.points import Death, DeathAt
from tests.crash.projects import widened
from tests.crash.scenes import State

from wavehouse.core.progress import Silent
from wavehouse.engines.engine import Engine
from wavehouse.lake.bookmark import RUN
from wavehouse.pipeline.compact import compact
from wavehouse.pipeline.ledger import waiting_files
from wavehouse.pipeline.rollback import roll_back
from wavehouse.pipeline.run import RunOptions, run
from wavehouse.pipeline.stage import stage
from wavehouse.pipeline.vacuum import VacuumOptions, vacuum
from wavehouse.project.project import Project
from wavehouse.staging.landed_file import LandedFile
from wavehouse.wiring.parts import open_engine

_Files = Sequence[Given] | Sequence[LandedFile]

_WIDENED = {**COLUMNS, "artists": (*COLUMNS["artists"], "country")}


@dataclass(frozen=True)
class Step:
    """Something that is done to the lake, and what it leads to: its state, and the files that wait then."""

    name: str
    act: Callable[[], object]
    state: State
    waiting: tuple[Given, ...] = ()


class ModelledLake:
    """The lake, its model, and the steps that both can take."""

    def __init__(self, place: Place, folder: Path, engine: Engine) -> None:
        self.place = place
        self.engine: Engine = engine
        self.state = State()
        self.waiting: tuple[Given, ...] = ()
        self.widened = False
        self.batches: list[tuple[Given, ...]] = []
        self._folder = folder
        self._root = Path(self.place.uri)
        self._published: dict[str, State] = {}

    def view(self) -> View:
        """What a reader sees now."""
        return view(self.place, self.engine)

    @property
    def inside(self) -> Inside:
        """What the next run looks at."""
        return Inside(self.place)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever landed in it."""
        return not (self.state.taken or self.state.held or self.waiting)

    @property
    def earlier(self) -> list[str]:
        """The runs that one can go back to, as the lake tells them."""
        summaries = [one.get("summary", {}) for one in self.inside.metadata(LAST).get("snapshots", ())]
        current = self._current_run
        return [one[RUN] for one in summaries if RUN in one and one[RUN] != current]

    @property
    def _current_run(self) -> str:
        head = self.place.head.head(LAST)
        return head.properties[RUN] if head else ""

    def landing(self, batch: Sequence[Given]) -> Step:
        """Land files; the next run takes them."""
        new = self._unknown(batch)
        paths = [self._written(batch)]
        time = datetime.fromisoformat(batch[0].time)
        return Step(
            "stage",
            lambda: stage(self._root, self._project, Silent(), paths, time),
            self.state,
            (*self.waiting, *new),
        )

    def running(self, batch: Sequence[Given] = (), *, full: bool = False, release: bool = False) -> Step:
        """A run, over a batch or over what waits."""
        new = self._unknown(batch)
        paths = [self._written(batch)] if batch else []
        time = datetime.fromisoformat(batch[0].time) if batch else None
        state = self.state
        held = () if release else state.held
        taken = (*state.taken, *self.waiting, *new, *(state.held if release else ()))
        # What was never taken has no columns that could have changed.
        columns = (_WIDENED if self.widened else COLUMNS) if taken else state.columns
        options = RunOptions(paths, full, time, release)
        return Step(
            "run",
            lambda: run(self._root, self._project, open_engine, Silent(), options),
            State(taken, held, columns),
        )

    def compacting(self) -> Step:
        """A compaction of all tables."""
        return Step(
            "compact",
            lambda: compact(self._root, self._project, (), open_engine, Silent(), dry_run=False),
            self.state,
            self.waiting,
        )

    def tidying(self, keep: int) -> Step:
        """A vacuum that leaves no file that is not needed, and so many publishes."""
        options = VacuumOptions(keep, timedelta(0), timedelta(0))
        return Step("vacuum", lambda: vacuum(self._root, Silent(), options), self.state, self.waiting)

    def going_back(self, to: str) -> Step:
        """A rollback to an earlier run."""
        then = self._published[to]
        known = {file.sha256 for file in then.taken}
        held = tuple(file for file in (*self.state.taken, *self.state.held) if file.sha256 not in known)
        return Step(
            "rollback",
            lambda: roll_back(self._root, str(LAST), to, open_engine, Silent(), dry_run=False),
            replace(then, held=held),
            self.waiting,
        )

    def take(self, step: Step) -> None:
        """Take a step to its end."""
        step.act()
        self._arrive(step.state, step.waiting)

    def crash(self, step: Step, death: DeathAt, recovery: Callable[[], Step]) -> None:
        """Take a step, die on the way, and let another command make it good."""
        before, waited = self.state, self.waiting
        try:
            with interposed(self._root, death):
                step.act()
        except Death:
            complaints = [*partly_shown(self.view(), self.inside, before.tables, step.state.tables)]
            assert complaints == []
            # Whether it was shown, and whether its files have landed, the lake knows; the model only what
            # is possible.
            possible = {}
            landed = tuple(file for file in step.waiting if file not in waited)
            new = tuple(
                file for file in step.state.taken if file not in (*before.taken, *before.held, *waited)
            )
            for state, waiting in (
                (before, waited),
                (before, (*waited, *landed, *new)),
                (step.state, step.waiting),
            ):
                self.state, self.waiting = state, waiting
                made = recovery()
                possible[self._hashes(made.state.taken, made.waiting)] = made
            made.act()
            found = self._hashes(self.inside.ledger.files, self._waiting_now())
            assert found in possible
            # A publish that came before the last one, and that nobody knows, is that of the step itself.
            self._published.update({run: step.state for run in self.earlier if run not in self._published})
            self._arrive(possible[found].state, possible[found].waiting)
        else:
            self._arrive(step.state, step.waiting)

    def looks_right(self) -> Iterator[str]:
        """What is not as the model says."""
        yield from settled(self, self.state, "now")
        waiting = self._waiting_now()
        if _sorted_hashes(waiting) != _sorted_hashes(self.waiting):
            yield f"{[file.name for file in waiting]} wait, not {[file.name for file in self.waiting]}"

    def looks_back(self) -> Iterator[str]:
        """What is not as it was, at any snapshot that can be asked for."""
        head = self.place.head.head(LAST)
        for snapshot in self.inside.metadata(LAST).get("snapshots", ()):
            assert head
            rows = rows_of(head, self.engine, snapshot["snapshot-id"])
            if rows != self._published[snapshot["summary"][RUN]].tables[str(LAST)]:
                yield f"the snapshot of run {snapshot['summary'][RUN]} is not as it was"

    @property
    def _project(self) -> Project:
        return Project.at(widened(self._folder / "widened") if self.widened else PROJECT)

    def _unknown(self, batch: Sequence[Given]) -> tuple[Given, ...]:
        known = {file.sha256 for file in (*self.state.taken, *self.state.held, *self.waiting)}
        return tuple(file for file in batch if file.sha256 not in known)

    def _written(self, batch: Sequence[Given]) -> Path:
        return write(batch, self._folder / "files" / batch[0].sha256)

    def _waiting_now(self) -> list[LandedFile]:
        return waiting_files(self.place.layout, self.inside.ledger)

    def _arrive(self, state: State, waiting: tuple[Given, ...]) -> None:
        self.state, self.waiting = state, waiting
        if run := self._current_run:
            self._published.setdefault(run, state)

    @staticmethod
    def _hashes(taken: _Files, waiting: _Files) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return _sorted_hashes(taken), _sorted_hashes(waiting)


def _sorted_hashes(files: _Files) -> tuple[str, ...]:
    return tuple(sorted(file.sha256 for file in files))
