"""A third reader of CSV, independent of the engine's and of Python's, and its word on a file that was read.

It takes a file the way the house promises to: a quote opens a value only at its start, a doubled one inside
is a letter, blanks around a value in quotes do not count, and CR, LF and CR LF outside quotes end a record.
"""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import zstandard
from tests.staging.conftest import Reading

from wavehouse.project.contracts import SourceContract

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Entry:
    """One record: the line on which it starts (1-based), its text without the line end, its values."""

    line: int
    raw: str
    values: list[str]


def unpacked(content: bytes) -> bytes:
    """The bytes before compression; raises where they cannot be had."""
    if content.startswith(b"\x1f\x8b"):
        return gzip.decompress(content)
    if content.startswith(b"\x28\xb5\x2f\xfd"):
        plain = b""
        while content:
            frame = zstandard.ZstdDecompressor().decompressobj()
            plain += frame.decompress(content)
            if not frame.eof:
                raise ValueError("the zstd file ends early")
            content = frame.unused_data
        return plain
    return content


def entries(content: bytes, contract: SourceContract) -> list[Entry]:
    """All records, the header first; raises ValueError where a quote is never closed.

    Blank lines are none, but in a file of one column.
    """
    form = contract.csv
    text = content.removeprefix(b"\xef\xbb\xbf").decode(form.encoding, errors="surrogateescape")
    quote, delimiter = form.quote, form.delimiter
    sign = re.escape(delimiter)
    plain = re.compile(f"[^{sign}\r\n]*")
    quoted = re.compile(f"{quote}((?:[^{quote}]|{quote}{quote})*+){quote}")
    alone = re.compile(f" *{quoted.pattern} *(?=[{sign}\r\n]|\\Z)")
    found: list[Entry] = []
    at, line = 0, 1
    while at < len(text):
        start, values = at, []
        while True:
            value = ""
            match = alone.match(text, at) or quoted.match(text, at)
            if match:
                value, at = match[1].replace(quote * 2, quote), match.end()
            elif text.startswith(quote, at):
                raise ValueError(f"a quote is never closed in the record on line {line}")
            rest = plain.match(text, at)
            assert rest is not None
            values.append(value + rest[0])
            at = rest.end()
            if not text.startswith(delimiter, at):
                break
            at += len(delimiter)
        raw = text[start:at]
        end = _LINE_END.match(text, at)
        at = end.end() if end else at
        if raw or (found and len(found[0].values) == 1):
            found.append(Entry(line, raw, values))
        line += len(_LINE_END.findall(text[start:at]))
    return found


def disagreement(  # noqa: PLR0911
    reading: Reading, content: bytes, contract: SourceContract
) -> str:
    """What is wrong with the reading of a file, in one sentence; '' where nothing is.

    Every record of the file was either written or kept aside, in its order, and nothing else was; what was
    kept aside stands where it is said to stand, and what was written says what its record says.
    """
    try:
        header, *rest = entries(unpacked(content), contract)
    except (ValueError, EOFError, OSError, zlib.error, zstandard.ZstdError) as error:
        return f"it was loaded, and yet {error}"
    typed = reading.typed
    if not typed.rows_in == typed.rows_out + len(reading.aside) == len(rest):
        return (
            f"{typed.rows_in} rows in, {typed.rows_out} out, {len(reading.aside)} kept aside, "
            f"and the file has {len(rest)}"
        )
    if typed.rows_out != len(reading.rows):
        return f"{typed.rows_out} rows out, and {len(reading.rows)} in Parquet"
    by_line = {entry.line: entry for entry in rest}
    for reject in reading.aside:
        entry = by_line.pop(reject.line, None)
        if entry is None or entry.raw != reject.raw:
            return f"kept aside from line {reject.line} is {reject.raw!r}, and there stands {entry}"
        if not reject.reason:
            return f"no reason is given for line {reject.line}"
    at = _columns(header.values, contract)
    for entry, row in zip(by_line.values(), reading.rows, strict=True):
        if any(entry.values[len(header.values) :]) or len(entry.values) < len(header.values):
            return f"line {entry.line} has {len(entry.values)} values, and was loaded"
        for name, value in row.items():
            text = entry.values[at[name]] if name in at else ""
            if not _is(value, text, contract.columns[name].type):
                return f"{name} on line {entry.line} is {text!r}, and {value!r} was loaded"
    return ""


def _columns(header: list[str], contract: SourceContract) -> dict[str, int]:
    """Where each column of the contract stands."""
    folded = [name.strip().casefold() for name in header]
    return {
        name: folded.index(spelling)
        for name, column in contract.columns.items()
        for spelling in [next((s for s in (name, *column.aliases) if s.casefold() in folded), "")]
        if spelling
    }


def _is(value: Any, text: str, type_: str) -> bool:  # noqa: PLR0911
    """Whether a value is what the text says."""
    if text == "":
        return value is None
    if type_ in ("string", "partial_date"):
        return bool(value == text)
    if value is None:
        return False
    bare = text.strip(" ")
    if type_ == "double":
        return bool(float(bare) == value)
    if type_ == "boolean":
        return bool(value is (bare.lower() in ("true", "1")))
    if type_ == "date":
        return bool(date.fromisoformat(bare) == value)
    return bool(Decimal(bare) == value)
