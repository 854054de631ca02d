"""Whether every quote of a file opens a value at its start or closes one at its end."""

from __future__ import annotations

import re

# An open quote may be closed in the next piece, but not endlessly far away.
_LONGEST_VALUE = 64 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class QuoteScan:
    """Takes the bytes of a CSV file piece by piece, and stops looking at the first stray quote."""

    def __init__(self, delimiter: str, quote: str) -> None:
        self._quote = quote.encode()
        self._around = frozenset(b"\r\n" + delimiter.encode())
        sign = re.escape(self._quote)
        text = b"[^" + sign + b"]*"
        self._value = re.compile(sign + text + b"(?:" + sign * 2 + text + b")*" + sign + b"(?!" + sign + b")")
        self._before = 10  # a file begins at the start of a line
        self._open = b""
        self._first = True
        self._stray = False

    def take(self, piece: bytes) -> None:
        """Look at the next bytes."""
        if self._stray:
            return
        if self._first:
            piece, self._first = piece.removeprefix(_BOM), False
        if self._open:
            piece, self._open = self._open + piece, b""
        at = 0
        while (opening := piece.find(self._quote, at)) >= 0:
            before = piece[opening - 1] if opening else self._before
            if before not in self._around:
                self._stray = True
                return
            value = self._value.match(piece, opening)
            if value is None or value.end() == len(piece):
                # It goes on, or ends, in the next piece.
                self._open, self._before = piece[opening:], before
                self._stray = len(self._open) > _LONGEST_VALUE
                return
            at = value.end()
            if piece[at] not in self._around:
                self._stray = True
                return
        if piece:
            self._before = piece[-1]

    def stray(self) -> bool:
        """Whether a quote is out of place, once all bytes were taken."""
        return self._stray or bool(self._open and not self._value.fullmatch(self._open))
