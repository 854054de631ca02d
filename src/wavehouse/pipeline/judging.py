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
from wavehouse.project.contracts import Action, SourceContract
from wavehouse.quality.dataset import DataFile, Dataset, History
from wavehouse.quality.plan import WORD
from wavehouse.quality.verdict import Verdict
from wavehouse.staging.current_rows import PLACE, accepted_rows
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.located_rows import locate
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
    """Judges the typed rows of sources, one after the other."""

    def __init__(self, engine: Engine, layout: LakeLayout, loaded: Mapping[str, LoadedSource]) -> None:
        self._engine = engine
        self._layout = layout
        self._loaded = loaded

    def judge(
        self,
        contract: SourceContract,
        rules: SourceRules,
        typed: Sequence[TypedFile],
        history: History,
        keep_aside: KeepAside,
    ) -> Judged:
        """Judge the rows of one source; the sources that its rules refer to are loaded by now."""
        dataset = self._dataset(contract, typed)
        references = {
            name: Dataset(source.contract.table_columns, current_rows_of(self._engine, source))
            for name, source in self._loaded.items()
            if name in rules.plan.references
        }
        verdicts = rules.plan.judge(self._engine, dataset, references, history)
        records = [
            record_of(contract.source, verdict, action)
            for verdict, action in zip(verdicts, rules.actions, strict=True)
        ]
        wanted = [
            index for index, record in enumerate(records) if record.keeps_aside and rules.plan.has_rows(index)
        ]
        if not wanted:
            return Judged(records)
        table = identifier(f"quarantined_{contract.source}")
        failing = rules.plan.failing(dataset, references, wanted, self._engine, history)
        self._engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {failing}")
        quarantined = {}
        for one in typed:
            masks = self._masks(table, one, words=(len(wanted) - 1) // WORD + 1)
            if masks:
                self._keep_aside(contract, rules, one, masks, wanted, records, keep_aside)
                quarantined[one.landed] = len(masks)
        return Judged(records, table, quarantined)

    def _dataset(self, contract: SourceContract, typed: Sequence[TypedFile]) -> Dataset:
        times: dict[str, list[str]] = {}
        for one in typed:
            times.setdefault(one.landed.batch_time, []).extend(str(file.path) for file in one.files)
        moments = {time: datetime.fromisoformat(time) for time in times}
        stamps = {
            time: f"TIMESTAMP {literal(f'{moment:%Y-%m-%d %H:%M:%S}')}" for time, moment in moments.items()
        }
        newest = max(times)
        # now() is the time of the batch with which a row came: the same at every run.
        cases = "".join(
            f"WHEN filename IN ({', '.join(map(literal, paths))}) THEN {stamps[time]} "
            for time, paths in times.items()
            if time != newest
        )
        return Dataset(
            contract.table_columns,
            accepted_rows(self._engine, typed),
            now=f"CASE {cases}ELSE {stamps[newest]} END" if cases else stamps[newest],
            moment=moments[newest],
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
        paths = ", ".join(literal(str(file.path)) for file in one.files)
        masks = column_list(f"mask_{word}" for word in range(words))
        found = self._engine.rows(f"SELECT file_row_number, {masks} FROM {table} WHERE filename IN ({paths})")
        return {row: list(mask) for row, *mask in found}

    def _keep_aside(
        self,
        contract: SourceContract,
        rules: SourceRules,
        one: TypedFile,
        masks: Mapping[int, list[int]],
        wanted: Sequence[int],
        records: Sequence[RuleRecord],
        keep_aside: KeepAside,
    ) -> None:
        for row, record, fields in locate(one, contract, self._layout.root, masks):
            failed = [
                index for bit, index in enumerate(wanted) if masks[row][bit // WORD] >> (bit % WORD) & 1
            ]
            faults = []
            for index in failed:
                read = rules.plan.reads(index)
                value = ", ".join(fields.get(column, "") for column in read)
                faults.append(Fault(records[index].rule, ", ".join(read), value))
                if len(records[index].examples) < _EXAMPLES:
                    records[index].examples.append(f"{one.landed.name}:{record.line}: {value[:100]}")
            retryable = all(rules.plan.retryable(index) for index in failed)
            keep_aside(rejected_row(one.landed, record, faults, retryable=retryable))


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
