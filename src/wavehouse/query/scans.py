"""What the engine read of the lake for a query, told by the engine itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from wavehouse.engines.engine import Engine, Row
from wavehouse.query.footers import Footers
from wavehouse.query.translate import Translation
from wavehouse.query.typed import Version

T = TypeVar("T")

# A data file (its path) and the number of a row group in it.
RowGroupId = tuple[str, int]

_FILE = "file://"
# https://duckdb.org/docs/stable/operations_manual/logging/overview ; a row group that its statistics or a
# filter rule out is a SkipRowGroup, one in a file that is ruled out is not mentioned.
_LOGGED = """
    SELECT DISTINCT info['file'], CAST(info['row_group_id'] AS BIGINT)
    FROM duckdb_logs_parsed('PhysicalOperator') WHERE class = 'ParquetReader' AND event = 'ReadRowGroup'
"""


def watched(sql: str, engine: Engine) -> tuple[list[Row], frozenset[RowGroupId]]:
    """The rows of a query, and the row groups that the engine read for them."""
    return watching(lambda: engine.rows(sql), engine)


def watching(work: Callable[[], T], engine: Engine) -> tuple[T, frozenset[RowGroupId]]:
    """What some work of the engine gives, and the row groups that it read for it."""
    # Not behind the query: it may end with an error, or be interrupted.
    engine.execute("CALL truncate_duckdb_logs()")
    engine.execute("CALL enable_logging('PhysicalOperator')")
    try:
        given = work()
    finally:
        engine.execute("CALL disable_logging()")
    return given, frozenset((file.removeprefix(_FILE), group) for file, group in engine.rows(_LOGGED))


def scanned_bytes(
    translation: Translation, row_groups: frozenset[RowGroupId], footers: Footers, engine: Engine
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


def _parquet_files(translation: Translation, version: Version, engine: Engine) -> list[str]:
    scans = translation.scans.get(version)
    if scans is None:
        return [file.location for file in engine.iceberg_files(version.metadata, version.snapshot_id)]
    return [file.location for scan in scans if scan.format == "parquet" for file in scan.files]
