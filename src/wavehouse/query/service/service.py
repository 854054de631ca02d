"""Queries that are started, waited for, stopped and read page by page, in Athena's terms."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.query.answer import in_words
from wavehouse.query.estimate import TableScan
from wavehouse.query.sandbox.pool import Pool, Statement
from wavehouse.query.service.execution import MANAGED, Execution, new_execution
from wavehouse.query.service.failures import failure_of
from wavehouse.query.service.history import MOST, QueryHistory
from wavehouse.query.service.live import Asked, Live, milliseconds_since, so_far, state_of
from wavehouse.query.service.plan import Plan
from wavehouse.query.service.planning import Planner, writes
from wavehouse.query.service.results import Results

_PLANNERS = 2
# So many records between two looks at how many there are.
_PRUNED_EVERY = 50
_CANCELLED = "Query cancelled by user"


class QueryService:
    """Runs queries in a pool of workers and keeps their records and results.

    `output` is the s3://…/ under which results are told to lie. `cutoff` is told before a query runs what
    Athena would scan for it, and may raise `ScanLimitError`.
    """

    def __init__(
        self,
        planner: Planner,
        pool: Pool,
        history: QueryHistory,
        output: str,
        cutoff: Callable[[Sequence[TableScan]], None] | None = None,
    ) -> None:
        self.history = history
        self.results = Results(history.results)
        self._planner = planner
        self._pool = pool
        self._output = output
        self._cutoff = cutoff
        self._lake: Path = history.folder.parent
        self._live: dict[str, Live] = {}
        self._ended: OrderedDict[str, Execution] = OrderedDict()
        self._tokens: OrderedDict[str, tuple[str, Asked]] = OrderedDict()
        self._answers: dict[str, str] | None = None
        self._saved = 0
        self._lock = threading.RLock()
        self._planning = ThreadPoolExecutor(_PLANNERS, "query-plan")
        self._recording = ThreadPoolExecutor(1, "query-record")
        # One after the other, as runs do; queries go on meanwhile.
        self._writing = ThreadPoolExecutor(1, "query-write")

    def start(self, asked: Asked) -> str:
        """Queue a query and return its id.

        Raises `QueryError` for what is not SQL, `OutsideError` where too many wait, and `CallError` for a
        token that was given with another query.
        """
        with self._lock:
            known = self._tokens.get(asked.token) if asked.token else None
        if known is not None:
            if known[1] != asked:
                raise CallError("this client request token was given with another query")
            return known[0]
        if len(self._live) >= self._pool.most:
            raise OutsideError(
                f"{len(self._live)} queries wait already", remedy="Ask again when some have ended"
            )
        began = time.perf_counter()
        execution = new_execution(
            asked.sql,
            database=asked.database,
            parameters=asked.parameters,
            workgroup=asked.workgroup,
            process=os.getpid(),
        )
        self._planner.describe(execution)
        if asked.workgroup != MANAGED:
            execution.output_location = f"{self._output}{execution.id}.{execution.ending}"
        text = self._planner.text(execution)
        live = Live(execution, text, asked.reuse, began)
        self.history.announce(execution)
        with self._lock:
            self._live[execution.id] = live
            if asked.token:
                self._tokens[asked.token] = (execution.id, asked)
                if len(self._tokens) > MOST:
                    self._tokens.popitem(last=False)
        (self._writing if writes(execution) else self._planning).submit(self._prepare, live)
        return execution.id

    def scans(self, asked: Asked) -> Future[Sequence[TableScan]]:
        """What Athena would scan for a query, which is not run: nothing for a statement that is no query.

        The future raises `QueryError` and `OutsideError` as the query would before it is run.
        """
        execution = new_execution(asked.sql, database=asked.database, parameters=asked.parameters)
        self._planner.describe(execution)

        def work() -> Sequence[TableScan]:
            text = self._planner.text(execution)
            if not execution.is_query:
                return ()
            return in_words(lambda: self._planner.scans(self._planner.plan(execution, text)))

        return self._planning.submit(work)

    def get(self, id_: str) -> Execution | None:
        """The record of a query as it is now."""
        with self._lock:
            live = self._live.get(id_)
            if live is not None:
                return replace(live.execution, state=state_of(live), **so_far(live))
            known = self._ended.get(id_)
        return known or self.history.get(id_)

    def ended(self, id_: str) -> Future[None] | None:
        """What is done when the query has ended; None for one that has."""
        with self._lock:
            live = self._live.get(id_)
            return live.ended if live else None

    def stop(self, id_: str) -> bool:
        """Cancel a query; one that has ended stays as it is. Whether there is such a query.

        Raises `CallError` for a statement that has begun to write.
        """
        with self._lock:
            live = self._live.get(id_)
            if live is not None and live.writing:
                raise CallError(
                    f"the statement {id_} writes to the lake, and is not stopped in the middle of it",
                    remedy="Wait for its end: it does all of its work or nothing",
                )
            if live is not None:
                live.cancelled = True
                statement = live.statement
        if live is None:
            return self.get(id_) is not None
        if statement is not None:
            self._pool.cancel(statement)
        return True

    def page(self, execution: Execution, offset: int, limit: int) -> list[list[str | None]]:
        """Rows of the answer as Athena writes them, from one on."""
        return self.results.page(execution.id, execution.columns, offset, limit)

    def listed(self) -> Sequence[str]:
        """The ids of all queries, newest first."""
        return self.history.listed()

    def close(self) -> None:
        """End what runs: it is cancelled, and told so in the history."""
        with self._lock:
            live = list(self._live)
        for id_ in live:
            # (What writes is waited for.)
            with contextlib.suppress(CallError):
                self.stop(id_)
        self._planning.shutdown(wait=True)
        self._writing.shutdown(wait=True)
        self._pool.close()
        self._recording.shutdown(wait=True)
        self._planner.close()

    def _prepare(self, live: Live) -> None:
        execution, began = live.execution, time.perf_counter()
        try:
            with self._lock:
                live.writing = writes(execution) and not live.cancelled
            if live.cancelled:
                self._end(live)
                return
            if not execution.is_query:
                self._tell(live)
                self._end(live)
                return
            planned = self._planner.plan(execution, live.text)
            plan = live.plan = planned.plan
            execution.planning_ms = milliseconds_since(began)
            execution.tables, execution.reuse_key = plan.tables, plan.reuse_key
            execution.columns = tuple((one.name, one.type) for one in plan.translation.columns)
            if self._given_again(live, plan):
                self._end(live)
                return
            # Without a limit the query need not wait for what it would scan.
            scans = None
            if self._cutoff is not None:
                scans = self._planner.scans(planned)
                self._cutoff(scans)
            self._submit(live, plan)
        except BaseException as error:
            live.error = error
            self._end(live)
            return
        try:
            scans = self._planner.scans(planned) if scans is None else scans
            execution.scanned_bytes = sum(one.bytes for one in scans)
        except Exception as error:
            # (It runs already, and its answer is right all the same.)
            execution.reason = f"the bytes were not counted ({type(error).__name__})"
        self._one_less(live)

    def _tell(self, live: Live) -> None:
        """Answer a statement that is no query: it looks into the catalog, or writes to the lake."""
        execution, began = live.execution, time.perf_counter()
        execution.queue_ms = milliseconds_since(live.began)
        answer = self._planner.told(execution, live.text)
        execution.scanned_bytes = answer.scanned_bytes
        if live.writing and answer.rows:
            # (How many they are is told besides: Athena's answer has no rows.)
            execution.update_count = int(answer.rows[0][0])
            answer = replace(answer, rows=[])
        execution.columns = tuple((one.name, one.type) for one in answer.columns)
        execution.rows = self.results.keep(execution.id, answer)
        execution.engine_ms = milliseconds_since(began)

    def _submit(self, live: Live, plan: Plan) -> None:
        id_ = live.execution.id
        statement = self._pool.submit(
            plan.translation.sql, plan.folders, lambda reader: self.results.write(id_, reader)
        )
        with self._lock:
            live.statement = statement
            cancelled = live.cancelled
        statement.result.add_done_callback(lambda result: self._answered(live, statement, result))
        if cancelled:
            self._pool.cancel(statement)

    def _answered(self, live: Live, statement: Statement, result: Future[Any]) -> None:
        execution = live.execution
        submitted = live.began + (execution.planning_ms / 1000)
        if statement.began is not None:
            execution.queue_ms = max(0, round((statement.began - submitted) * 1000))
            execution.engine_ms = milliseconds_since(statement.began)
        live.error = result.exception()
        if live.error is None:
            execution.rows = result.result()
        self._one_less(live)

    def _one_less(self, live: Live) -> None:
        with self._lock:
            live.left -= 1
            last = live.left == 0
        if last:
            self._end(live)

    def _end(self, live: Live) -> None:
        execution = live.execution
        execution.total_ms, execution.completed = milliseconds_since(live.began), datetime.now(UTC)
        if live.cancelled and (live.error is not None or execution.rows is None):
            execution.state, execution.reason = "CANCELLED", _CANCELLED
        elif live.error is not None:
            execution.failure = failure_of(
                live.error, self._lake, ran=live.statement is not None, sql=execution.sql
            )
            execution.state, execution.reason = "FAILED", execution.failure.message
        else:
            execution.state = "SUCCEEDED"
        with self._lock:
            self._ended[execution.id] = execution
            if len(self._ended) > MOST:
                self._ended.popitem(last=False)
            self._live.pop(execution.id, None)
            if (
                execution.state == "SUCCEEDED"
                and execution.reuse_key
                and not execution.reused
                and self._answers is not None
            ):
                self._answers[execution.reuse_key] = execution.id
        self._recording.submit(self._record, execution)
        live.ended.set_result(None)

    def _record(self, execution: Execution) -> None:
        try:
            self.history.save(execution)
            self._saved += 1
            if self._saved % _PRUNED_EVERY == 1:
                self.history.prune()
        except OSError:
            pass  # (a lake that cannot be written to is no reason to fail a query)

    def _given_again(self, live: Live, plan: Plan) -> bool:
        """Whether another query's answer is this one's: it is then the answer of both."""
        if live.reuse is None or not plan.reuse_key:
            return False
        with self._lock:
            if self._answers is None:
                self._answers = {
                    one.reuse_key: one.id
                    for one in reversed(list(self.history.newest()))
                    if one.state == "SUCCEEDED" and one.reuse_key and not one.reused
                }
            other = self.get(self._answers.get(plan.reuse_key, ""))
        if other is None or other.completed is None or other.state != "SUCCEEDED":
            return False
        if datetime.now(UTC) - other.completed > timedelta(minutes=live.reuse):
            return False
        try:
            self.results.share(live.execution.id, other.id)
        except OSError:
            return False  # its rows are gone
        live.execution.reused, live.execution.rows = other.id, other.rows
        return True
