"""What the engine read of the lake for a query, told by the engine itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import TypeVar

from wavehouse.core.sql_text import file_list
from wavehouse.engines.engine import Engine, Row
from wavehouse.query.translate import Translation
from wavehouse.query.typed import Version

T = TypeVar("T")

# A data file (its path) and the number of a row group in it.
RowGroup = tuple[str, int]

_FILE = "file://"
# https://duckdb.org/docs/stable/operations_manual/logging/overview ; a row group that its statistics or a
# filter rule out is a SkipRowGroup, one in a file that is ruled out is not mentioned.
_LOGGED = """
    SELECT DISTINCT info['file'], CAST(info['row_group_id'] AS BIGINT)
    FROM duckdb_logs_parsed('PhysicalOperator') WHERE class = 'ParquetReader' AND event = 'ReadRowGroup'
"""


def watched(sql: str, engine: Engine) -> tuple[list[Row], frozenset[RowGroup]]:
    """The rows of a query, and the row groups that the engine read for them."""
    return watching(lambda: engine.rows(sql), engine)


def watching(work: Callable[[], T], engine: Engine) -> tuple[T, frozenset[RowGroup]]:
    """What some work of the engine gives, and the row groups that it read for it."""
    # Not behind the query: it may end with an error, or be interrupted.
    engine.execute("CALL truncate_duckdb_logs()")
    engine.execute("CALL enable_logging('PhysicalOperator')")
    try:
        given = work()
    finally:
        engine.execute("CALL disable_logging()")
    return given, frozenset((file.removeprefix(_FILE), group) for file, group in engine.rows(_LOGGED))


def scanned_bytes(translation: Translation, row_groups: frozenset[RowGroup], engine: Engine) -> int:
    """The bytes that a query read of the data of its tables.

    Of Parquet these are the compressed column chunks that `row_groups` have for the columns that are needed.
    Each chunk counts once. A column that was renamed in the table counts only in the files that were written
    since. CSV and JSON have no part that could be read alone: their files count whole.
    """
    texts: dict[str, int] = {}
    wanted: dict[str, set[str]] = {file: set() for file, _ in row_groups}
    for version, columns in translation.reads.items():
        for scan in translation.scans.get(version, ()):
            if scan.format != "parquet":
                texts |= {file.location: file.size for file in scan.files}
        for location in _parquet_files(translation, version, engine) if columns else []:
            if location in wanted:
                wanted[location] |= {column.casefold() for column in columns}
    return sum(texts.values()) + _chunk_bytes(wanted, row_groups, engine)


def _parquet_files(translation: Translation, version: Version, engine: Engine) -> list[str]:
    scans = translation.scans.get(version)
    if scans is None:
        return [file.location for file in engine.iceberg_files(version.metadata, version.snapshot_id)]
    return [file.location for scan in scans if scan.format == "parquet" for file in scan.files]


def _chunk_bytes(wanted: Mapping[str, Set[str]], row_groups: frozenset[RowGroup], engine: Engine) -> int:
    if not row_groups:
        return 0
    # The path of a nested column is `genres, list, element`.
    chunks = engine.rows(
        "SELECT file_name, row_group_id, split_part(path_in_schema, ', ', 1), sum(total_compressed_size) "
        f"FROM parquet_metadata({file_list(sorted(wanted))}) GROUP BY ALL"
    )
    return sum(
        int(size)
        for file, group, column, size in chunks
        if (file, group) in row_groups and column.casefold() in wanted[file]
    )
