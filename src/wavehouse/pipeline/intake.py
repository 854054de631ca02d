"""From files to the current rows of every source: land, read, judge, and leave the last row of every key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from wavehouse.core.errors import RejectedError
from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RejectedFile, RunRecord, SourceCounts
from wavehouse.engines.engine import Engine
from wavehouse.lake.field_ids import plan_schema
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.arrivals import Landing
from wavehouse.pipeline.definition import Definition, table_of
from wavehouse.pipeline.judging import Judge, Judged, stopped
from wavehouse.pipeline.load import LoadedSource, SourceLoader, counted_only
from wavehouse.pipeline.quarantine import Quarantine
from wavehouse.pipeline.rule_history import RunHistory
from wavehouse.pipeline.steps import Steps
from wavehouse.staging.landed_file import LandedFile


class Intake:
    """What one run takes in, with one engine. `stopping`: a rule whose action is stop ends it."""

    def __init__(
        self,
        layout: LakeLayout,
        definition: Definition,
        engine: Engine,
        record: RunRecord,
        progress: Progress,
        steps: Steps,
        scratch: Path,
        *,
        history: LakeLayout,
        stopping: bool = True,
    ) -> None:
        self._layout = layout
        self._definition = definition
        self._engine = engine
        self._record = record
        self._progress = progress
        self._steps = steps
        self._scratch = scratch
        self._history = RunHistory(history)
        self._stopping = stopping
        self._loaders = self._new_loaders()
        self.quarantine = Quarantine(layout, record.run_id, scratch)

    def take(self, landing: Landing, waiting: Sequence[LandedFile]) -> list[LandedFile]:
        """Read what is new, source by source as it lands; returns the files that were not refused.

        The seconds of the step "land" are those that the run waited; the rest of it happens meanwhile.
        """
        accepted = self._read(waiting)
        landed: list[LandedFile] = []
        for source in landing.sources:
            with self._steps.working("land") as step:
                mine = landing.wait_for(source)
                landed += mine
                step.rows_in = step.rows_out = sum(file.records for file in landed)
                self._progress.advanced("land", len(landed) / (len(landed) + 1))
            accepted += self._read(mine)
        if landing.sources:
            size = sum(file.size for file in landed)
            self._steps.finish("land", f"{len(landed)} files, {size / 1e6:,.0f} MB")
        self._record.rejected += landing.rejected
        return accepted

    def read_again(self, files: Sequence[LandedFile]) -> None:
        """Read files that an earlier run loaded. None may be lost by that: a contract that was changed so
        that one no longer fits stops the run."""
        for error in self._read_by_source(files).values():
            raise RejectedError(
                f"{error.what.rstrip('.')}; it was loaded before, and the project has changed since",
                where=error.where,
                remedy="Change the contract so that it fits again; nothing was published",
            )

    def current(self) -> dict[str, LoadedSource]:
        """Judge what was read, and leave the current rows of every source; in the order of the contracts.

        Raises `RejectedError` when a rule stops the run.
        """
        loaded: dict[str, LoadedSource] = {}
        for name in self._definition.loading_order:
            judged = self._judge(name, loaded)
            loaded[name] = self._current(name, judged)
        return {name: loaded[name] for name in self._definition.tables}

    def _new_loaders(self) -> dict[str, SourceLoader]:
        head = LakeHead(self._layout)
        loaders = {}
        for name, contract in self._definition.tables.items():
            table = table_of(contract)
            plan = plan_schema(str(table), contract.table_columns, head.metadata(table))
            loaders[name] = SourceLoader(self._engine, self._layout, self._record.run_id, contract, plan)
        return loaders

    def _read(self, files: Sequence[LandedFile]) -> list[LandedFile]:
        """Read landed files, source by source; those wrong as a whole are set aside, the others returned."""
        refused = self._read_by_source(files)
        for file, error in refused.items():
            self.quarantine.set_aside(file, str(error))
            self._record.rejected.append(RejectedFile(file.name, str(error)))
        return [file for file in files if file not in refused]

    def _read_by_source(self, files: Sequence[LandedFile]) -> dict[LandedFile, RejectedError]:
        refused: dict[LandedFile, RejectedError] = {}
        for name in self._definition.contracts:
            mine = [file for file in files if file.source == name]
            if name in self._loaders and mine:
                with self._steps.working(f"read {name}", self._engine.fraction_done):
                    refused |= self._loaders[name].read(mine, self._scratch, self.quarantine.keep_aside)
            elif mine:
                before = self._record.sources.get(name, SourceCounts())
                self._record.sources[name] = counted_only(mine, before)
        return refused

    def _judge(self, name: str, loaded: Mapping[str, LoadedSource]) -> Judged:
        rules = self._definition.rules.get(name)
        typed = [one for one in self._loaders[name].typed if one.files]
        if rules is None or not typed:
            return Judged()
        step_name = f"check {name}"
        with self._steps.working(step_name, self._engine.fraction_done) as step:
            judged = Judge(self._engine, self._layout, loaded).judge(
                self._definition.contracts[name],
                rules,
                typed,
                self._history.of(name),
                self.quarantine.keep_aside,
            )
            step.rows_in = sum(one.rows_out for one in typed)
            step.rows_quarantined = sum(judged.quarantined.values())
            step.rows_out = step.rows_in - step.rows_quarantined
        failed = [rule for rule in judged.rules if not rule.passed]
        self._steps.finish(step_name, f"{len(judged.rules)} rules, {len(failed) or 'none'} failed")
        self._record.rules += judged.rules
        self._record.notes += [
            f"{rule.source}: the rule '{rule.rule}' does not hold: {rule.reason}"
            for rule in failed
            if rule.action == "warn"
        ]
        if self._stopping and judged.stops:
            raise stopped(judged)
        return judged

    def _current(self, name: str, judged: Judged) -> LoadedSource:
        with self._steps.working(f"read {name}", self._engine.fraction_done) as step:
            source = self._loaders[name].current(judged.excluded, judged.quarantined)
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
        self._record.files += source.files
        self._record.notes += source.notes
        return source
