"""So many workers, a queue before them, and statements that can be cancelled at any time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from wavehouse.core.errors import OutsideError, QueryError
from wavehouse.query.sandbox.reach import there
from wavehouse.query.sandbox.scratch import remove_left
from wavehouse.query.sandbox.worker import Buckets, Limits, Worker

if TYPE_CHECKING:
    import pyarrow as pa

State = Literal["queued", "running", "ended"]
# A worker that has run so many statements is replaced: what leaked in it goes with it.
_STATEMENTS = 500


@dataclass(eq=False)
class Statement:
    """A statement on its way: `sql` is the engine's, `take` reads the rows, and `result` has what it made."""

    sql: str
    folders: frozenset[str]
    take: Callable[[pa.RecordBatchReader], Any]
    result: Future[Any] = field(default_factory=Future)
    state: State = "queued"
    worker: Worker | None = None
    threads: int | None = None
    cancelled: bool = False
    began: float | None = None  # (as time.perf_counter tells it)


class Pool:
    """Runs statements in at most `slots` processes; at most `queue` of them wait.

    `prepare` has one ready for each slot. When the last of those is taken a spare one is started, by the time
    that some process has to be replaced: it ended, has run many statements, or a folder has been replaced.
    Statements that run at once share the threads of the limits: two threads do more work for the same answer
    than one, and where all processors are busy nothing comes back for it.
    """

    def __init__(self, limits: Limits, slots: int, queue: int = 100, buckets: Buckets | None = None) -> None:
        self._limits = limits
        self._queue_limit = queue
        self._buckets = buckets
        self._folders: frozenset[str] = frozenset()
        self._waiting: deque[Statement] = deque()
        self._running: set[Statement] = set()
        self._idle: list[Worker] = []
        self._sparing = False
        self._changed = threading.Condition()
        self._closed = False
        remove_left()
        self._threads = [
            threading.Thread(target=self._serve, name=f"query-{at}", daemon=True) for at in range(slots)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def seconds(self) -> float:
        """How long a statement may take."""
        return self._limits.seconds

    @property
    def most(self) -> int:
        """How many statements may run and wait at once."""
        return self._queue_limit + len(self._threads)

    def prepare(self, folders: frozenset[str]) -> None:
        """Have a process ready for each slot that may read below these folders.

        Raises `OutsideError` where none can be started.
        """
        with self._changed:
            self._folders |= folders
            while sum(folders <= one.folders for one in self._idle) < len(self._threads):
                self._idle.append(self._new(folders))

    def submit(
        self, sql: str, folders: frozenset[str], take: Callable[[pa.RecordBatchReader], Any]
    ) -> Statement:
        """Queue a statement that reads below these folders; raises `OutsideError` where too many wait."""
        statement = Statement(sql, folders, take)
        with self._changed:
            # (One that waits for nothing but that its slot wakes up is none that waits.)
            if self._closed or len(self._waiting) + len(self._running) >= self.most:
                raise OutsideError(
                    f"{len(self._waiting)} queries wait already",
                    remedy="Ask again when some of them have ended",
                )
            self._folders |= folders
            self._waiting.append(statement)
            self._changed.notify()
        return statement

    def cancel(self, statement: Statement) -> None:
        """End a statement at once: its result is a `QueryError`, unless it has one already."""
        with self._changed:
            statement.cancelled = True
            if statement in self._waiting:
                self._waiting.remove(statement)
                statement.state = "ended"
                statement.result.set_exception(QueryError("the query was cancelled"))
            elif statement.worker is not None and statement.state == "running":
                statement.worker.cancel()

    def close(self) -> None:
        """End all processes; what waits or runs is cancelled."""
        with self._changed:
            self._closed = True
            going = [*self._waiting, *self._running]
            self._changed.notify_all()
        for statement in going:
            self.cancel(statement)
        for thread in self._threads:
            thread.join()
        for worker in self._idle:
            worker.close()
        self._idle.clear()

    def _serve(self) -> None:
        """One slot: statement after statement, each by a worker that may read what it needs."""
        worker: Worker | None = None
        runs = 0
        while (statement := self._next()) is not None:
            taken, failure = None, None
            try:
                if worker and not (
                    worker.is_alive and runs < _STATEMENTS and worker.reads(statement.folders)
                ):
                    worker.close()
                    worker = None
                if worker is None:
                    worker, runs = self._ready(statement.folders), 0
                runs += 1
                taken = self._answer(statement, worker)
            except BaseException as error:
                failure = error
            with self._changed:
                statement.state, statement.worker = "ended", None
                self._running.discard(statement)
            if failure is None:
                statement.result.set_result(taken)
            else:
                statement.result.set_exception(failure)
        if worker:
            worker.close()

    def _next(self) -> Statement | None:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            if self._closed:
                return None
            statement = self._waiting.popleft()
            statement.state = "running"
            self._running.add(statement)
            statement.threads = self._share()
            return statement

    def _share(self) -> int | None:
        """The threads of one that begins now."""
        if self._limits.threads is None:
            return None
        at_once = min(len(self._threads), len(self._running) + len(self._waiting))
        return max(1, self._limits.threads // at_once)

    def _ready(self, folders: frozenset[str]) -> Worker:
        """A worker that may read these folders: one that is ready, else a new one."""
        worker = self._idle_one(folders) or self._new(folders)
        with self._changed:
            lacking = not self._idle and not self._sparing and not self._closed
            self._sparing = self._sparing or lacking
        if lacking:
            try:
                spare = [self._new(folders)]
            except OutsideError:
                spare = []  # (nobody waits for it)
            with self._changed:
                self._idle += spare
                self._sparing = False
        return worker

    def _idle_one(self, folders: frozenset[str]) -> Worker | None:
        while True:
            with self._changed:
                worker = self._idle.pop() if self._idle else None
            if worker is None or (worker.is_alive and worker.reads(folders)):
                return worker
            worker.close()

    def _new(self, folders: frozenset[str]) -> Worker:
        """One that may read these folders, and all others that were asked for and are still there."""
        known = there(self._folders)
        with self._changed:
            self._folders = (self._folders & known) | folders
        return Worker(self._limits, known | folders, self._buckets)

    def _answer(self, statement: Statement, worker: Worker) -> Any:
        with self._changed:
            statement.worker = worker
            statement.began = time.perf_counter()
            if statement.cancelled:
                worker.cancel()
        return worker.answer(statement.sql, statement.take, statement.threads)
