"""The work of a run: take in, make, publish; and undo all of it when it cannot be finished."""

from __future__ import annotations

import contextlib
import importlib
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RunRecord
from wavehouse.engines.engine import Engine
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.arrivals import Landing
from wavehouse.pipeline.base import Base
from wavehouse.pipeline.definition import Definition
from wavehouse.pipeline.flow_checks import stop_on_failure
from wavehouse.pipeline.inputs import Input, as_they_are, changed
from wavehouse.pipeline.intake import Intake, Setting, start_over, take
from wavehouse.pipeline.ledger import Ledger, write_batch, write_ledger
from wavehouse.pipeline.load import LoadedSource
from wavehouse.pipeline.making import Made, Making
from wavehouse.pipeline.offer import Offer, no_file_left
from wavehouse.pipeline.outputs import show_outputs
from wavehouse.pipeline.publish import changes_of, commit
from wavehouse.pipeline.published import last_publish
from wavehouse.pipeline.quarantine import Quarantine
from wavehouse.pipeline.repair import remove_work
from wavehouse.pipeline.run_sources import inputs_of
from wavehouse.pipeline.steps import Steps
from wavehouse.pipeline.taken_names import check_free
from wavehouse.staging.doubt import NotIncrementalError
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.seen import SeenFiles

if TYPE_CHECKING:
    from wavehouse.pipeline.run import OpenEngine


@dataclass(frozen=True)
class Task:
    """What a run has to do: files that are offered, files that have landed before, and how.

    `anew` says why all tables are made again from all files; '' for a run that takes what is new. `first`:
    nothing was published yet. `due`: there is something to make, whether a file comes or not.
    """

    offer: Offer
    waiting: Sequence[LandedFile]
    ledger: Ledger
    anew: str
    first: bool
    due: bool
    time: datetime


