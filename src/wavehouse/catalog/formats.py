"""What a file is, by its first and last bytes: names lie."""

from __future__ import annotations

import re
from typing import BinaryIO, Literal

from wavehouse.catalog.footer import MAGIC, TAIL
from wavehouse.core.errors import RejectedError
from wavehouse.staging.compression import compression_by

Found = Literal["parquet", "gz", "zst", "plain"]

# What is known, and not covered (docs/decisions/013).
_NOT_COVERED = {
    b"Obj\x01": "an Avro file",
    b"ORC": "an ORC file",
    b"PARE": "a Parquet file with an encrypted footer",
    b"PK\x03\x04": "a zip archive (or a spreadsheet)",
    b"BZh": "compressed by bzip2",
    b"\xfd7zXZ\x00": "compressed by xz",
    b"\x04\x22\x4d\x18": "compressed by lz4",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"%PDF": "a PDF document",
    b"SQLite format 3\x00": "a SQLite database",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
}
# More than this share of the first bytes are control signs (Ctrl-A may be a delimiter): no text.
_CONTROLS = 1 / 64
_NOT_CONTROLS = bytes(sign for sign in range(256) if sign >= 32 or sign in b"\x01\t\n\v\f\r")
_HEAD = 4096
_BOM = b"\xef\xbb\xbf"


class NotCoveredError(Exception):
    """A file of a kind that no table is made of."""


def recognise(file: BinaryIO, size: int) -> Found:
    """What a file of `size` bytes, which is not empty, is.

    Raises `NotCoveredError` for what is known and not covered, and `RejectedError` for half a Parquet file.
    """
    head = file.read(_HEAD)
    if head.startswith(MAGIC):
        file.seek(max(0, size - len(MAGIC)))
        if size < len(MAGIC) + TAIL or file.read(len(MAGIC)) != MAGIC:
            raise RejectedError(
                "it begins as Parquet and ends without a footer: half-written", remedy="Write it again"
            )
        return "parquet"
    if compressed := compression_by(head):
        return compressed
    for magic, what in _NOT_COVERED.items():
        if head.startswith(magic):
            raise NotCoveredError(what)
    _refuse_binary(head)
    return "plain"


def text_format(head: bytes) -> Literal["json", "csv"]:
    """Whether a text, of which `head` are the first bytes, is JSON lines or else may be CSV.

    Raises `NotCoveredError` for other JSON, for XML, and for what is no text.
    """
    _refuse_binary(head)
    text = head.removeprefix(_BOM).lstrip()
    if text.startswith(b"<?xml") or re.match(rb"<[A-Za-z!]", text):
        raise NotCoveredError("XML or HTML")
    if text.startswith(b"["):
        if re.match(rb"\[\s*(?:[{\]\"\d\[]|true|false|null|-)", text):
            raise NotCoveredError("one JSON array; a table needs one object a line")
        return "csv"
    if re.match(rb"\{\s*(?:\"|\})", text):
        first = text.split(b"\n", 1)[0].rstrip()
        if len(first) < len(text) and not first.endswith(b"}"):
            raise NotCoveredError("JSON objects over several lines; a table needs one object a line")
        return "json"
    return "csv"


def _refuse_binary(head: bytes) -> None:
    if len(head.translate(None, _NOT_CONTROLS)) > len(head) * _CONTROLS:
        raise NotCoveredError("not text, and of no format that is known here")
