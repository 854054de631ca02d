"""The first record of a CSV file: its column names, and what speaks against reading the file at all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from wavehouse.core.errors import RejectedError
from wavehouse.project.contracts import CsvContract
from wavehouse.staging.compression import Compression
from wavehouse.staging.decoding import opened

_HEAD_BYTES = 256 * 1024
_BOM = b"\xef\xbb\xbf"


def read_header(path: Path, compression: Compression, form: CsvContract) -> list[str]:
    """The column names of a CSV file, in order.

    Raises `RejectedError` where there is no header to go by: an empty file, UTF-16, NUL bytes, no record
    after the header, an empty or a repeated name.
    """
    with opened(path, compression) as stream:
        head = stream.read(_HEAD_BYTES).removeprefix(_BOM)
    if not head.strip():
        raise RejectedError("the file is empty", remedy="Export it again, with a header and rows")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:64].count(0) > 8:
        raise RejectedError("the file is UTF-16, not UTF-8", remedy="Save it as UTF-8")
    text = head.decode(form.encoding, errors="surrogateescape")
    lines = io.StringIO(text, newline="")
    # Strict: behind a header with a quote too many, readers disagree on where the rows begin.
    reader = csv.reader(lines, delimiter=form.delimiter, quotechar=form.quote, strict=True)
    try:
        names = [_readable(name) for name in next(reader)]
    except (csv.Error, StopIteration) as error:
        raise RejectedError(
            f"line 1 is not a CSV header ({error})", remedy="Write the header as CSV"
        ) from None
    if any("\0" in name for name in names):
        raise RejectedError("the header holds NUL bytes", remedy="Export the file again as plain CSV")
    if not text[lines.tell() :].strip() and len(head) < _HEAD_BYTES:
        raise RejectedError("the file has a header and no rows", remedy="Export it again, or leave it out")
    folded = [name.strip().casefold() for name in names]
    for at, name in enumerate(folded):
        if not name:
            raise RejectedError(f"column {at + 1} of the header has no name", remedy="Name it, or remove it")
        if names[at].startswith(" ") and name.startswith(form.quote):
            # To the engine the quotes are quotes, to this reader letters.
            raise RejectedError(
                f"a blank stands before the quotes of column {at + 1} of the header", remedy="Remove it"
            )
        if name in folded[:at]:
            raise RejectedError(
                f"the header has the column '{names[at]}' twice", remedy="Rename one of the two"
            )
    return names


def _readable(name: str) -> str:
    """A name whose bytes are not UTF-8 as Latin-1, in which every byte is a letter."""
    raw = name.encode("utf-8", errors="surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
