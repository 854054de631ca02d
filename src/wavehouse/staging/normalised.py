"""A copy of a file that the strict CSV reader takes: UTF-8, and every record ends in LF.

Only for files that need it: declared Latin-1, or with lines that end in more than one way. Record by record
the copy is the file: inside a record nothing is changed.
"""

from __future__ import annotations

from pathlib import Path

from wavehouse.engines.engine import CsvFormat
from wavehouse.staging.compression import Compression
from wavehouse.staging.records import read_records


def write_normalised(path: Path, compression: Compression, form: CsvFormat, target: Path) -> None:
    """Write the records of `path`, its header first, to `target`."""
    with target.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        for record in read_records(path, compression, form, with_header=True):
            file.write(record.raw + "\n")
