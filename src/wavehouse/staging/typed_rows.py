"""A landed file as typed rows by its contract; what does not fit is kept aside with line and reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wavehouse.core.errors import RejectedError
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import (
    CsvReject,
    CsvScan,
    Engine,
    FieldIds,
    MisfitError,
    WrittenFile,
)
from wavehouse.project.contracts import PARTIAL_DATE, ColumnContract, SourceContract
from wavehouse.staging.file_notes import file_notes
from wavehouse.staging.header import read_header
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.provenance import stamps
from wavehouse.staging.readable import Readable, form_of, readable
from wavehouse.staging.recognition import Match, accept, match_columns
from wavehouse.staging.records import Record
from wavehouse.staging.row_reject import Fault, RowReject
from wavehouse.staging.strict_records import JudgedRecord

_PARTIAL_DATE = r"\d{4}(-\d{2}(-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?( ?UTC|Z)?)?)?"


@dataclass(frozen=True)
class TypedFile:
    """The rows of one landed file: in = out + quarantined.

    `aside` are the numbers (from 0) of the records that were kept aside; the others are in `files`, in order.
    `absent` are the columns of the contract that the file does not have.
    """

    landed: LandedFile
    files: list[WrittenFile]
    rows_in: int
    rows_out: int
    aside: frozenset[int] = frozenset()
    absent: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)

    @property
    def rows_quarantined(self) -> int:
        """How many rows were kept aside."""
        return self.rows_in - self.rows_out


KeepAside = Callable[[RowReject], None]


class TypedReader:
    """Reads landed files of one source through an engine."""

    def __init__(self, engine: Engine, contract: SourceContract, lake: Path, scratch: Path) -> None:
        self._engine = engine
        self._contract = contract
        self._lake = lake
        self._scratch = scratch

    def read(self, landed: LandedFile, directory: str, ids: FieldIds, keep_aside: KeepAside) -> TypedFile:
        """Write the rows that fit to Parquet below `directory` in the file's order; keep the others aside.

        Raises `RejectedError` for a file that is wrong as a whole: then nothing of it was kept aside, and
        the caller removes `directory`.
        """
        contract = self._contract
        header = read_header(self._lake / landed.path, landed.compression, contract.csv)
        match = accept(match_columns(contract, header), {})  # the contract may have changed since it landed
        source = readable(landed, self._lake, form_of(contract.csv), len(header), self._scratch)
        # By position, under names of our own: a file's own names may be anything.
        scan = CsvScan(source.path, [f"c{at}" for at in range(len(header))], source.form, landed.ascii)
        all_fit = True
        try:
            rows = self._rows_that_must_fit(match, landed, scan)
            written = self._engine.write_parquet(rows, directory, field_ids=ids)
        except MisfitError:
            # Asking beforehand whether each value fits would parse the clean files, nearly all, twice.
            all_fit = False
            shutil.rmtree(directory, ignore_errors=True)  # (a bucket keeps it as a file of nobody)
            rows = self._rows_that_fit(match, landed, scan)
            written = self._engine.write_parquet(rows, directory, field_ids=ids)
        rows_out = sum(file.rows for file in written)
        refused = self._engine.csv_rejects()
        rows_in, aside = source.records, frozenset[int]()
        complete = all_fit and not refused and rows_out == rows_in
        if source.faults or not complete:
            numbered = {
                number: self._reject_whole(match, landed, judged) for number, judged in source.faults.items()
            }
            if not complete:
                given = 0
                for number, reject in self._misfits(landed, match, scan, refused, source):
                    given += 1
                    if reject:
                        numbered[number] = reject
                rows_in = given
            rejects, aside = [numbered[number] for number in sorted(numbered)], frozenset(numbered)
            rows_in += len(source.faults)
            if rows_in != rows_out + len(rejects):
                raise RejectedError(
                    f"two readers disagree: {rows_in:,} records, of which {rows_out:,} could be read "
                    f"and {len(rejects):,} were refused",
                    remedy="Check quotes and line ends; nothing of this file was loaded",
                )
            if rows_in and not rows_out:
                first = rejects[0]
                raise RejectedError(
                    f"none of its {rows_in:,} rows fits the source '{contract.source}'; "
                    f"the first, line {first.line}: {first.reason}",
                    remedy="Check that delimiter, encoding and types are those of the contract",
                )
            for reject in rejects:
                keep_aside(reject)
        notes = file_notes(self._engine, landed, match, scan)
        return TypedFile(landed, written, rows_in, rows_out, aside, match.absent, notes)

    def _at(self, match: Match) -> dict[str, str]:
        """Where each column that is loaded stands in the scan, as a quoted name."""
        columns = self._contract.columns
        return {
            name: identifier(f"c{at}")
            for at, name in enumerate(match.columns)
            if name is not None and columns[name].load
        }

    def _fits(self, name: str, column: ColumnContract, text: str, *, has_nul: bool) -> str:
        """The condition under which the text of a column can stand in the table; '' for any text."""
        engine = self._engine
        if column.type == PARTIAL_DATE:
            completed = f"substr({text} || '-01-01', 1, 10)"
            fits = f"{engine.matches(text, _PARTIAL_DATE)} AND {engine.parsed(completed, 'date')} IS NOT NULL"
        elif column.type == "string":
            # A NUL ends a text for many readers; only files in which one was seen are asked for it.
            fits = f"NOT contains({text}, chr(0))" if has_nul else ""
        else:
            fits = f"{engine.parsed(text, column.stored_type)} IS NOT NULL"
        if name in self._contract.key:
            present = f"{text} IS NOT NULL AND trim({text}) <> ''"
            return f"({present} AND {fits})" if fits else f"({present})"
        return f"({text} IS NULL OR ({fits}))" if fits else ""

    def _conditions(self, match: Match, landed: LandedFile) -> dict[str, str]:
        """By column: what its text must be to fit."""
        columns = self._contract.columns
        conditions = {
            name: self._fits(name, columns[name], text, has_nul=landed.has_nul)
            for name, text in self._at(match).items()
        }
        return {name: condition for name, condition in conditions.items() if condition}

    def _rows_that_must_fit(self, match: Match, landed: LandedFile, scan: CsvScan) -> str:
        """All rows; the first value that does not fit stops the statement."""
        at = self._at(match)
        selected = []
        for stored in self._contract.table_columns:
            text = at.get(stored.name, "CAST(NULL AS VARCHAR)")
            value = self._engine.parsed(text, stored.type)
            if stored.name in at:
                fits = self._fits(
                    stored.name, self._contract.columns[stored.name], text, has_nul=landed.has_nul
                )
                stop = self._engine.misfit(stored.type)
                if stored.type == "string":
                    value = f"CASE WHEN {fits} THEN {text} ELSE {stop} END" if fits else text
                elif stored.name in self._contract.key:
                    value = f"coalesce({value}, {stop})"
                else:
                    value = f"coalesce({value}, CASE WHEN {text} IS NOT NULL THEN {stop} END)"
            selected.append(f"{value} AS {identifier(stored.name)}")
        selected += stamps(landed, match.absent)
        return f"SELECT {', '.join(selected)} FROM {self._engine.csv(scan)}"

    def _rows_that_fit(self, match: Match, landed: LandedFile, scan: CsvScan) -> str:
        at = self._at(match)
        selected = []
        for column in self._contract.table_columns:
            text = at.get(column.name, "CAST(NULL AS VARCHAR)")
            selected.append(f"{self._engine.parsed(text, column.type)} AS {identifier(column.name)}")
        selected += stamps(landed, match.absent)
        conditions = " AND ".join(self._conditions(match, landed).values())
        return f"SELECT {', '.join(selected)} FROM {self._engine.csv(scan)} WHERE {conditions}"

    def _misfits(
        self,
        landed: LandedFile,
        match: Match,
        scan: CsvScan,
        refused: list[CsvReject],
        source: Readable,
    ) -> Iterator[tuple[int, RowReject | None]]:
        """All records that the engine was given, each with its number; one that was not written as a reject.

        The engine says for a row that it read only its position among the rows read, and for a record that
        it refused only an offset; both are found again in the records of the independent reader.
        """
        failing = self._failing_positions(match, landed, scan)
        at = {name: position for position, name in enumerate(match.columns) if name is not None}
        position = 0
        waiting = list(reversed(refused))
        for number, record, offset in source.given():
            mine: CsvReject | None = None
            while waiting and waiting[-1].byte_offset <= offset:
                mine = waiting.pop()
            if mine is not None:
                column = match.columns[int(mine.column[1:])] if mine.column else None
                yield number, rejected_row(landed, record, [Fault(mine.reason, column or "")])
                continue
            position += 1
            if position not in failing:
                yield number, None
                continue
            for name, value in failing[position].items():
                if at[name] >= len(record.fields) or record.fields[at[name]] != (value or ""):
                    raise RejectedError(
                        f"two readers disagree about the record on line {record.line}",
                        remedy="Check quotes and line ends there; nothing of this file was loaded",
                    )
            faults = [
                Fault(self._rule(name, value), name, value or "") for name, value in failing[position].items()
            ]
            yield number, rejected_row(landed, record, faults)

    def _reject_whole(self, match: Match, landed: LandedFile, judged: JudgedRecord) -> RowReject:
        """A record that the engine was not given."""
        faults = []
        for fault, at in judged.faults:
            column = match.columns[at] if at is not None and at < len(match.columns) else None
            faults.append(Fault(fault, column or ""))
        return rejected_row(landed, judged.record, faults)

    def _failing_positions(
        self, match: Match, landed: LandedFile, scan: CsvScan
    ) -> dict[int, dict[str, str | None]]:
        """By position among the rows read (1-based): the columns that do not fit, and their texts."""
        conditions = self._conditions(match, landed)
        at = self._at(match)
        texts = ", ".join(at[name] for name in conditions)
        failures = [f"NOT {fits}" for fits in conditions.values()]
        found = self._engine.rows(
            f"SELECT position, {texts}, {', '.join(failures)} "
            f"FROM (SELECT *, row_number() OVER () AS position FROM {self._engine.csv(scan)}) "
            f"WHERE {' OR '.join(failures)}"
        )
        self._engine.csv_rejects()  # the same as the first time
        names = list(conditions)
        return {
            position: {
                name: text
                for name, text, fails in zip(names, values[: len(names)], values[len(names) :], strict=True)
                if fails
            }
            for position, *values in found
        }

    def _rule(self, name: str, value: Any) -> str:
        column = self._contract.columns[name]
        if name in self._contract.key and not (value or "").strip():
            return "blank key"
        if "\0" in (value or ""):
            return "NUL byte"
        return f"not a {column.type.replace('_', ' ')}"


def rejected_row(
    landed: LandedFile, record: Record, faults: Sequence[Fault], *, retryable: bool = False
) -> RowReject:
    """A record of a landed file as a row kept aside."""
    return RowReject(
        landed.source,
        landed.name,
        landed.sha256,
        landed.batch,
        landed.batch_time,
        record.line,
        record.byte_offset,
        record.raw,
        tuple(faults),
        retryable,
    )
