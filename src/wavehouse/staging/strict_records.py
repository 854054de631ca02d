"""The records of a CSV file in which something is out of order, split by one rule, each with its faults.

The rule: a quote opens a value only at its start (blanks before it do not count when the value ends with its
quote and blanks), a doubled quote inside is a letter, and CR, LF or CR LF outside of quotes end a record.
A record in which a value goes on behind its closing quote is at fault: nobody can say what was meant.
"""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import RejectedError
from wavehouse.engines.engine import CsvFormat
from wavehouse.staging.compression import Compression
from wavehouse.staging.decoding import opened
from wavehouse.staging.records import LONGEST_RECORD, Record

STRAY_QUOTE = "a quote stands where none may stand"
# The engine's own words for the same.
MISSING = "missing columns"
TOO_MANY = "too many columns"
UNDECODABLE = "invalid encoding"
# How bytes that are no text come out of `surrogateescape`.
_UNDECODABLE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class JudgedRecord:
    """A record and what is wrong with it: each fault with the place of its field, None for the whole."""

    record: Record
    faults: tuple[tuple[str, int | None], ...] = ()


@dataclass(frozen=True)
class _Line:
    text: str
    number: int
    offset: int


class _Lines:
    """Physical lines that can be put back."""

    def __init__(self, text: io.TextIOWrapper, encoding: str) -> None:
        self._text = text
        self._encoding = encoding
        self._back: deque[_Line] = deque()
        self._number = 0
        self._offset = 0

    def next(self) -> _Line | None:
        """The next line, None at the end."""
        if self._back:
            return self._back.popleft()
        text = self._text.readline(LONGEST_RECORD)
        if not text:
            return None
        if len(text) >= LONGEST_RECORD:
            raise RejectedError(
                f"line {self._number + 1} does not end for {LONGEST_RECORD:,} characters",
                remedy="Export the file again as CSV, with a line for each record",
            )
        self._number += 1
        line = _Line(text, self._number, self._offset)
        self._offset += len(text.encode(self._encoding, errors="surrogateescape"))
        return line

    def put_back(self, lines: list[_Line]) -> None:
        """The next lines are these again."""
        self._back.extendleft(reversed(lines))


class _Splitter:
    """Takes one record after the other from lines."""

    def __init__(self, lines: _Lines, form: CsvFormat) -> None:
        quote, delimiter = re.escape(form.quote), re.escape(form.delimiter)
        self._lines = lines
        self._form = form
        self._opening = re.compile(f" *{quote}")
        self._closing = re.compile(f"[^{quote}]*(?:{quote}{quote}[^{quote}]*)*{quote}(?!{quote})")
        self._ending = re.compile(f" *(?=[{delimiter}\r\n]|\\Z)")
        self._plain = re.compile(f"[^{delimiter}\r\n]*")

    def record(self, first: _Line) -> JudgedRecord:
        """The record that begins with this line."""
        form = self._form
        if form.quote not in first.text:
            raw = first.text.rstrip("\r\n")
            return JudgedRecord(Record(first.number, first.offset, raw, raw.split(form.delimiter)))
        line, at, taken = first, 0, [first]
        fields: list[str] = []
        faults: tuple[tuple[str, int | None], ...] = ()
        while True:
            value, line, at, stray = self._value(line, at, taken)
            fields.append(value)
            if stray and not faults:
                faults = ((STRAY_QUOTE, len(fields) - 1),)
            if line.text[at : at + 1] != form.delimiter:
                break
            at += 1
        raw = "".join(one.text for one in taken).rstrip("\r\n")
        return JudgedRecord(Record(first.number, first.offset, raw, fields), faults)

    def _value(self, line: _Line, at: int, taken: list[_Line]) -> tuple[str, _Line, int, bool]:
        """The value at a place, the line and place where it ends, and whether a quote is out of place."""
        opening = self._opening.match(line.text, at)
        if opening:
            found = self._quoted(line, opening.end(), taken, must_close=opening.end() == at + 1)
            if found:
                value, end_line, end = found
                if rest := self._ending.match(end_line.text, end):
                    return value, end_line, rest.end(), False
                if opening.end() == at + 1:
                    plain = self._plain.match(end_line.text, end)
                    assert plain is not None  # noqa: S101  # it matches nothing, too
                    return value + plain[0], end_line, plain.end(), True
                # Not a value in quotes after all: what was read for it is read again.
                back = taken[taken.index(line) + 1 :]
                del taken[taken.index(line) + 1 :]
                self._lines.put_back(back)
        plain = self._plain.match(line.text, at)
        assert plain is not None  # noqa: S101
        return plain[0], line, plain.end(), bool(opening)

    def _quoted(
        self, line: _Line, at: int, taken: list[_Line], *, must_close: bool
    ) -> tuple[str, _Line, int] | None:
        """The value behind an opening quote, and where its closing quote stands; None where there is none."""
        quote = self._form.quote
        parts: list[str] = []
        size, read = 0, 0
        first = taken[0].number
        while True:
            if closing := self._closing.match(line.text, at):
                parts.append(line.text[at : closing.end() - 1])
                return "".join(parts).replace(quote * 2, quote), line, closing.end()
            parts.append(line.text[at:])
            size += len(line.text)
            following = self._lines.next() if size < LONGEST_RECORD else None
            if following is None:
                if must_close:
                    raise RejectedError(
                        f"a quote is opened in the record that starts on line {first} and never closed",
                        remedy="Close or remove that quote; nothing of this file was loaded",
                    )
                self._lines.put_back(taken[len(taken) - read :])
                del taken[len(taken) - read :]
                return None
            taken.append(following)
            read += 1
            line, at = following, 0


def judged_records(
    path: Path, compression: Compression, form: CsvFormat, columns: int
) -> Iterator[JudgedRecord]:
    """All records after the header of a file with so many columns; blank lines are left out, but in a file
    of one column, where they are records.

    Raises `RejectedError` for a quote that is never closed.
    """
    with opened(path, compression) as stream:
        text = io.TextIOWrapper(stream, form.encoding, errors="surrogateescape", newline="")
        lines = _Lines(text, form.encoding)
        splitter = _Splitter(lines, form)
        seen_header = False
        while line := lines.next():
            judged = splitter.record(line)
            blank = not judged.record.raw
            if seen_header and (not blank or columns == 1):
                yield _counted(judged, columns)
            seen_header = seen_header or not blank


def _counted(judged: JudgedRecord, columns: int) -> JudgedRecord:
    fields, faults = judged.record.fields, judged.faults
    if _UNDECODABLE.search(judged.record.raw):
        at = next((at for at, text in enumerate(fields) if _UNDECODABLE.search(text)), None)
        faults += ((UNDECODABLE, at),)
    if judged.faults:
        return JudgedRecord(judged.record, faults)  # how many fields it has, nobody can say
    if len(fields) < columns:
        faults += ((MISSING, len(fields)),)
    # Empty fields behind the last column hold nothing.
    elif any(fields[columns:]):
        faults += ((TOO_MANY, None),)
    return JudgedRecord(judged.record, faults)
