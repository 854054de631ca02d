"""A connection to a DuckDB in memory, with what it may do and what it can read."""

from __future__ import annotations

from pathlib import Path

import duckdb

from wavehouse.engines.duckdb_extensions import ALWAYS, load_extension
from wavehouse.engines.duckdb_s3 import reach
from wavehouse.store.object_store import S3Endpoint

_CONFIG: dict[str, str | bool] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    # Keys are in the environment: those that other programs of this user have stored are not ours.
    "allow_persistent_secrets": False,
    # Until ours are loaded (decision 017): to check their signatures takes 0.2 s.
    "allow_unsigned_extensions": True,
    # A Python variable must never turn into a table by its name.
    "python_enable_replacements": False,
    # 7 / 2 is 3 in Athena and in Spark's DIV; the translators write 7.0 / 2 where they mean it.
    "integer_division": True,
}


def connected(
    memory: int, scratch: Path, threads: int | None, s3: S3Endpoint | None
) -> duckdb.DuckDBPyConnection:
    """Open one that spills to `scratch` what does not fit into `memory` bytes; with `s3` it reaches buckets.

    Raises `OutsideError` where an extension is missing or cannot be loaded.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        **_CONFIG,
        "memory_limit": f"{memory // 1_000_000}MB",
        "temp_directory": str(scratch),
    }
    if threads:
        config["threads"] = threads
    connection = duckdb.connect(":memory:", config=config)

    def execute(sql: str) -> None:
        connection.execute(sql)

    # The progress is asked for, never printed by the engine.
    execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    for name in ALWAYS:
        load_extension(execute, name)
    if s3 is not None:
        reach(execute, s3)
    # No statement can allow it again.
    execute("SET allow_unsigned_extensions = false")
    return connection
