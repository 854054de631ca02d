"""A query's answer: its rows, and how many bytes of the lake it stands on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from wavehouse.core.errors import QueryError, WavehouseError
from wavehouse.core.sql_text import literal, literal_list
from wavehouse.core.table_head import TableHead, TableSource
from wavehouse.engines.engine import Engine, Row
from wavehouse.query.translate import ResultColumn, Translation, translate

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """Columns and rows; `truncated` says that there are more rows than were asked for.

    `scanned_bytes` counts the compressed column chunks, in the current data files, of the columns read:
    before any pruning by partition or statistics, so at most that much is read. `seconds` is translating and
    running the query.
    """

    columns: tuple[ResultColumn, ...]
    rows: list[Row]
    scanned_bytes: int
    seconds: float
    truncated: bool


def answer(sql: str, tables: TableSource, engine: Engine, *, max_rows: int | None = None) -> Answer:
    """Run a query of Athena on the lake; with `max_rows` no more rows than that.

    Raises `QueryError` for what cannot be translated or stops while it runs (an overflow, a bad CAST).
    """
    started = time.perf_counter()
    # One more than wanted tells whether there are more.
    at_most = None if max_rows is None else max_rows + 1
    translation = translate(sql, tables, engine, at_most=at_most)
    rows = _run(lambda: engine.rows(translation.sql))
    seconds = time.perf_counter() - started
    truncated = max_rows is not None and len(rows) > max_rows
    return Answer(
        translation.columns,
        rows[:max_rows] if truncated else rows,
        scanned_bytes(translation, engine),
        seconds,
        truncated,
    )


def scanned_bytes(translation: Translation, engine: Engine) -> int:
    """The compressed bytes of the columns that a query reads, in all current data files of its tables.

    A column that was renamed in the table counts only in the files that were written since.
    """
    return sum(
        _table_bytes(head, translation.columns_read[head.name], engine)
        for head in translation.tables
        if translation.columns_read[head.name]
    )


def _table_bytes(head: TableHead, columns: frozenset[str], engine: Engine) -> int:
    files = engine.rows(
        f"SELECT DISTINCT file_path FROM iceberg_metadata({literal(head.metadata)}) "
        "WHERE status <> 'DELETED' AND manifest_content = 'DATA'"
    )
    if not files:
        return 0
    paths = literal_list(str(path) for (path,) in files)
    # The path of a nested column is `genres, list, element`.
    found = engine.rows(
        f"SELECT coalesce(sum(total_compressed_size), 0) FROM parquet_metadata({paths}) "
        f"WHERE list_contains({literal_list(sorted(columns))}, split_part(path_in_schema, ', ', 1))"
    )
    return int(found[0][0])


def _run(work: Callable[[], T]) -> T:
    try:
        return work()
    except WavehouseError:
        raise
    except Exception as error:
        # The engine's own exceptions are of classes that only `engines` knows.
        first = str(error).partition("\n")[0]
        kind, _, text = first.partition(" Error: ")
        raise QueryError(f"the query stopped: {(text or kind).rstrip('!')}") from error