class Work:
    """The work of one run over one lake; its lock is held by the caller."""

    def __init__(
        self,
        layout: LakeLayout,
        definition: Definition,
        progress: Progress,
        record: RunRecord,
        seen: SeenFiles,
        task: Task,
    ) -> None:
        self._layout = layout
        self._definition = definition
        self._progress = progress
        self._record = record
        self._task = task
        self._steps = Steps(record, progress)
        self._landing = Landing(layout, record.run_id, task.time, seen)
        self._inputs = as_they_are(inputs_of(definition), layout, definition.project, seen)
        self._held = [one for one in task.ledger.inputs if one.held]
        self._making: Making | None = None
        self._scratch = layout.scratch / record.run_id

    def do(self, open_engine: OpenEngine) -> bool:
        """Do it; returns whether anything was published.

        Raises `RejectedError` when every file was refused and the lake has none of those that were named.
        """
        # The longest import of all: begun now, while the engine will be busy with the data.
        committer = threading.Thread(target=importlib.import_module, args=["wavehouse.lake.publication"])
        committer.start()
        try:
            self._scratch.mkdir(parents=True)
            quarantine = Quarantine(self._layout, self._record.run_id, self._scratch)
            with (
                contextlib.closing(open_engine(self._scratch, self._layout.s3)) as engine,
                contextlib.closing(quarantine),
                self._waiting_set_aside(quarantine),
            ):
                self._landing.start(self._task.offer.new)
                return self._take_in(engine, quarantine, committer)
        except BaseException:
            self._undo()
            raise
        finally:
            self._landing.close()
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _take_in(self, engine: Engine, quarantine: Quarantine, committer: threading.Thread) -> bool:
        """Take in what is new where that can be done without doubt, else all there is."""
        check_free(
            LakeHead(self._layout), (target.table for target in self._definition.targets if target.table)
        )
        task = self._task
        said_before = list(self._record.notes)
        why = task.anew or ("" if task.first else self._definition.not_incremental)
        anew = bool(why) or task.first
        intake, making, setting = self._begin(engine, quarantine, anew=anew)
        accepted = take(intake, self._landing, task.waiting, setting)
        if not accepted and not task.due:
            if not task.offer.known:
                raise no_file_left(self._record.rejected)
            self._undo()
            return False
        if not anew:
            try:
                loaded = intake.current()
            except NotIncrementalError as reason:
                why, anew = str(reason), True
                start_over(setting, quarantine)
                self._record.notes += said_before
                intake, making, setting = self._begin(engine, quarantine, anew=True)
                intake.read(accepted)
        if anew:
            intake.read_again()
            loaded = intake.current()
        self._record.mode, self._record.why = ("full" if anew else "incremental"), why
        made = making.make(loaded)
        committer.join()
        self._publish(engine, intake, loaded, made, quarantine, accepted)
        stop_on_failure(made.checks, "AfterDataLoad", "the tables are published all the same")
        return True

    def _begin(self, engine: Engine, quarantine: Quarantine, *, anew: bool) -> tuple[Intake, Making, Setting]:
        base = Base(LakeHead(self._layout), engine, anew=anew)
        setting = Setting(
            self._layout,
            self._layout,
            self._definition,
            engine,
            self._record,
            self._progress,
            self._steps,
            self._scratch,
        )
        ledger = self._task.ledger
        making = Making(setting, base, changed(ledger.inputs, self._inputs), ledger.outputs)
        self._making = making
        return Intake(setting, base, ledger.files, quarantine, making.watched), making, setting

    @contextmanager
    def _waiting_set_aside(self, quarantine: Quarantine) -> Iterator[None]:
        """Whatever becomes of the run: a file that waited and was refused must not wait again.

        One that the tables are made of, or that a rollback holds, stays until a publish goes without it.
        """
        try:
            yield
        finally:
            quarantine.move_files(lambda file: file.batch != self._landing.batch and self._is_free(file))

    def _is_free(self, file: LandedFile) -> bool:
        """Whether no publish needs a landed file. (The tables are asked each time: it is about few files.)"""
        ledger = last_publish(self._layout).ledger
        return all(file.path != one.path for one in (*ledger.files, *ledger.held))

    def _publish(
        self,
        engine: Engine,
        intake: Intake,
        loaded: dict[str, LoadedSource],
        made: Made,
        quarantine: Quarantine,
        accepted: Sequence[LandedFile],
    ) -> None:
        with self._steps.working("publish") as step:
            aside = quarantine.change(engine, intake.base) if self._definition.keeps_aside else None
            self._landing.wait_until_durable()
            mine = [file for file in accepted if file.batch == self._landing.batch]
            if mine:
                write_batch(self._layout, self._landing.batch, mine)
            before = self._task.ledger
            ledger = Ledger(
                tuple(sorted([*before.files, *accepted], key=lambda file: file.precedence)),
                before.held,
                tuple(self._definition.contracts),
                tuple(str(name) for name in self._definition.table_names),
                tuple(self._read(one, anew=intake.base.anew) for one in self._inputs),
                tuple(made.outputs),
                self._definition.origins,
            )
            bookmark = write_ledger(
                self._layout, self._record.run_id, ledger, accepted, self._definition.digest, "run"
            )
            changes = changes_of(loaded, intake.waiting, aside, made.changes)
            quarantine.move_files(lambda file: file.batch == self._landing.batch)
            commit(self._layout, engine, changes, bookmark, self._record)
            show_outputs(self._layout, made.outputs)
            quarantine.move_files()
            step.rows_in = step.rows_out = changes[-1].rows
        changed = sum(not change.is_empty for change in changes[:-1]) + 1
        self._steps.finish("publish", f"{changed} tables, one snapshot each")

    def _read(self, one: Input, *, anew: bool) -> Input:
        """An input as the ledger shall have it: one that a rollback holds is held until it is read again."""
        held = not anew and any(one == replace(before, held=False) for before in self._held)
        return replace(one, held=held)

    def _undo(self) -> None:
        """Remove what this run wrote, unless a table already shows it: then the next run finishes it."""
        run = self._record.run_id
        if last_publish(self._layout).shows(run):
            return
        self._landing.undo()
        if self._making:
            self._making.undo()
        remove_work(self._layout, run)
