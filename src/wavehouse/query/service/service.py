"""Queries that are started, waited for, stopped and read page by page, in Athena's terms."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.recent import Recent
from wavehouse.query.estimate import TableScan
from wavehouse.query.sandbox.pool import Pool, Statement
from wavehouse.query.service.again import Answers
from wavehouse.query.service.ending import UNCOUNTED, end
from wavehouse.query.service.execution import Execution
from wavehouse.query.service.history import MOST, QueryHistory
from wavehouse.query.service.live import Asked, Live, milliseconds_since, so_far, state_of
from wavehouse.query.service.plan import Plan
from wavehouse.query.service.planning import Planner, writes
from wavehouse.query.service.plans import Planned
from wavehouse.query.service.presence import Presence
from wavehouse.query.service.recorder import Recorder
from wavehouse.query.service.results import Results
from wavehouse.query.service.tokens import Tokens
from wavehouse.query.service.watch import Watch

_PLANNERS = 2
# Seconds that an answer waits for the count of its bytes.
_COUNTING = 1.0


class QueryService:
    """Runs queries in a pool of workers and keeps their records and results.

    `output` is the s3://…/ under which results are told to lie. `cutoff` is told before a query runs what
    Athena would scan for it, and may raise `ScanLimitError`. `results` are those of `history`, if no others
    are given.
    """

    def __init__(
        self,
        planner: Planner,
        pool: Pool,
        history: QueryHistory,
        output: str,
        cutoff: Callable[[Sequence[TableScan]], None] | None = None,
        results: Results | None = None,
    ) -> None:
        self.history = history
        self.results = results or Results(history.results)
        self._planner = planner
        self._pool = pool
        self._output = output
        self._cutoff = cutoff
        self._lake: Path = history.folder.parent
        self._live: dict[str, Live] = {}
        self._beginning = 0
        self._ended: Recent[str, Execution] = Recent(MOST)
        self._tokens = Tokens()
        self._answers = Answers(history)
        self._presence = Presence(history.folder)
        self._recorder = Recorder(history, self.results)
        self._watch = Watch(pool.seconds)
        self._lock = threading.RLock()
        self._planning = ThreadPoolExecutor(_PLANNERS, "query-plan")
        # One after the other, as runs do; queries go on meanwhile.
        self._writing = ThreadPoolExecutor(1, "query-write")

    def start(self, asked: Asked) -> str:
        """Queue a query and return its id.

        Raises `QueryError` for what is not SQL, `OutsideError` where too many wait, and `CallError` for a
        token that was given with another query.
        """
        return self._tokens.once(asked, lambda: self._begun(asked))

    def _begun(self, asked: Asked) -> str:
        with self._lock:
            waiting = len(self._live) + self._beginning
            if waiting >= self._pool.most:
                raise OutsideError(f"{waiting} queries wait already", remedy="Ask again when some have ended")
            self._beginning += 1
        try:
            live = self._planner.query(asked, self._output, self._presence.name)
            self._recorder.announce(live.execution)
            with self._lock:
                self._live[live.execution.id] = live
        finally:
            with self._lock:
                self._beginning -= 1
        (self._writing if writes(live.execution) else self._planning).submit(self._prepare, live)
        return live.execution.id

    def scans(self, asked: Asked) -> Future[Sequence[TableScan]]:
        """What Athena would scan for a query, which is not run: nothing for a statement that is no query.

        The future raises `QueryError` and `OutsideError` as the query would before it is run.
        """

        def work() -> Sequence[TableScan]:
            live = self._planner.query(asked, self._output, self._presence.name)
            if not live.execution.is_query:
                return ()
            with self._watch.over(live, self._planner.stopper()):
                planned = self._planner.plan(live.execution, live.text)
                return self._planner.scans(planned)

        return self._planning.submit(work)

    def get(self, id_: str) -> Execution | None:
        """The record of a query as it is now."""
        with self._lock:
            live = self._live.get(id_)
            if live is not None:
                return replace(live.execution, state=state_of(live), **so_far(live))
        return self._ended.get(id_) or self.history.get(id_)

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
                statement, begun = live.statement, live.begun
        if live is None:
            return self.get(id_) is not None
        if not begun:
            self._end(live)
        elif statement is not None:
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
        self._recorder.close()
        self._watch.close()
        self._planner.close()
        self._presence.end()

    def _prepare(self, live: Live) -> None:
        execution, began = live.execution, time.perf_counter()
        try:
            with self._lock:
                if live.over:
                    return
                live.begun, live.writing = True, writes(execution)
            if not execution.is_query:
                self._tell(live)
                self._end(live)
                return
            with self._watch.over(live, self._planner.stopper()):
                planned = self._planner.plan(execution, live.text)
            plan = planned.plan
            execution.planning_ms = milliseconds_since(began)
            execution.tables, execution.reuse_key = plan.tables, plan.reuse_key
            execution.columns = tuple((one.name, one.type) for one in plan.translation.columns)
            if self._answers.give(live, plan, self.results, self.get):
                self._end(live)
                return
            # Without a limit the query need not wait for what it would scan.
            scans = None
            if self._cutoff is not None:
                scans = self._scans(live, planned)
                self._cutoff(scans)
            self._submit(live, plan)
        except BaseException as error:
            live.error = error
            self._end(live)
            return
        try:
            scans = self._scans(live, planned) if scans is None else scans
            execution.scanned_bytes, reason = sum(one.bytes for one in scans), ""
        except Exception as error:
            # (It runs already, and its answer is right all the same.)
            reason = f"the bytes were not counted ({type(error).__name__})"
        with self._lock:
            late = live.over and execution.reason == UNCOUNTED
            if late or not live.over:
                execution.reason = reason
        if not self._one_less(live) and late:
            self._recorder.keep(execution)

    def _scans(self, live: Live, planned: Planned) -> Sequence[TableScan]:
        with self._watch.over(live, self._planner.stopper()):
            return self._planner.scans(planned)

    def _tell(self, live: Live) -> None:
        """Answer a statement that is no query: it looks into the catalog, or writes to the lake."""
        execution, began = live.execution, time.perf_counter()
        execution.queue_ms = milliseconds_since(live.began)
        if live.writing:
            answer = self._planner.told(execution, live.text)
        else:
            with self._watch.over(live, self._planner.stopper()):
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
        try:
            if live.error is None:
                self.results.show(execution.id)
                execution.rows = result.result()
            else:
                self.results.discard(execution.id)
        except Exception as error:
            live.error = live.error or error
        if not self._one_less(live):
            # (A timer, not this thread: others wait for the process.)
            timer = threading.Timer(_COUNTING, self._end, [live])
            timer.daemon = True
            timer.start()

    def _one_less(self, live: Live) -> bool:
        """Whether the query ends now: nothing of it goes on."""
        with self._lock:
            live.left -= 1
            last = live.left == 0
        return last and self._end(live)

    def _end(self, live: Live) -> bool:
        """Give a query its last state, unless it has it; whether it was given."""
        execution = live.execution
        with self._lock:
            if live.over:
                return False
            end(live, self._lake)
        self._answers.add(execution)
        self._ended.put(execution.id, execution)
        # Whoever is told of the end finds it in the history, even if we are killed then.
        self._recorder.keep(execution)
        with self._lock:
            self._live.pop(execution.id, None)
        live.ended.set_result(None)
        return True
