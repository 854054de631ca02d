"""What the engine read of the lake for a query, told by the engine itself."""

from __future__ import annotations

from collections.abc import Mapping

from wavehouse.core.sql_text import literal_list
from wavehouse.engines.engine import Engine, Row
from wavehouse.query.typed import Version

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
    # Not behind the query: it may end with an error, or be interrupted.
    engine.execute("CALL truncate_duckdb_logs()")
    engine.execute("CALL enable_logging('PhysicalOperator')")
    try:
        rows = engine.rows(sql)
    finally:
        engine.execute("CALL disable_logging()")
    return rows, frozenset((file.removeprefix(_FILE), group) for file, group in engine.rows(_LOGGED))


def scanned_bytes(
    reads: Mapping[Version, frozenset[str]], row_groups: frozenset[RowGroup], engine: Engine
) -> int:
    """The compressed bytes of the column chunks that `row_groups` have for the columns in `reads`.

    Each chunk counts once. A column that was renamed in the table counts only in the files that were written
    since.
    """
    if not row_groups:
        return 0
    wanted: dict[str, set[str]] = {file: set() for file, _ in row_groups}
    for version, columns in reads.items():
        files = engine.iceberg_files(version.metadata, version.snapshot_id) if columns else []
        for file in files:
            if file.location in wanted:
                wanted[file.location] |= columns
    # The path of a nested column is `genres, list, element`.
    chunks = engine.rows(
        "SELECT file_name, row_group_id, split_part(path_in_schema, ', ', 1), sum(total_compressed_size) "
        f"FROM parquet_metadata({literal_list(sorted(wanted))}) GROUP BY ALL"
    )
    return sum(
        int(size)
        for file, group, column, size in chunks
        if (file, group) in row_groups and column in wanted[file]
    )
