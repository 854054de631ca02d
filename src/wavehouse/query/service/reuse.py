"""When an answer may be given again: the same query of the same state of the same tables.

https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from wavehouse.core.table_head import TableSource
from wavehouse.query.translate import Translation
from wavehouse.query.typed import Version

# What may be another answer although nothing has changed.
_CHANGING = re.compile(
    r"\b(rand|random|uuid|shuffle|now|tablesample|current_\w+|localtime|localtimestamp)\b", re.IGNORECASE
)
MOST_MINUTES = 10_080
MINUTES = 60


def reuse_key(text: str, database: str, translation: Translation) -> str:
    """What two queries have in common that must have the same answer; '' where that cannot be told.

    The text, in which parameters stand, and what is run for it, which says how files are read: by which
    columns, types and delimiters, and of which partition each one is; of each table of the lake its metadata
    file, of which there is a new one after every change, and the snapshot; of each external table every file
    with its size and its time.
    """
    # (What a view says is not in the text.)
    if _CHANGING.search(text) or translation.views:
        return ""
    files: list[tuple[str, int, int]] = []
    for scans in translation.scans.values():
        for file in (file for scan in scans for file in scan.files):
            if "://" in file.location:
                return ""  # a bucket does not tell its times here
            try:
                found = Path(file.location).stat()
            except OSError:
                return ""
            files.append((file.location, found.st_size, found.st_mtime_ns))
    versions = sorted((str(one.table), _version(one)) for one in translation.reads)
    columns = list(map(str, translation.columns))
    told = [text, database, translation.sql, versions, sorted(files), columns]
    return hashlib.sha256(json.dumps(told).encode("utf-8", "surrogatepass")).hexdigest()


def holds(translation: Translation, tables: TableSource) -> bool:
    """Whether every table that a query reads is what it was when it was translated; of files it is not told.

    Every change of a table of the lake is another metadata file.
    """
    heads = {name: tables.head(name) for name in {use.version.table for use in translation.uses}}
    return all(
        (head := heads[use.version.table]) is not None and head.metadata == use.version.metadata
        for use in translation.uses
    )


def table_versions(reads: Iterable[Version]) -> dict[str, str]:
    """The version of every table that is read, by its name; of several of one table all."""
    found: dict[str, str] = {}
    for version in sorted(reads, key=_version):
        name, told = str(version.table), _version(version)
        found[name] = f"{found[name]}, {told}" if name in found else told
    return found


def _version(version: Version) -> str:
    return (
        f"{version.metadata}@{version.snapshot_id}" if version.snapshot_id is not None else version.metadata
    )
