"""The rows of a source are judged by its rules; those that fail are kept aside with every rule they fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wavehouse.core.errors import RejectedError
from wavehouse.core.run_record import RuleRecord
from wavehouse.core.sql_text import column_list, identifier, literal
from wavehouse.engines.engine import Engine
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.load import LoadedSource, current_rows_of
from wavehouse.pipeline.rulebook import SourceRules
from wavehouse.pipeline.waiting import Waiting
from wavehouse.project.contracts import Action, SourceContract
from wavehouse.quality.dataset import DataFile, Dataset, History
from wavehouse.quality.plan import WORD
from wavehouse.quality.verdict import Verdict
from wavehouse.staging.current_rows import PLACE
from wavehouse.staging.doubt import NotIncrementalError
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.located_rows import locate
from wavehouse.staging.provenance import BATCH_TIME
from wavehouse.staging.row_reject import Fault
from wavehouse.staging.typed_rows import KeepAside, TypedFile, rejected_row

_EXAMPLES = 3  # rows named in the verdict on a rule


@dataclass(frozen=True)
class Judged:
    """The verdicts on one source; `excluded` is the table of the rows that fail, '' where there are none."""

    rules: list[RuleRecord] = field(default_factory=list)
    excluded: str = ""
    quarantined: Mapping[LandedFile, int] = field(default_factory=dict)

    @property
    def stops(self) -> list[RuleRecord]:
        """The rules that stop a run."""
        return [rule for rule in self.rules if rule.stops]


class Judge:
    """Judges the rows of one source; the sources that its rules refer to are loaded by now."""

    def __init__(
        self,
        engine: Engine,
        layout: LakeLayout,
        contract: SourceContract,
        rules: SourceRules,
        loaded: Mapping[str, LoadedSource],
        history: History,
    ) -> None:
        self._engine = engine
        self._layout = layout
        self._contract = contract
        self._rules = rules
        self._loaded = loaded
        self._history = history
        self._references = {
            name: Dataset(
                source.contract.table_columns, current_rows_of(engine, source), key=source.contract.key
            )
            for name, source in loaded.items()
            if name in rules.plan.references
        }

    def judge(self, typed: Sequence[TypedFile], keep_aside: KeepAside, waiting: Waiting | None) -> Judged:
        """Judge the rows that were read. Those that only a lookup kept aside are let wait."""
        rules = self._rules
        dataset = self._dataset(typed)
        verdicts = rules.plan.judge(self._engine, dataset, self._references, self._history)
        records = [
            record_of(self._contract.source, verdict, action)
            for verdict, action in zip(verdicts, rules.actions, strict=True)
        ]
        wanted = [
            index for index, record in enumerate(records) if record.keeps_aside and rules.plan.has_rows(index)
        ]
        if not wanted:
            return Judged(records)
        table = identifier(f"quarantined {self._contract.source}")
        failing = rules.plan.failing(dataset, self._references, wanted, self._engine, self._history)
        self._engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {failing}")
        quarantined = {}
        lines: dict[tuple[str, int], tuple[int, int]] = {}
        for one in typed:
            masks = self._masks(table, one, words=(len(wanted) - 1) // WORD + 1)
            if masks:
                lines |= self._keep_aside(one, masks, wanted, records, keep_aside)
                quarantined[one.landed] = len(masks)
        if lines and waiting:
            waiting.add(lines, dataset.scan)
        return Judged(records, table, quarantined)

    def judge_again(self, waiting: Waiting) -> None:
        """Look at the rows once more that waited for a row of another source."""
        waiting.judge_again(self._failing_lookups(waiting.rows))

    def refuse_lost(self, base: Sequence[str]) -> None:
        """Raise `NotIncrementalError` where a row of the table refers to a row that is there no longer."""
        if not base or not self._may_be_lost():
            return
        failing = self._failing_lookups(self._engine.parquet(base, with_position=True))
        ((lost,),) = self._engine.rows(f"SELECT count(*) FROM ({failing})")
        if lost:
            raise NotIncrementalError(
                f"{lost:,} rows of {self._contract.source} refer to rows that are gone, and older rows may "
                "have to take their place"
            )

    def _may_be_lost(self) -> bool:
        for index in self._rules.lookups:
            alias, columns = self._rules.plan.looked_up(index) or ("", ())
            source = self._loaded[alias]
            if source.merged.deleted or (
                source.merged.updated and not set(columns) <= set(source.contract.key)
            ):
                return True
        return False

    def _failing_lookups(self, rows: str) -> str:
        """A query for the rows that fail a lookup: place, and in `mask_0` which of `lookups`."""
        dataset = Dataset(self._contract.table_columns, rows, now=identifier(BATCH_TIME.name), place=PLACE)
        return self._rules.plan.failing(
            dataset, self._references, self._rules.lookups, self._engine, self._history
        )

    def _dataset(self, typed: Sequence[TypedFile]) -> Dataset:
        return Dataset(
            self._contract.table_columns,
            self._engine.parquet([file.location for one in typed for file in one.files], with_position=True),
            # now() is the time of the batch with which a row came: the same at every run.
            now=identifier(BATCH_TIME.name),
            moment=max(datetime.fromisoformat(one.landed.batch_time) for one in typed),
            place=PLACE,
            files=tuple(
                DataFile(
                    self._layout.root / one.landed.path,
                    one.landed.size,
                    datetime.fromisoformat(one.landed.batch_time),
                )
                for one in typed
            ),
        )

    def _masks(self, table: str, one: TypedFile, words: int) -> dict[int, list[int]]:
        """The failing rows of one file, by their number in it."""
        locations = ", ".join(literal(file.location) for file in one.files)
        masks = column_list(f"mask_{word}" for word in range(words))
        found = self._engine.rows(
            f"SELECT file_row_number, {masks} FROM {table} WHERE filename IN ({locations})"
        )
        return {row: list(mask) for row, *mask in found}

    def _keep_aside(
        self,
        one: TypedFile,
        masks: Mapping[int, list[int]],
        wanted: Sequence[int],
        records: Sequence[RuleRecord],
        keep_aside: KeepAside,
    ) -> dict[tuple[str, int], tuple[int, int]]:
        """Keep the failing rows of one file aside; returns line and mask, by place, of those that wait."""
        plan, lookups = self._rules.plan, self._rules.lookups
        waiting = {}
        (location,) = (file.location for file in one.files)
        for row, record, fields in locate(one, self._contract, self._layout.root, masks):
            failed = [
                index for bit, index in enumerate(wanted) if masks[row][bit // WORD] >> (bit % WORD) & 1
            ]
            faults = []
            for index in failed:
                read = plan.reads(index)
                value = ", ".join(fields.get(column, "") for column in read)
                faults.append(Fault(records[index].rule, ", ".join(read), value))
                if len(records[index].examples) < _EXAMPLES:
                    records[index].examples.append(f"{one.landed.name}:{record.line}: {value[:100]}")
            retryable = all(plan.retryable(index) for index in failed)
            keep_aside(rejected_row(one.landed, record, faults, retryable=retryable))
            if retryable:
                mask = sum(1 << lookups.index(index) for index in failed)
                waiting[(location, row)] = (record.line, mask)
        return waiting


def stopped(judged: Judged) -> RejectedError:
    """The error for a run that rules have stopped."""
    first, *more = judged.stops
    others = f" (and {len(more)} more)" if more else ""
    return RejectedError(
        f"the rule '{first.rule}' of the source '{first.source}' failed{others} and stops the run: "
        f"{first.reason or 'it does not hold'}; nothing was published",
        remedy="Mend the data, or let the rule warn, and run again with the same --from; "
        "'wavehouse check' shows all verdicts",
    )


def record_of(source: str, verdict: Verdict, action: Action) -> RuleRecord:
    """A verdict as the record of a run keeps it."""
    return RuleRecord(
        source,
        verdict.rule,
        verdict.type,
        verdict.subject,
        action,
        verdict.passed,
        verdict.metric,
        dict(verdict.metrics),
        verdict.rows,
        verdict.failed_rows,
        verdict.reason,
        dict(verdict.labels),
    )
