"""The records of a CSV file that is in order, with line, byte offset and raw text: a reader independent of
the engine's.

It is slow, so it reads only files in which something did not fit, to say where and what.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wavehouse.core.errors import RejectedError
from wavehouse.engines.engine import CsvFormat
from wavehouse.staging.compression import Compression
from wavehouse.staging.decoding import opened

# A quote that is never closed swallows the rest of the file; no honest record is this long.
LONGEST_RECORD = 64 * 1024 * 1024


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
        while text := self._lines.readline(LONGEST_RECORD):
            self.line += 1
            self.offset += len(text.encode(self._encoding, errors="surrogateescape"))
            self.raw.append(text)
            self._size += len(text)
            if self._size >= LONGEST_RECORD:
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


def read_records(path: Path, compression: Compression, form: CsvFormat) -> Iterator[Record]:
    """All records after the header; blank lines are left out, but in a file of one column, where they are
    records.

    Raises `RejectedError` for a quote that is still open at the end of the file.
    """
    csv.field_size_limit(LONGEST_RECORD)
    with opened(path, compression) as stream:
        lines = _Lines(stream, form.encoding)
        reader = csv.reader(iter(lines), delimiter=form.delimiter, quotechar=form.quote)
        line, offset, columns = 1, 0, 0
        raw, start = "", 1
        for fields in reader:
            raw, start = lines.taken(), line
            is_header = not columns and bool(fields)
            columns = columns or len(fields)
            if (fields or columns == 1) and not is_header:
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
