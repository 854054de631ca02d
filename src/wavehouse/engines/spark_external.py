"""External tables in Spark: tasks read their files by DuckDB, so that they mean what they mean to queries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.columns import Column
from wavehouse.core.errors import OutsideError
from wavehouse.core.table_head import ExternalScan
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.spark_parsing import Parsing

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Among so many tasks the files are dealt out: each is a part of the plan.
_MOST_TASKS = 32


def external_rows(
    session: SparkSession, files: DuckDBEngine, scan: ExternalScan, path: str, scratch: Path
) -> DataFrame:
    """The rows of `Engine.external`; raises `OutsideError` for files in a bucket."""
    for file in scan.files:
        if "://" in file.location:
            raise OutsideError(
                "the Spark engine does not reach buckets yet",
                where=file.location,
                remedy="Run without it: --engine duckdb",
            )
    columns = [*scan.columns, *scan.keys, *([Column(path, "string")] if path else [])]
    tasks = max(min(len(scan.files), _MOST_TASKS), 1)
    dealt = [replace(scan, files=list(scan.files)[at::tasks]) for at in range(tasks)]
    parts = [
        Parsing(session, f"SELECT * FROM {files.external(one, path=path)}", columns, scratch, strict=True)
        for one in dealt
    ]
    rows = parts[0].rows
    for part in parts[1:]:
        rows = rows.union(part.rows)
    return rows
