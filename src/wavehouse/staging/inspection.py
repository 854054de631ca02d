"""One look at all bytes of a file: its hash, its size, how many records it has, and what is odd about it.

The count of records is independent of the engine that will read the rows: by quote parity, a line ends a
record when an even number of quotes stands before its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from wavehouse.staging.quote_scan import QuoteScan


@dataclass(frozen=True)
class Inspection:
    """What `size` bytes say: `records` without header and blank lines, how the lines end, and whether all
    bytes are ASCII.

    `delimiters` are those outside of quotes. By quote parity a quote out of place (`5" disc`) misleads all
    counts but the size: with `stray_quotes` a slower reader decides.
    """

    size: int
    records: int
    nul_bytes: int
    ascii: bool
    crlf_lines: int
    lf_lines: int
    cr_lines: int
    delimiters: int
    stray_quotes: bool

    def is_irregular(self, columns: int) -> bool:
        """Whether a quote is out of place, or records cannot all have that many fields."""
        return self.stray_quotes or self.delimiters != (columns - 1) * (self.records + 1)

    @property
    def mixed_line_ends(self) -> bool:
        """Whether lines end in more than one of CR LF, LF and CR."""
        return sum(map(bool, (self.crlf_lines, self.lf_lines, self.cr_lines))) > 1


class Inspector:
    """Takes the bytes of a CSV file piece by piece."""

    def __init__(self, delimiter: str, quote: str, *, find_stray: bool = True) -> None:
        self._quote = quote.encode()
        self._delimiter = delimiter.encode()
        self._quotes = QuoteScan(delimiter, quote) if find_stray else None
        self._delimiters = 0
        telling = {0, *b"\r\n", *self._quote, *delimiter.encode()}
        self._others = bytes(byte for byte in range(256) if byte not in telling)
        self._ascii = True
        self._inside = False
        self._last = b"\n"  # the byte before the next piece; a file begins at the start of a line
        self._last_end = b"\n"  # the same with every line end as LF
        self._lines = 0
        self._blank = 0
        self._size = 0
        self._nul = 0
        self._crlf = 0
        self._cr = 0

    def take(self, piece: bytes) -> None:
        """Look at the next bytes."""
        # Of all bytes only these matter; a record of several fields has a delimiter between its line ends,
        # so that two line ends in a row here may be a blank line there.
        self._ascii = self._ascii and piece.isascii()
        if self._quotes:
            self._quotes.take(piece)
        telling = piece.translate(None, self._others)
        self._size += len(piece)
        self._nul += telling.count(0)
        odd = b"\r" in telling or b"\n\n" in telling or piece[:1] == b"\n" or self._last == b"\r"
        if not odd:
            quoted = b"".join(telling.split(self._quote)[not self._inside :: 2])
            self._lines += telling.count(b"\n") - quoted.count(b"\n")
            self._delimiters += telling.count(self._delimiter) - quoted.count(self._delimiter)
            self._inside ^= telling.count(self._quote) % 2 == 1
            self._last = self._last_end = piece[-1:]
            return
        for at, part in enumerate(piece.split(self._quote)):
            if at:
                self._inside = not self._inside
                self._last = self._last_end = self._quote
            if part and self._inside:
                self._last = self._last_end = part[-1:]
            elif part:
                self._outside(part)

    def _outside(self, part: bytes) -> None:
        """Count the line ends of bytes that stand outside quotes."""
        ends = part
        self._delimiters += part.count(self._delimiter)
        if b"\r" in part or self._last == b"\r":
            cut_in_two = self._last == b"\r" and part.startswith(b"\n")
            self._crlf += part.count(b"\r\n") + cut_in_two
            self._cr += part.count(b"\r")
            ends = part[cut_in_two:].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self._lines += ends.count(b"\n")
        self._blank += self._last_end == b"\n" and ends.startswith(b"\n")
        if b"\n\n" in ends:
            self._blank += sum(len(run) - 1 for run in re.findall(rb"\n{2,}", ends))
        self._last = part[-1:]
        self._last_end = ends[-1:] or self._last_end

    def result(self) -> Inspection:
        """What was found, once all bytes were taken."""
        unended = self._last_end != b"\n"
        records = max(0, self._lines + unended - self._blank - 1)
        return Inspection(
            self._size,
            records,
            self._nul,
            self._ascii,
            self._crlf,
            self._lines - self._cr,
            self._cr - self._crlf,
            self._delimiters,
            bool(self._quotes and self._quotes.stray()),
        )


def inspect(pieces: Iterable[bytes], delimiter: str, quote: str, *, find_stray: bool = True) -> Inspection:
    """Inspect a whole stream; without `find_stray` no quote is looked at closely."""
    inspector = Inspector(delimiter, quote, find_stray=find_stray)
    for piece in pieces:
        inspector.take(piece)
    return inspector.result()
