"""The columns of a CSV file: every value looked at in one pass of the engine."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wavehouse.catalog.census import Census
from wavehouse.catalog.classifiers import CsvClassifier
from wavehouse.catalog.counting import KindCount, census_from, counted, kind_sql
from wavehouse.catalog.csv_form import CsvForm, Header, csv_form
from wavehouse.catalog.text_types import judge
from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import HIVE_NULL, CsvReading
from wavehouse.core.errors import RejectedError
from wavehouse.core.sql_text import literal
from wavehouse.engines.engine import CsvFormat, CsvReject, CsvScan, Engine

HEAD_BYTES = 1_000_000


@dataclass(frozen=True)
class CsvColumns:
    """The form of a file, its columns with what was seen of them, and how many records it has."""

    form: CsvForm
    columns: tuple[Column, ...]
    censuses: tuple[Census, ...]
    rows: int


def read_csv_columns(
    path: Path,
    name: str,
    engine: Engine,
    classifiers: Sequence[CsvClassifier] = (),
    headers: Collection[Header] = (),
) -> CsvColumns:
    """Read a plain CSV file, which is called `name` in what is said of it; `headers` are those of others.

    Raises `NotCoveredError` for a text that is no CSV, and `RejectedError`, with the line, for a file that
    has records of another length, bytes that are not UTF-8 or quotes out of place.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        whole = not file.read(1)
    text = head.decode("utf-8-sig", errors="replace")
    form = csv_form(text, whole=whole, classifiers=classifiers, headers=headers)
    reading = form.reading
    names = [f"c{at}" for at in range(len(form.names))]
    written = CsvFormat(reading.delimiter, reading.quote, reading.escape or reading.quote)
    scanned = engine.csv(CsvScan(path, names, written, ascii=True, header=reading.header))
    values = (
        f"(SELECT *, {kind_sql(engine, 'value')} AS kind FROM "
        f"(SELECT record, place, nullif(value, {literal(HIVE_NULL)}) AS value FROM "
        f"(SELECT row_number() OVER () AS record, * FROM {scanned}) "
        f"UNPIVOT INCLUDE NULLS (value FOR place IN ({', '.join(names)}))))"
    )
    rows = engine.rows(counted("place", values))
    if rejects := engine.csv_rejects():
        raise _misfit(path, rejects[0], len(rejects))
    counts: dict[str, list[KindCount]] = {name: [] for name in names}
    for place, *told in rows:
        counts[place].append(KindCount.of(tuple(told)))
    firsts = {one.record for found in counts.values() for one in found if one.kind is not None}
    lines = record_lines(path, reading, firsts)
    censuses = tuple(census_from(counts[place], name, lines) for place in names)
    columns = tuple(
        Column(called, judge(census).type) for called, census in zip(form.names, censuses, strict=True)
    )
    return CsvColumns(form, columns, censuses, sum(one.count for one in counts[names[0]]))


def record_lines(path: Path, reading: CsvReading, records: Iterable[int]) -> dict[int, int]:
    """The lines on which records (from 1, without the header) begin; the file is read as far as the last."""
    wanted = set(records)
    last = max(wanted, default=0)
    found: dict[int, int] = {}
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(
            file,
            delimiter=reading.delimiter,
            quotechar=reading.quote or None,
            quoting=csv.QUOTE_MINIMAL if reading.quote else csv.QUOTE_NONE,
        )
        number, begins = -1 if reading.header else 0, 1
        while number < last and (record := next(reader, None)) is not None:
            if record:
                number += 1
                if number in wanted:
                    found[number] = begins
            begins = reader.line_num + 1
    return found


def _misfit(path: Path, reject: CsvReject, count: int) -> RejectedError:
    line = 1
    with path.open("rb") as file:
        left = reject.byte_offset
        while left > 0 and (piece := file.read(min(left, 1 << 20))):
            line += piece.count(b"\n")
            left -= len(piece)
        # (The place may be that of the line's end before it.)
        line += file.read(1) == b"\n"
    others = f", and {count - 1:,} more" if count > 1 else ""
    return RejectedError(f"line {line}: {reject.reason}{others}", remedy="Mend the line")
