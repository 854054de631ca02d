"""From files to the current rows of every source: land, read, judge, and merge into what the tables have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import RejectedError
from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RejectedFile, RowChanges, RunRecord, SourceCounts
from wavehouse.engines.engine import Engine
from wavehouse.lake.field_ids import plan_schema
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.arrivals import Landing
from wavehouse.pipeline.base import Base
from wavehouse.pipeline.definition import Definition
from wavehouse.pipeline.judging import Judge, Judged, stopped
from wavehouse.pipeline.load import LoadedSource, SourceLoader, counted_only
from wavehouse.pipeline.quarantine import Quarantine
from wavehouse.pipeline.repair import remove_work
from wavehouse.pipeline.rule_history import RunHistory
from wavehouse.pipeline.source_table import table_of
from wavehouse.pipeline.steps import Steps
from wavehouse.pipeline.waiting import Waiting
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.provenance import stored_columns


@dataclass(frozen=True)
class Setting:
    """What one run works with. `history` is the lake whose runs and tables count; it is `layout`, but for a
    check, which writes elsewhere. `stopping`: a rule whose action is stop ends the run."""

    layout: LakeLayout
    history: LakeLayout
    definition: Definition
    engine: Engine
    record: RunRecord
    progress: Progress
    steps: Steps
    scratch: Path
    stopping: bool = True


class Intake:
    """What one run takes in, over the tables in `base`; `old` are the files that they were made of."""

    def __init__(
        self,
        setting: Setting,
        base: Base,
        old: Sequence[LandedFile],
        quarantine: Quarantine,
        watched: Callable[[str], Sequence[str]] = lambda _: (),
    ) -> None:
        self._setting = setting
        self._definition = setting.definition
        self._engine = setting.engine
        self._record = setting.record
        self._steps = setting.steps
        self.base = base
        self._old = old
        self._quarantine = quarantine
        self._watched = watched
        self._history = RunHistory(setting.history)
        self._loaders: dict[str, SourceLoader] = {}
        head, run = LakeHead(setting.history), setting.record.run_id
        self._waiting: dict[str, Waiting] = {}
        for name, contract in self._definition.tables.items():
            table = table_of(contract)
            plan = plan_schema(str(table), stored_columns(contract), head.metadata(table))
            self._loaders[name] = SourceLoader(self._engine, setting.layout, run, contract, plan, base)
            rules = self._definition.rules.get(name)
            if rules and rules.lookups:
                self._waiting[name] = Waiting(
                    setting.layout, run, contract, self._engine, base, head.metadata, setting.scratch
                )

    @property
    def waiting(self) -> list[Waiting]:
        """The rows that wait, by source."""
        return list(self._waiting.values())

    def read(self, files: Sequence[LandedFile]) -> list[LandedFile]:
        """Read landed files, source by source; those wrong as a whole are set aside, the others returned."""
        refused = self._read_by_source(files)
        for file, error in refused.items():
            self._quarantine.set_aside(file, str(error))
            self._record.rejected.append(RejectedFile(file.name, str(error)))
        return [file for file in files if file not in refused]

    def read_again(self) -> None:
        """Read the files that the tables were made of. None may be lost by that: a contract that was changed
        so that one no longer fits stops the run."""
        for error in self._read_by_source(self._old).values():
            raise RejectedError(
                f"{error.what.rstrip('.')}; it was loaded before, and the project has changed since",
                where=error.where,
                remedy="Change the contract so that it fits again; nothing was published",
            )

    def current(self) -> dict[str, LoadedSource]:
        """Judge what was read, and merge it into the tables; in the order of the contracts.

        Raises `RejectedError` when a rule stops the run, and `NotIncrementalError`.
        """
        loaded: dict[str, LoadedSource] = {}
        for name in self._definition.loading_order:
            judged = self._judge(name, loaded)
            loaded[name] = self._current(name, judged)
        self._amend_quarantine()
        return {name: loaded[name] for name in self._definition.tables}

    def _read_by_source(self, files: Sequence[LandedFile]) -> dict[LandedFile, RejectedError]:
        refused: dict[LandedFile, RejectedError] = {}
        for name, contract in self._definition.contracts.items():
            mine = [file for file in files if file.source == name]
            if name in self._loaders and mine:
                with self._steps.working(f"read {name}", self._engine.fraction_done):
                    if contract.contents == "snapshot":
                        refused |= self._read_newest(name, mine)
                    else:
                        refused |= self._read_each(name, mine)
            elif mine:
                before = self._record.sources.get(name, SourceCounts())
                self._record.sources[name] = counted_only(mine, before)
        return refused

    def _read_each(self, name: str, files: Sequence[LandedFile]) -> dict[LandedFile, RejectedError]:
        return self._loaders[name].read(files, self._setting.scratch, self._quarantine.keep_aside)

    def _read_newest(self, name: str, files: Sequence[LandedFile]) -> dict[LandedFile, RejectedError]:
        """Of files that each hold all rows of their source, read the newest that can be read."""
        refused: dict[LandedFile, RejectedError] = {}
        loader = self._loaders[name]
        known = [file for file in self._old if file.source == name and file not in files]
        newest = max((file.precedence for file in known), default=None)
        for file in sorted(files, key=lambda file: file.precedence, reverse=True):
            if loader.typed or (newest is not None and newest > file.precedence):
                loader.pass_over([file])
                continue
            refused |= self._read_each(name, [file])
            if file not in refused:
                self._quarantine.replace_source(name, file.sha256)
                if name in self._waiting:
                    self._waiting[name].forget()
        return refused

    def _judge(self, name: str, loaded: Mapping[str, LoadedSource]) -> Judged:
        rules = self._definition.rules.get(name)
        if rules is None:
            return Judged()
        setting, contract = self._setting, self._definition.contracts[name]
        judge = Judge(self._engine, setting.layout, contract, rules, loaded, self._history.of(name))
        waiting = self._waiting.get(name)
        if rules.lookups:
            judge.refuse_lost(self.base.locations(table_of(contract)))
        typed = [one for one in self._loaders[name].typed if one.files]
        judged = Judged()
        if typed:
            step_name = f"check {name}"
            with self._steps.working(step_name, self._engine.fraction_done) as step:
                judged = judge.judge(typed, self._quarantine.keep_aside, waiting)
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
            if setting.stopping and judged.stops:
                raise stopped(judged)
        if waiting and waiting.rows:
            judge.judge_again(waiting)
        return judged

    def _current(self, name: str, judged: Judged) -> LoadedSource:
        loader, waiting = self._loaders[name], self._waiting.get(name)
        if not (self.base.anew or loader.has_files or (waiting and waiting.admitted_rows)):
            return loader.current("", {}, None, self._watched(name))
        with self._steps.working(f"read {name}", self._engine.fraction_done) as step:
            source = loader.current(judged.excluded, judged.quarantined, waiting, self._watched(name))
            counts = source.counts
            step.rows_in, step.rows_out = counts.rows_in, counts.rows_out
            step.rows_quarantined, step.rows_superseded = counts.rows_quarantined, counts.rows_superseded
        summary = f"{counts.rows_out:,} rows"
        if counts.rows_quarantined:
            summary += f", {counts.rows_quarantined:,} quarantined"
        if counts.rows_superseded:
            summary += f", {counts.rows_superseded:,} superseded"
        self._steps.finish(f"read {name}", summary)
        if not self.base.anew:
            merged = source.merged
            self._record.changes[str(table_of(source.contract))] = RowChanges(
                merged.inserted, merged.updated, merged.deleted
            )
        self._record.sources[name] = counts
        self._record.files += source.files
        self._record.notes += source.notes
        return source

    def _amend_quarantine(self) -> None:
        """What is written of the rows that waited, and now wait no longer or for less."""
        for name, waiting in self._waiting.items():
            rules = self._definition.rules[name]
            for sha256, line, left in waiting.left():
                self._quarantine.amend(
                    name,
                    sha256,
                    line,
                    [rules.text(index) for bit, index in enumerate(rules.lookups) if left >> bit & 1],
                )


def start_over(setting: Setting, quarantine: Quarantine) -> None:
    """Forget what was read: everything will be read again."""
    record = setting.record
    for found in (record.rules, record.files, record.notes):
        found.clear()
    record.sources.clear()
    record.changes.clear()
    quarantine.start_over()
    remove_work(setting.layout, record.run_id)


def take(
    intake: Intake, landing: Landing, waiting: Sequence[LandedFile], setting: Setting
) -> list[LandedFile]:
    """Read what is new, source by source as it lands; returns the files that were not refused.

    The seconds of the step "land" are those that the run waited; the rest of it happens meanwhile.
    """
    landed: list[LandedFile] = []
    left = [*waiting]
    accepted: list[LandedFile] = []
    for source in landing.sources:
        with setting.steps.working("land") as step:
            mine = landing.wait_for(source)
            landed += mine
            step.rows_in = step.rows_out = sum(file.records for file in landed)
            setting.progress.advanced("land", len(landed) / (len(landed) + 1))
        with_waiting = [*mine, *(file for file in left if file.source == source)]
        left = [file for file in left if file.source != source]
        accepted += intake.read(with_waiting)
    accepted += intake.read(left)
    if landing.sources:
        size = sum(file.size for file in landed)
        setting.steps.finish("land", f"{len(landed)} files, {size / 1e6:,.0f} MB")
    setting.record.rejected += landing.rejected
    return accepted
