"""CSV records as they stand in a file: read without changing a byte, written with their line counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO


def records(file: BinaryIO) -> Iterator[bytes]:
    """The records of a file, with their line ends; a line break inside quotes does not end one."""
    begun: list[bytes] = []
    quoted = False
    for line in file:
        if line.count(b'"') % 2:
            quoted = not quoted
        begun.append(line)
        if not quoted:
            yield b"".join(begun)
            begun = []
    if begun:
        yield b"".join(begun)


def fields_of(record: bytes) -> list[str]:
    """The values of one record."""
    return next(csv.reader(io.StringIO(record.decode(), newline="")))


def record_of(fields: Iterable[str]) -> bytes:
    """One record with its line end; quotes where needed; surrogates become the bytes that they stand for."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(fields)
    return text.getvalue().encode(errors="surrogateescape")


class RecordWriter:
    """Writes records and knows the physical line (1-based) on which the next one starts."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.line = 1
        self.written = 0

    def write(self, *written: bytes) -> None:
        """Write records as they are."""
        for record in written:
            self._file.write(record)
            self.line += record.count(b"\n")
            self.written += 1
