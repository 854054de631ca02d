"""The run: land what is new, read it by contract, join it by the flow, publish, and record what was done."""

from __future__ import annotations

import contextlib
import importlib
import shutil
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from wavehouse.core.errors import CallError, OutsideError, RejectedError
from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RunRecord, SourceCounts, TableState
from wavehouse.core.table_head import TableHead
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.lake.field_ids import plan_schema
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout, lake_at
from wavehouse.lake.lock import writing
from wavehouse.pipeline.arrivals import Arrivals, Landing, sort_out
from wavehouse.pipeline.definition import Definition, table_of
from wavehouse.pipeline.ledger import (
    PROJECT,
    RUN,
    Ledger,
    read_ledger,
    waiting_files,
    write_batch,
    write_ledger,
)
from wavehouse.pipeline.load import LoadedSource, SourceLoader, counted_only
from wavehouse.pipeline.publish import JoinedTable, commit
from wavehouse.pipeline.quarantine import QuarantineFile
from wavehouse.pipeline.run_store import save_run
from wavehouse.pipeline.steps import Steps
from wavehouse.staging.landing import LandedFile


class OpenEngine(Protocol):
    """Makes an engine that may use `scratch` for what does not fit into memory."""

    def __call__(self, scratch: Path) -> Engine:
        """A new engine; the caller closes it."""


@dataclass(frozen=True)
class RunOptions:
    """What the caller asks for: files or directories to load, and whether to read everything again."""

    paths: Sequence[Path] = ()
    full: bool = False


def run(
    root: Path, definition: Definition, open_engine: OpenEngine, progress: Progress, options: RunOptions
) -> RunRecord:
    """One run over the lake in `root`. Either all of it is published, or the lake stays as it was.

    Raises a `WavehouseError` where nothing could be published; the record of a lake that exists says so too.
    """
    clock = time.perf_counter()
    now = datetime.now(UTC)
    record = RunRecord(f"{now:%Y%m%dT%H%M%S}Z-{uuid.uuid4().hex[:8]}", now.isoformat(timespec="milliseconds"))
    if options.paths and not root.exists():
        # A wrong path must not leave a new, empty lake behind.
        sort_out(options.paths, definition.contracts, [])
    existed = root.exists()
    layout = lake_at(root, create=True)
    try:
        with writing(
            layout, lambda: progress.note("another run is writing to this lake; waiting for it to end")
        ):
            _Run(layout, definition, open_engine, progress, record, now).go(options)
    except BaseException as error:
        record.status = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        record.error = str(error) or type(error).__name__
        if not existed and not layout.catalog.is_file():
            shutil.rmtree(layout.root, ignore_errors=True)
        if isinstance(error, OSError):
            raise OutsideError(
                f"reading or writing failed: {error.strerror or error}",
                where=str(error.filename or root),
                remedy="Check free space and permissions there, then run again; the lake is as it was",
            ) from error
        raise
    finally:
        record.seconds = round(time.perf_counter() - clock, 3)
        if layout.catalog.is_file():
            # A full disk must not hide what else went wrong.
            with contextlib.suppress(OSError):
                save_run(layout, record)
    return record


