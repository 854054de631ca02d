"""The records of a CSV file with line, byte offset and raw text: a reader independent of the engine's.

It is slow, so it reads only files in which something did not fit, to say where and what.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from wavehouse.core.errors import RejectedError
from wavehouse.engines.engine import CsvFormat
from wavehouse.staging.compression import Compression
from wavehouse.staging.decoding import opened

# A quote that is never closed swallows the rest of the file; no honest record is this long.
_LONGEST_RECORD = 64 * 1024 * 1024


@dataclass(frozen=True)
class Record:
    """One record: physical line (1-based) and byte offset (0-based) of its start, raw text, fields."""

    line: int
    byte_offset: int
    raw: str
    fields: list[str]


class _Lines:
    """Physical lines as text, which remembers what belongs to the record being read."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        # Undecodable bytes survive as surrogates, so that offsets and raw text stay true.
        self._lines = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
        self._encoding = encoding
        self.line = 0
        self.offset = 0
        self.raw: list[str] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        # Limited: a file without line ends must not come in one piece.
        while text := self._lines.readline(_LONGEST_RECORD):
            self.line += 1
            self.offset += len(text.encode(self._encoding, errors="surrogateescape"))
            self.raw.append(text)
            self._size += len(text)
            if self._size >= _LONGEST_RECORD:
                raise RejectedError(
                    f"the record that starts on line {self.line - len(self.raw) + 1} does not end: "
                    "a quote is opened and not closed",
                    remedy="Close or remove that quote",
                )
            yield text

    def taken(self) -> str:
        """The raw text since the last call."""
        text = "".join(self.raw)
        self.raw.clear()
        self._size = 0
        return text


def read_records(
    path: Path, compression: Compression, form: CsvFormat, *, with_header: bool = False
) -> Iterator[Record]:
    """All records after the header (with it, if asked for); blank lines are left out, but in a file of one
    column, where they are records.

    Raises `RejectedError` for a quote that is still open at the end of the file.
    """
    csv.field_size_limit(_LONGEST_RECORD)
    with opened(path, compression) as stream:
        lines = _Lines(stream, form.encoding)
        reader = csv.reader(iter(lines), delimiter=form.delimiter, quotechar=form.quote)
        line, offset, columns = 1, 0, 0
        raw, start = "", 1
        for fields in reader:
            raw, start = lines.taken(), line
            is_header = not columns and bool(fields)
            columns = columns or len(fields)
            if (fields or columns == 1) and (with_header or not is_header):
                yield Record(line, offset, raw.rstrip("\r\n"), fields or [""])
            line, offset = lines.line + 1, lines.offset
        _closed(raw, start, form)


def _closed(raw: str, line: int, form: CsvFormat) -> None:
    """The last record of a file: raises where it ends inside quotes, so that one more line would join it."""
    one_more = csv.reader([raw, "."], delimiter=form.delimiter, quotechar=form.quote)
    if len(list(one_more)) == 1:
        raise RejectedError(
            f"a quote is opened in the record that starts on line {line} and never closed",
            remedy="Close or remove that quote; nothing of this file was loaded",
        )


class LandedRecords:
    """The records of a landed file, each with the offset at which the engine met it; counts them."""

    def __init__(
        self, path: Path, compression: Compression, form: CsvFormat, normalised: Path | None = None
    ) -> None:
        self.path = path
        self.compression = compression
        self.count = 0
        self._form = form
        self._normalised = normalised

    def __iter__(self) -> Iterator[tuple[Record, int]]:
        self.count = 0
        own = read_records(self.path, self.compression, self._form)
        if self._normalised is None:
            for record in own:
                self.count += 1
                yield record, record.byte_offset
            return
        # Line, offset and text are those of the file as it arrived; the engine has read the copy.
        copy = read_records(self._normalised, "", replace(self._form, encoding="utf-8"))
        for record, copied in zip(own, copy, strict=True):
            self.count += 1
            yield record, copied.byte_offset
