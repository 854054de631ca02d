"""The work of a run: take in, join, publish; and undo all of it when it cannot be finished."""

from __future__ import annotations

import contextlib
import importlib
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RunRecord
from wavehouse.engines.engine import Engine
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.arrivals import Landing, no_file_left, recognise_all
from wavehouse.pipeline.definition import Definition
from wavehouse.pipeline.flow_checks import check_flow, stop_on_failure
from wavehouse.pipeline.intake import Intake
from wavehouse.pipeline.ledger import Ledger, remove_ledger, write_batch, write_ledger
from wavehouse.pipeline.load import LoadedSource
from wavehouse.pipeline.publish import JoinedTable, commit
from wavehouse.pipeline.published import last_publish
from wavehouse.pipeline.quarantine import Quarantine
from wavehouse.pipeline.steps import Steps
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.seen import SeenFiles

if TYPE_CHECKING:
    from wavehouse.pipeline.run import OpenEngine


class Work:
    """The work of one run over one lake; its lock is held by the caller."""

    def __init__(
        self,
        layout: LakeLayout,
        definition: Definition,
        progress: Progress,
        record: RunRecord,
        seen: SeenFiles,
    ) -> None:
        self._layout = layout
        self._definition = definition
        self._progress = progress
        self._record = record
        self._steps = Steps(record, progress)
        self._landing = Landing(layout, record.run_id, datetime.fromisoformat(record.started), seen)
        self._scratch = layout.scratch / record.run_id

    def do(
        self,
        open_engine: OpenEngine,
        unknown: Sequence[Path],
        waiting: Sequence[LandedFile],
        old: Sequence[LandedFile],
        *,
        stale: bool,
        some_known: bool,
    ) -> bool:
        """Take the unknown and the waiting files; with `stale`, read the old ones again in any case.

        Returns whether anything was published. Raises `RejectedError` when every file was refused and the
        lake has none of those that were named.
        """
        arrivals = recognise_all(unknown, self._definition.contracts)
        self._record.rejected += arrivals.rejected
        if not arrivals.new and not waiting and not stale:
            if not some_known:
                raise no_file_left(self._record.rejected)
            return False
        # The longest import of all: begun now, while the engine will be busy with the data.
        committer = threading.Thread(target=importlib.import_module, args=["wavehouse.lake.commit"])
        committer.start()
        try:
            self._scratch.mkdir(parents=True)
            with contextlib.closing(open_engine(self._scratch)) as engine:
                self._landing.start(arrivals.new)
                intake = self._intake(engine)
                with contextlib.closing(intake.quarantine), self._waiting_set_aside(intake.quarantine):
                    accepted = intake.take(self._landing, waiting)
                    if not accepted and not stale:
                        if not some_known:
                            raise no_file_left(self._record.rejected)
                        self._undo()
                        return False
                    intake.read_again(old)
                    loaded = intake.current()
                    joined = self._join(engine, loaded)
                    committer.join()
                    self._publish(engine, loaded, joined, intake.quarantine, accepted, old)
                    stop_on_failure(joined.checks, "AfterDataLoad", "the tables are published all the same")
                return True
        except BaseException:
            self._undo()
            raise
        finally:
            self._landing.close()
            shutil.rmtree(self._scratch, ignore_errors=True)

    @contextmanager
    def _waiting_set_aside(self, quarantine: Quarantine) -> Iterator[None]:
        """Whatever becomes of the run: a file that waited and was refused must not wait again."""
        try:
            yield
        finally:
            quarantine.move_files(but=self._landing.batch)

    def _intake(self, engine: Engine) -> Intake:
        return Intake(
            self._layout,
            self._definition,
            engine,
            self._record,
            self._progress,
            self._steps,
            self._scratch,
            history=self._layout,
        )

    def _join(self, engine: Engine, loaded: dict[str, LoadedSource]) -> JoinedTable:
        graph = self._definition.graph
        with self._steps.working(f"flow {graph.name}", engine.fraction_done) as step:
            joined = JoinedTable(
                engine,
                self._layout,
                self._record.run_id,
                graph,
                loaded,
                lambda program: check_flow(program, engine, self._layout, self._record),
            )
            step.rows_in = joined.nodes[0].rows_in if joined.nodes else joined.rows
            step.rows_out = joined.rows
        self._steps.finish(f"flow {graph.name}", f"{joined.rows:,} rows in {len(joined.files)} files")
        self._record.nodes = joined.node_records()
        self._record.notes += joined.notes()
        return joined

    def _publish(
        self,
        engine: Engine,
        loaded: dict[str, LoadedSource],
        joined: JoinedTable,
        quarantine: Quarantine,
        accepted: Sequence[LandedFile],
        old: Sequence[LandedFile],
    ) -> None:
        with self._steps.working("publish") as step:
            aside = quarantine.write(engine)
            self._landing.wait_until_durable()
            mine = [file for file in accepted if file.batch == self._landing.batch]
            if mine:
                write_batch(self._layout, self._landing.batch, mine)
            ledger = Ledger(
                tuple(sorted([*old, *accepted], key=lambda file: file.precedence)),
                tuple(self._definition.contracts),
                tuple(str(name) for name in self._definition.table_names),
            )
            bookmark = write_ledger(
                self._layout, self._record.run_id, ledger, accepted, self._definition.digest
            )
            commit(self._layout, loaded, aside, joined, bookmark)
            quarantine.move_files()
            step.rows_in = step.rows_out = joined.rows
        self._steps.finish("publish", f"{len(loaded) + 2} tables, one snapshot each")

    def _undo(self) -> None:
        """Remove what this run wrote, unless a table already names it."""
        run = self._record.run_id
        if run in last_publish(self._layout).runs():
            return  # some tables are published: the next run brings the others after
        self._landing.undo()
        remove_ledger(self._layout, run)
        for folder in self._layout.root.glob(f"warehouse/*/*/data/run={run}"):
            shutil.rmtree(folder, ignore_errors=True)
