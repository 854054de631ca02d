"""The work of a run: land, read, join, publish; and undo all of it when it cannot be finished."""

from __future__ import annotations

import contextlib
import importlib
import shutil
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import RejectedError
from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RejectedFile, RunRecord, SourceCounts
from wavehouse.engines.engine import Engine
from wavehouse.lake.field_ids import plan_schema
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.arrivals import Landing, no_file_left, recognise_all
from wavehouse.pipeline.definition import Definition, table_of
from wavehouse.pipeline.ledger import Ledger, remove_ledger, write_batch, write_ledger
from wavehouse.pipeline.load import LoadedSource, SourceLoader, counted_only
from wavehouse.pipeline.publish import JoinedTable, commit
from wavehouse.pipeline.published import last_publish
from wavehouse.pipeline.quarantine import QuarantineFile
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
        self._quarantine = QuarantineFile(layout, record.run_id)
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
                loaders = self._loaders(engine)
                accepted = self._take(engine, loaders, waiting)
                if not accepted and not stale:
                    if not some_known:
                        raise no_file_left(self._record.rejected)
                    self._undo()
                    return False
                self._read_again(engine, loaders, old)
                loaded = {name: self._current(engine, name, loader) for name, loader in loaders.items()}
                joined = self._join(engine, loaded)
                committer.join()
                self._publish(loaded, joined, accepted, old)
                return True
        except BaseException:
            self._undo()
            raise
        finally:
            self._landing.close()
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _take(
        self, engine: Engine, loaders: dict[str, SourceLoader], waiting: Sequence[LandedFile]
    ) -> list[LandedFile]:
        """Read what is new, source by source as it lands; returns the files that were not refused.

        The seconds of the step "land" are those that the run waited; the rest of it happens meanwhile.
        """
        accepted = self._read(engine, loaders, waiting)
        landed: list[LandedFile] = []
        for source in self._landing.sources:
            with self._steps.working("land") as step:
                mine = self._landing.wait_for(source)
                landed += mine
                step.rows_in = step.rows_out = sum(file.records for file in landed)
                self._progress.advanced("land", len(landed) / (len(landed) + 1))
            accepted += self._read(engine, loaders, mine)
        if self._landing.sources:
            size = sum(file.size for file in landed)
            self._steps.finish("land", f"{len(landed)} files, {size / 1e6:,.0f} MB")
        self._record.rejected += self._landing.rejected
        return accepted

    def _loaders(self, engine: Engine) -> dict[str, SourceLoader]:
        head = LakeHead(self._layout)
        loaders = {}
        for name, contract in self._definition.tables.items():
            table = table_of(contract)
            plan = plan_schema(str(table), contract.table_columns, head.metadata(table))
            loaders[name] = SourceLoader(engine, self._layout, self._record.run_id, contract, plan)
        return loaders

    def _read(
        self, engine: Engine, loaders: dict[str, SourceLoader], files: Sequence[LandedFile]
    ) -> list[LandedFile]:
        """Read landed files, source by source; those wrong as a whole are set aside, the others returned."""
        refused = self._read_by_source(engine, loaders, files)
        for file, error in refused.items():
            self._quarantine.set_aside(file)
            self._record.rejected.append(RejectedFile(file.name, str(error)))
        return [file for file in files if file not in refused]

    def _read_again(
        self, engine: Engine, loaders: dict[str, SourceLoader], files: Sequence[LandedFile]
    ) -> None:
        """Read files that an earlier run loaded. None may be lost by that: a contract that was changed so
        that one no longer fits stops the run."""
        for error in self._read_by_source(engine, loaders, files).values():
            raise RejectedError(
                f"{error.what.rstrip('.')}; it was loaded before, and the project has changed since",
                where=error.where,
                remedy="Change the contract so that it fits again; nothing was published",
            )

    def _read_by_source(
        self, engine: Engine, loaders: dict[str, SourceLoader], files: Sequence[LandedFile]
    ) -> dict[LandedFile, RejectedError]:
        refused: dict[LandedFile, RejectedError] = {}
        for name in self._definition.contracts:
            mine = [file for file in files if file.source == name]
            if name in loaders and mine:
                with self._steps.working(f"read {name}", engine.fraction_done):
                    refused |= loaders[name].read(mine, self._scratch, self._quarantine)
            elif mine:
                before = self._record.sources.get(name, SourceCounts())
                self._record.sources[name] = counted_only(mine, before)
        return refused

    def _current(self, engine: Engine, name: str, loader: SourceLoader) -> LoadedSource:
        with self._steps.working(f"read {name}", engine.fraction_done) as step:
            source = loader.current()
            counts = source.counts
            step.rows_in, step.rows_out = counts.rows_in, counts.rows_out
            step.rows_quarantined, step.rows_superseded = counts.rows_quarantined, counts.rows_superseded
        summary = f"{counts.rows_out:,} rows"
        if counts.rows_quarantined:
            summary += f", {counts.rows_quarantined:,} quarantined"
        if counts.rows_superseded:
            summary += f", {counts.rows_superseded:,} superseded"
        self._steps.finish(f"read {name}", summary)
        self._record.sources[name] = counts
        self._record.notes += source.notes
        return source

    def _join(self, engine: Engine, loaded: dict[str, LoadedSource]) -> JoinedTable:
        graph = self._definition.graph
        with self._steps.working(f"flow {graph.name}", engine.fraction_done) as step:
            joined = JoinedTable(engine, self._layout, self._record.run_id, graph, loaded)
            step.rows_in = joined.nodes[0].rows_in if joined.nodes else joined.rows
            step.rows_out = joined.rows
        self._steps.finish(f"flow {graph.name}", f"{joined.rows:,} rows in {len(joined.files)} files")
        self._record.nodes = joined.node_records()
        self._record.notes += joined.notes()
        return joined

    def _publish(
        self,
        loaded: dict[str, LoadedSource],
        joined: JoinedTable,
        accepted: Sequence[LandedFile],
        old: Sequence[LandedFile],
    ) -> None:
        with self._steps.working("publish") as step:
            self._quarantine.finish()
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
            commit(self._layout, loaded, joined, bookmark)
            step.rows_in = step.rows_out = joined.rows
        self._steps.finish("publish", f"{len(loaded) + 1} tables, one snapshot each")

    def _undo(self) -> None:
        """Remove what this run wrote, unless a table already names it."""
        run = self._record.run_id
        if run in last_publish(self._layout).runs():
            return  # some tables are published: the next run brings the others after
        self._landing.undo()
        self._quarantine.undo()
        remove_ledger(self._layout, run)
        for folder in self._layout.root.glob(f"warehouse/*/*/data/run={run}"):
            shutil.rmtree(folder, ignore_errors=True)
