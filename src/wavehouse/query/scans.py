"""How many bytes of the lake a query has read, by what the engine told of it."""

from __future__ import annotations

from wavehouse.engines.engine import Metadata
from wavehouse.query.footers import Footers
from wavehouse.query.sandbox.watching import RowGroupId
from wavehouse.query.translate import Translation
from wavehouse.query.typed import Version


def scanned_bytes(
    translation: Translation, row_groups: frozenset[RowGroupId], footers: Footers, engine: Metadata
) -> int:
    """The bytes that a query read of the data of its tables.

    Of Parquet these are the compressed column chunks that `row_groups` have for the columns that are needed.
    Each chunk counts once. A column that was renamed in the table counts only in the files that were written
    since. CSV and JSON have no part that could be read alone: their files count whole.
    """
    texts: dict[str, int] = {}
    opened = {file for file, _ in row_groups}
    wanted: dict[str, set[str]] = {}
    for version, columns in translation.reads.items():
        for scan in translation.scans.get(version, ()):
            if scan.format != "parquet":
                texts |= {file.location: file.size for file in scan.files}
        for location in _parquet_files(translation, version, engine) if columns and opened else []:
            if location in opened:
                wanted.setdefault(location, set()).update(column.casefold() for column in columns)
    found = footers.of(wanted)
    chunks = sum(
        group.chunks[column].size
        for location, columns_ in wanted.items()
        for group in found[location]
        if (location, group.number) in row_groups
        for column in columns_ & group.chunks.keys()
    )
    return sum(texts.values()) + chunks


def _parquet_files(translation: Translation, version: Version, engine: Metadata) -> list[str]:
    scans = translation.scans.get(version)
    if scans is None:
        return [file.location for file in engine.iceberg_files(version.metadata, version.snapshot_id)]
    return [file.location for scan in scans if scan.format == "parquet" for file in scan.files]