class _Run:
    """The state of one run while it goes on."""

    def __init__(
        self,
        layout: LakeLayout,
        definition: Definition,
        open_engine: OpenEngine,
        progress: Progress,
        record: RunRecord,
        now: datetime,
    ) -> None:
        self._layout = layout
        self._definition = definition
        self._open_engine = open_engine
        self._progress = progress
        self._record = record
        self._steps = Steps(record, progress)
        self._landing = Landing(layout, record.run_id, now)
        self._quarantine = QuarantineFile(layout, record.run_id)
        self._scratch = layout.scratch / record.run_id

    def go(self, options: RunOptions) -> None:
        """Find out what there is to do, and do it."""
        heads = self._heads()
        ledger = self._last_publish(heads)
        waiting = waiting_files(self._layout, ledger.hashes)
        arrivals = Arrivals()
        if options.paths:
            arrivals = sort_out(options.paths, self._definition.contracts, [*ledger.files, *waiting])
        elif not ledger.files and not waiting:
            raise CallError(
                "no file was named, and the lake has none yet",
                remedy="Name the directory with the CSV files: wavehouse run --from DIR",
            )
        rebuild = bool(ledger.files) and (options.full or not self._consistent(heads))
        if arrivals.new or waiting or rebuild:
            # The longest import of all: begun while the engine is busy with the data.
            committer = threading.Thread(
                target=importlib.import_module, args=["wavehouse.lake.commit"], daemon=True
            )
            committer.start()
            try:
                self._work(arrivals, waiting, ledger.files, rebuild, committer)
            except BaseException:
                self._undo()
                raise
            finally:
                self._landing.close()
                shutil.rmtree(self._scratch, ignore_errors=True)
            heads = self._heads()
        self._record.rejected[:0] = arrivals.rejected
        self._describe(heads)

    def _work(
        self,
        arrivals: Arrivals,
        waiting: list[LandedFile],
        old: Sequence[LandedFile],
        rebuild: bool,
        committer: threading.Thread,
    ) -> None:
        self._scratch.mkdir(parents=True)
        with contextlib.closing(self._open_engine(self._scratch)) as engine:
            landed = self._land(arrivals)
            loaders = self._loaders(engine)
            accepted = self._read(engine, loaders, [*waiting, *landed])
            if not accepted and not rebuild:
                if not old and not arrivals.known:
                    refused = [*arrivals.rejected, *self._record.rejected]
                    raise RejectedError(" ".join(file.reason for file in refused))
                self._undo()
                return
            self._read(engine, loaders, old)
            loaded = {name: self._current(engine, name, loader) for name, loader in loaders.items()}
            joined = self._join(engine, loaded)
            committer.join()
            self._publish(loaded, joined, accepted, old)

    def _land(self, arrivals: Arrivals) -> list[LandedFile]:
        if not arrivals.new:
            return []
        with self._steps.working("land") as step:
            landed = self._landing.land(arrivals, lambda done: self._progress.advanced("land", done))
            step.rows_in = step.rows_out = sum(file.records for file in landed)
        self._steps.finish("land", f"{len(landed)} files, {sum(file.size for file in landed) / 1e6:,.0f} MB")
        return landed

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
        """Read landed files, source by source; returns those that were not refused."""
        for name, loader in loaders.items():
            mine = [file for file in files if file.source == name]
            if mine:
                with self._steps.working(f"read {name}", engine.fraction_done):
                    self._record.rejected += loader.read(mine, self._scratch, self._quarantine)
        for name, contract in self._definition.contracts.items():
            if contract.role == "reconcile":
                mine = [file for file in files if file.source == name]
                counts = counted_only(mine)
                before = self._record.sources.get(name, SourceCounts())
                self._record.sources[name] = SourceCounts(
                    before.files + counts.files,
                    before.rows_in + counts.rows_in,
                    before.rows_out + counts.rows_out,
                )
        read = {file for loader in loaders.values() for file in loader.read_files}
        return [file for file in files if file in read or file.source not in loaders]

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
            files = sorted([*old, *accepted], key=lambda file: file.precedence)
            bookmark = write_ledger(self._layout, self._record.run_id, files, accepted)
            bookmark[PROJECT] = self._definition.digest
            commit(self._layout, loaded, joined, bookmark)
            step.rows_in = step.rows_out = joined.rows
        self._steps.finish("publish", f"{len(loaded) + 1} tables, one snapshot each")
        self._record.changed = True

    def _heads(self) -> dict[TableName, TableHead]:
        """The heads of the tables that this project writes, as far as there are any."""
        head = LakeHead(self._layout)
        heads = {name: head.head(name) for name in self._definition.table_names}
        return {name: found for name, found in heads.items() if found is not None}

    def _last_publish(self, heads: dict[TableName, TableHead]) -> Ledger:
        """The files of the last publish. Dimensions are committed first: when a crash left two ledgers,
        the newer one is theirs, and what it names has landed durably."""
        runs = {head.properties[RUN]: head for head in heads.values() if RUN in head.properties}
        return read_ledger(self._layout, runs[max(runs)].properties) if runs else Ledger()

    def _consistent(self, heads: dict[TableName, TableHead]) -> bool:
        """Whether all tables are there and come from one publish by today's definition."""
        runs = {head.properties.get(RUN) for head in heads.values()}
        projects = {head.properties.get(PROJECT) for head in heads.values()}
        complete = len(heads) == len(self._definition.table_names)
        return complete and len(runs) == 1 and projects == {self._definition.digest}

    def _describe(self, heads: dict[TableName, TableHead]) -> None:
        for name in self._definition.contracts:
            self._record.sources.setdefault(name, SourceCounts())
        self._record.tables = {
            str(name): TableState(head.rows, head.files, head.size, head.snapshot_id)
            for name, head in heads.items()
        }
        target = heads.get(self._definition.graph.table)
        self._record.snapshot_id = target.snapshot_id if target else None

    def _undo(self) -> None:
        """Remove what this run wrote, unless a table already names it."""
        if self._record.run_id in {head.properties.get(RUN) for head in self._heads().values()}:
            return  # some tables are published: the next run brings the others after
        self._landing.undo()
        self._quarantine.undo()
        (self._layout.staging / "_ledger" / f"{self._record.run_id}.json").unlink(missing_ok=True)
        for folder in self._layout.root.glob(f"warehouse/*/*/data/run={self._record.run_id}"):
            shutil.rmtree(folder, ignore_errors=True)
