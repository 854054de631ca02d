"""Queries of dashboards on a lake: translated, run in threads, and answered once for all who ask the same."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import QueryError
from wavehouse.core.recent import Recent
from wavehouse.core.table_head import TableSource
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.copies import Copies
from wavehouse.dashboards.data_sets import RECORDS_DATABASE
from wavehouse.dashboards.lake_state import BoardScans, LakeState, RecordFiles
from wavehouse.dashboards.records import Records
from wavehouse.dashboards.stand_ins import StandIns
from wavehouse.engines.engine import Row
from wavehouse.engines.readers import Readers, Stop, StoppedError
from wavehouse.query.answer import in_words
from wavehouse.query.service.reuse import holds, reuse_key
from wavehouse.query.translate import ResultColumn, Translation, translate

_MOST_PLANS = 2_000
_MOST_ANSWERS = 1_000
_THREADS = 4


@dataclass(frozen=True)
class Answered:
    """The columns and rows of a query."""

    columns: tuple[ResultColumn, ...]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Shape:
    """A query with stand-ins for what a reader chose."""

    sql: str
    stand_ins: StandIns


@dataclass(frozen=True)
class _Plan:
    """A query for the engine; `lasts`: the same text of the same tables has the same answer."""

    translation: Translation
    lasts: bool


class LakeQueries:
    """What all boards of a lake share. `copies` are asked in place of tables, where there are some.

    Answers of tables of the lake are kept for as long as these are what they were, and given to whoever asks
    the same; those of files, views and the time of day are not.
    """

    def __init__(
        self,
        tables: TableSource,
        readers: Readers,
        records: Records,
        scratch: Path,
        copies: Copies | None = None,
    ) -> None:
        self._tables = tables
        self._readers = readers
        # By whether recurring texts may be ENUMs.
        self._scans = {coded: BoardScans(readers, copies, coded=coded) for coded in (False, True)}
        self._records = RecordFiles(records, scratch)
        self._plans: Recent[tuple[str, bool], _Plan] = Recent(_MOST_PLANS)
        self._answers: Recent[str, Future[Sequence[Row]]] = Recent(_MOST_ANSWERS)
        self._lock = threading.Lock()
        self._running: set[Stop] = set()
        self._stopped = False
        self.threads = ThreadPoolExecutor(_THREADS, "dashboard")

    def state(self) -> LakeState:
        """The tables as they are now, for one question."""
        return LakeState(self._tables, self._records)

    def records_state(self, kind: str) -> str:
        """A text that is another one after every change of records of a kind."""
        return self._records.state(kind)

    def types_of(self, sql: str, state: LakeState) -> Mapping[str, str]:
        """The columns of a query in Athena SQL and their Trino types; raises as `translate` does."""
        return {column.name.lower(): column.type for column in self._plan(sql, state).translation.columns}

    def tables_of(self, sql: str, state: LakeState) -> set[TableName]:
        """The tables of the lake that a query reads; raises as `translate` does."""
        names = {use.version.table for use in self._plan(sql, state).translation.uses}
        return {name for name in names if name.database != RECORDS_DATABASE}

    def answer(
        self,
        sql: str,
        state: LakeState,
        stop: Stop | None = None,
        seconds: float | None = None,
        *,
        coded: bool = False,
        shape: Shape | None = None,
    ) -> Answered:
        """Answer a query in Athena SQL.

        `coded` says that texts are only compared, sorted, grouped and counted in it: a copy may then have
        numbers in their place. `shape` is what it has in common with others, which is translated once.

        Raises `QueryError` and `OutsideError` as `query.answer` does, `QueryError` after so many seconds, and
        `StoppedError` where `stop` was used.
        """
        plan, text = self._told(sql, state, coded, shape)
        if not plan.lasts:
            return Answered(plan.translation.columns, self._run(text, stop, seconds))
        while True:
            with self._lock:
                found = self._answers.get(text)
                mine = found is None
                if found is None:
                    found = Future()
                    self._answers.put(text, found)
            if mine:
                self._begin(text, found, stop, seconds)
            try:
                return Answered(plan.translation.columns, found.result())
            except StoppedError:
                # Somebody else began it, and wants it no more.
                if mine or (stop is not None and stop.why is not None):
                    raise

    def stop(self) -> None:
        """Stop what runs, and answer nothing more."""
        with self._lock:
            self._stopped = True
            running = list(self._running)
        for one in running:
            one.stop()

    def close(self) -> None:
        """End what runs, and give back threads, memory and files."""
        self.stop()
        self.threads.shutdown(wait=True, cancel_futures=True)
        self._readers.close()

    def _begin(
        self, text: str, answer: Future[Sequence[Row]], stop: Stop | None, seconds: float | None
    ) -> None:
        try:
            answer.set_result(self._run(text, stop, seconds))
        except BaseException as error:
            self._answers.pop(text)
            answer.set_exception(error)

    def _run(self, text: str, stop: Stop | None, seconds: float | None) -> list[Row]:
        mine = stop or Stop()

        def work() -> list[Row] | StoppedError:
            try:
                return self._readers.rows(text, mine, seconds)
            except StoppedError as error:
                return error

        with self._lock:
            self._running.add(mine)
            if self._stopped:
                mine.stop()
        try:
            found = in_words(work)
        finally:
            with self._lock:
                self._running.discard(mine)
        if isinstance(found, StoppedError):
            raise found
        return found

    def _told(self, sql: str, state: LakeState, coded: bool, shape: Shape | None) -> tuple[_Plan, str]:
        """The plan of a query, and its text for the engine."""
        if shape is not None:
            # (A refusal tells the query's own place and values.)
            with suppress(QueryError):
                plan = self._plan(shape.sql, state, coded)
                text = shape.stand_ins.filled(shape.sql, plan.translation.sql)
                if text is not None:
                    return plan, text
        plan = self._plan(sql, state, coded)
        return plan, plan.translation.sql

    def _plan(self, sql: str, state: LakeState, coded: bool = False) -> _Plan:
        known = self._plans.get((sql, coded))
        if known is not None and self._holds(known, state, coded):
            return known
        translation = translate(sql, state, self._scans[coded])
        lasts = bool(reuse_key(sql, "", translation)) and not translation.scans
        plan = _Plan(translation, lasts)
        self._plans.put((sql, coded), plan)
        return plan

    def _holds(self, plan: _Plan, state: LakeState, coded: bool) -> bool:
        """Whether all tables, and what stands for them, are what they were when it was made."""
        translation = plan.translation
        return (
            plan.lasts
            and holds(translation, state)
            and all(
                self._scans[coded].iceberg(use.version.metadata, use.version.snapshot_id) in translation.sql
                for use in translation.uses
            )
        )
