"""Files that DuckDB parses in a task of Spark's: one statement over one file, its rows handed on as Arrow.

So lines, rejects and values are those of the DuckDB engine. What happened besides the rows is told in a small
file beside the lake's scratch files: a task that fails is tried again, and a value that does not fit is no
failure.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavehouse.core.columns import Column
from wavehouse.engines.spark_types import schema_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_ROWS_AT_ONCE = 20_000
# Of one task; beyond it, DuckDB spills to the place of Spark's own temporary files.
_MEMORY = 1_000_000_000


@dataclass(frozen=True)
class Told:
    """What a task tells: the records refused (offset, column, reason), and why it stopped before the end."""

    rejects: list[tuple[int, str, str]]
    stopped: str = ""


class Parsing:
    """One statement of DuckDB's as the rows of a task."""

    def __init__(
        self,
        session: SparkSession,
        sql: str,
        columns: Sequence[Column],
        scratch: Path,
        *,
        strict: bool = False,
    ) -> None:
        """`strict`: what stops the statement fails the task, and nothing is told."""
        self._told = scratch / f"told-{uuid.uuid4().hex}.json"
        schema = schema_of(columns)
        work = task(sql, "" if strict else str(self._told), str(scratch))
        self.rows: DataFrame = session.range(0, 1, 1, 1).mapInArrow(work, schema)

    def told(self) -> Told:
        """What happened, once all rows have been taken."""
        document = json.loads(self._told.read_text(encoding="utf-8"))
        self._told.unlink()
        return Told([(at, column, why) for at, column, why in document["rejects"]], document["stopped"])


def task(sql: str, told: str, scratch: str) -> Callable[[Iterable[Any]], Iterable[Any]]:
    """The work of the task, for another process."""

    def work(batches: Iterable[Any]) -> Iterator[Any]:
        for _ in batches:
            pass
        from wavehouse.engines.spark_parsing import parse

        yield from parse(sql, told, scratch)

    return work


def parse(sql: str, told: str, scratch: str) -> Iterator[Any]:
    """The rows of a statement as batches of Arrow; at the end, the file `told` has what happened."""
    import duckdb

    from wavehouse.engines.duckdb_connection import connected
    from wavehouse.engines.duckdb_csv import rejects_query

    connection = connected(_MEMORY, Path(scratch), 1, None)
    stopped, rejects = "", []
    try:
        yield from connection.execute(sql).fetch_record_batch(_ROWS_AT_ONCE)
    except duckdb.Error as error:
        if not told:
            raise
        # A verdict on the file, the same however often it is asked for.
        stopped = str(error)
    if not stopped and "store_rejects" in sql:
        rejects = connection.execute(rejects_query()).fetchall()
    connection.close()
    if not told:
        return
    unfinished = Path(f"{told}.{os.getpid()}")
    unfinished.write_text(json.dumps({"rejects": rejects, "stopped": stopped}), encoding="utf-8")
    unfinished.replace(told)
