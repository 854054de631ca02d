"""The history of queries: what was asked, and that something is asked now."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.core.errors import CallError, WavehouseError
from wavehouse.settings import Settings
from wavehouse.wiring.parts import Document, layout_of

if TYPE_CHECKING:
    from wavehouse.query.answer import Answer
    from wavehouse.query.service.history import QueryHistory


def history_of(settings: Settings) -> QueryHistory:
    """The history of the lake that must be there."""
    from wavehouse.query.service.history import QueryHistory

    return QueryHistory(layout_of(settings).queries)


@contextmanager
def recorded(settings: Settings, sql: str) -> Iterator[Callable[[Answer], None]]:
    """Keep what happens in the history, whether the query is answered or not.

    A lake that cannot be written to is no reason to fail a query.
    """
    from wavehouse.query.service.execution import new_execution
    from wavehouse.query.service.failures import failure_of
    from wavehouse.query.service.reuse import table_versions

    execution, began = new_execution(sql, source="sql"), time.perf_counter()
    history = history_of(settings)

    def answered(answer: Answer) -> None:
        execution.state, execution.rows = "SUCCEEDED", answer.count
        execution.scanned_bytes, execution.engine_ms = answer.scanned_bytes, round(answer.seconds * 1000)
        execution.columns = tuple((column.name, column.type) for column in answer.columns)
        execution.tables = table_versions(answer.reads)

    try:
        yield answered
    except WavehouseError as error:
        execution.failure = failure_of(error, history.folder.parent, ran=False, sql=sql)
        execution.state, execution.reason = "FAILED", execution.failure.message
        raise
    except KeyboardInterrupt:
        execution.state, execution.reason = "CANCELLED", "interrupted"
        raise
    finally:
        execution.completed = datetime.now(UTC)
        execution.total_ms = round((time.perf_counter() - began) * 1000)
        if execution.has_ended:
            try:
                history.announce(execution)
                history.prune()
            except OSError:
                pass


def queries(settings: Settings, limit: int) -> Document:
    """The newest queries, newest first."""
    return {"queries": [one.as_json() for one in history_of(settings).newest(limit)]}


def query(settings: Settings, id_: str) -> Document:
    """One query, by the beginning of its id or `last`."""
    return history_of(settings).find(id_).as_json()


def export(settings: Settings, id_: str, form: str, path: Path) -> Document:
    """Write the answer of a query that was asked over HTTP to a file."""
    from wavehouse.core.suggestions import did_you_mean
    from wavehouse.query.service.results import FORMS, Results

    if form not in FORMS:
        raise CallError(f"there is no format '{form}'", remedy=did_you_mean(form, FORMS))
    history = history_of(settings)
    execution, results = history.find(id_), Results(history.results)
    if execution.state != "SUCCEEDED" or not results.exists(execution.id):
        raise CallError(
            f"the history has no answer of the query {execution.id}",
            remedy="Answers are kept of queries that 'wavehouse serve' has run, as long as their records are",
        )
    try:
        results.export(execution.id, execution.columns, form, path)
    except OSError as error:
        raise CallError(
            f"nothing can be written here ({(error.strerror or str(error)).lower()})",
            where=str(path),
            remedy="Name a file in a folder that is there",
        ) from error
    return {"id": execution.id, "format": form, "path": str(path), "rows": execution.rows}
