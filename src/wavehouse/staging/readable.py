"""What the engine is given of a landed file: the file as it is, or a copy of the records that are in order.

A file in which every quote opens or closes a value, whose records have as many fields as its header and whose
lines end in one way is read as it is. Of any other a copy is written: UTF-8, and every record ends in LF. The
engine never meets what readers of CSV understand differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from wavehouse.engines.engine import CsvFormat
from wavehouse.project.contracts import CsvContract
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.records import Record, read_records
from wavehouse.staging.strict_records import JudgedRecord, judged_records


def form_of(csv: CsvContract) -> CsvFormat:
    """How the files of a contract are written."""
    return CsvFormat(csv.delimiter, csv.quote, csv.quote, csv.encoding)


@dataclass
class Readable:
    """A landed file as the engine reads it: `path` is read in the form `form`.

    `records` counts those that it is given, `faults` are the others by their number in the file (from 0).
    """

    landed: LandedFile
    path: Path
    form: CsvFormat
    records: int
    original: Path
    columns: int
    own_form: CsvFormat
    faults: dict[int, JudgedRecord] = field(default_factory=dict)

    @property
    def copied(self) -> bool:
        """Whether the engine reads a copy."""
        return self.path != self.original

    def given(self) -> Iterator[tuple[int, Record, int]]:
        """The records that the engine is given: their number in the file, and the offset at which it meets
        them."""
        if not self.copied:
            own = read_records(self.original, self.landed.compression, self.own_form)
            for number, record in enumerate(own):
                yield number, record, record.byte_offset
            return
        # The copy begins with a header of its own.
        offset = len(_line([""] * self.columns, self.own_form))
        judged = judged_records(self.original, self.landed.compression, self.own_form, self.columns)
        for number, one in enumerate(judged):
            if not one.faults:
                yield number, one.record, offset
                offset += len(_line(one.record.fields[: self.columns], self.own_form))


def readable(landed: LandedFile, lake: Path, own_form: CsvFormat, columns: int, scratch: Path) -> Readable:
    """Make a landed file readable; a copy goes to `scratch`. Raises `RejectedError` for an open quote."""
    original = lake / landed.path
    form = replace(own_form, encoding="utf-8")
    if not landed.rewrite:
        return Readable(landed, original, form, landed.records, original, columns, own_form)
    copy = scratch / f"{landed.sha256}.csv"
    faults: dict[int, JudgedRecord] = {}
    given = 0
    with copy.open("wb") as file:
        file.write(_line([""] * columns, own_form))
        for number, one in enumerate(judged_records(original, landed.compression, own_form, columns)):
            if one.faults:
                faults[number] = one
            else:
                given += 1
                file.write(_line(one.record.fields[:columns], own_form))
    return Readable(landed, copy, form, given, original, columns, own_form, faults)


def records_of(landed: LandedFile, lake: Path, own_form: CsvFormat, columns: int) -> Iterator[Record]:
    """All records of a landed file after its header, as they are numbered."""
    if not landed.rewrite:
        yield from read_records(lake / landed.path, landed.compression, own_form)
        return
    for one in judged_records(lake / landed.path, landed.compression, own_form, columns):
        yield one.record


def _line(fields: Sequence[str], form: CsvFormat) -> bytes:
    """A record as the copy has it."""
    quote = form.quote
    special = (quote, form.delimiter, "\n", "\r")
    written = [
        quote + value.replace(quote, quote * 2) + quote if any(sign in value for sign in special) else value
        for value in fields
    ]
    # A record of one empty field would be a blank line.
    text = form.delimiter.join(written) or quote * 2
    return (text + "\n").encode("utf-8", errors="surrogateescape")
