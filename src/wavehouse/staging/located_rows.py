"""Rows that were written, found again in their file: line, byte offset, raw text and fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from wavehouse.core.errors import RejectedError
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.header import read_header
from wavehouse.staging.readable import form_of, records_of
from wavehouse.staging.recognition import accept, match_columns
from wavehouse.staging.records import Record
from wavehouse.staging.typed_rows import TypedFile


def locate(
    typed: TypedFile, contract: SourceContract, lake: Path, wanted: Collection[int]
) -> Iterator[tuple[int, Record, dict[str, str]]]:
    """The rows with the numbers `wanted` (from 0, in the order in which they were written).

    With each comes its record, and its fields by the contract's names. Raises `RejectedError` when the file
    has fewer rows: it is not the one that was read.
    """
    landed = typed.landed
    header = read_header(lake / landed.path, landed.compression, contract.csv)
    names = accept(match_columns(contract, header), {}).columns
    row, left = -1, set(wanted)
    for number, record in enumerate(records_of(landed, lake, form_of(contract.csv), len(header))):
        if number in typed.aside:
            continue
        row += 1
        if row in left:
            left.discard(row)
            fields = {name: text for name, text in zip(names, record.fields, strict=False) if name}
            yield row, record, fields
            if not left:
                return
    if left:
        raise RejectedError(
            f"{len(left):,} of its rows cannot be found again; it has changed since it landed",
            where=landed.name,
            remedy="Load the file again",
        )
