"""One process that runs statements of others, and how it ends."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from wavehouse.core.errors import (
    FileGoneError,
    MemoryLimitError,
    OutsideError,
    QueryError,
    TimeLimitError,
    UnansweredError,
)
from wavehouse.query.sandbox.clock import Clock
from wavehouse.query.sandbox.frames import read_frame
from wavehouse.query.sandbox.reach import Folder, as_they_are
from wavehouse.query.sandbox.received import BrokenRowsError, Received, json_rows, of_arrow, row_groups
from wavehouse.query.sandbox.starting import not_started, started
from wavehouse.query.stops import in_trinos_words
from wavehouse.store.object_store import S3Endpoint

if TYPE_CHECKING:
    import pyarrow as pa

    from wavehouse.engines.engine import Row
    from wavehouse.query.sandbox.watching import RowGroupId

T = TypeVar("T")

_MEMORY = "the query needs more memory than the {memory:,} MB that a query may use"
# Seconds for a process to be ready, on a machine that has much else to do.
_START = 30.0
_LESS = "Read fewer columns or rows at once, or aggregate in steps"


@dataclass(frozen=True)
class Limits:
    """Of one statement: bytes of memory, seconds of the clock, and threads (None: as many as processors)."""

    memory: int = 1_000_000_000
    seconds: float = 60.0
    threads: int | None = None


@dataclass(frozen=True)
class Buckets:
    """How a process reaches buckets: their endpoint, and the variables that its client looks for."""

    endpoint: S3Endpoint
    environment: Mapping[str, str]


class Worker:
    """A process that reads below `folders` (absolute paths), and `buckets` if a lake has its tables there.

    It runs one statement at a time. `is_alive` says whether it can run another one. Without `folders` the
    process waits for `allow` to tell them. Raises `OutsideError` where no process can be started.
    """

    def __init__(
        self,
        limits: Limits,
        folders: frozenset[str] | None = None,
        buckets: Buckets | None = None,
        *,
        arrow: bool = True,
    ) -> None:
        self.folders: frozenset[str] = frozenset()
        self._reach: frozenset[Folder] = frozenset()
        self._limits = limits
        self._arrow = arrow
        self._ended: Literal["", "stopped", "late", "left"] = ""
        self._ending = threading.Lock()
        self._scratch, self._process = started()
        self._is_ready = False
        if folders is not None:
            self.allow(folders, buckets)

    def allow(self, folders: frozenset[str], buckets: Buckets | None = None) -> None:
        """Tell the process what it may read, once: it gives up all else, and starts."""
        self.folders, self._reach = folders, as_they_are(folders)
        self._tell(
            {
                "memory": self._limits.memory,
                "threads": self._limits.threads,
                "folders": sorted(folders),
                "scratch": str(self._scratch.path),
                "s3": asdict(buckets.endpoint) if buckets else None,
                "environment": dict(buckets.environment) if buckets else {},
                "parent": os.getpid(),
                # Whether what Arrow needs should be loaded before the first statement.
                "arrow": self._arrow,
            }
        )

    @property
    def is_alive(self) -> bool:
        """Whether the process runs still, and goes on doing so."""
        return not self._ended and self._process.poll() is None

    def reads(self, folders: frozenset[str]) -> bool:
        """Whether it may read below all of these, as they are now: one that was replaced is another."""
        return folders <= self.folders and as_they_are(folders) <= self._reach

    def answer(self, sql: str, take: Callable[[pa.RecordBatchReader], T], threads: int | None = None) -> T:
        """Run one SELECT of the engine, and let `take` read its rows; the time that it takes is its own.

        It runs in so many `threads`, None for those of the limits.

        Raises `QueryError` for a statement that stops, takes too long or was cancelled, `OutsideError` where
        files of a table cannot be read or memory does not suffice, and what `take` raises: the process ends
        then, if there is more of the answer.
        """
        told = {"kind": "arrow", "sql": sql, "watched": False, "threads": threads or self._limits.threads}
        return self._asked(told, of_arrow(take))[0]

    def watched(self, sql: str, take: Callable[[pa.RecordBatchReader], T]) -> tuple[T, frozenset[RowGroupId]]:
        """What `answer` does, and the row groups that were read for it."""
        taken, done = self._asked({"kind": "arrow", "sql": sql, "watched": True}, of_arrow(take))
        return taken, row_groups(done)

    def plain(
        self, sql: str, types: Sequence[str], take: Callable[[list[list[Any]]], None]
    ) -> frozenset[RowGroupId]:
        """Run one SELECT of the engine, and let `take` read some of its rows after the other.

        They are as JSON has values of the columns' Trino `types` (`plain_of`): nothing of Arrow is loaded.
        """
        told = {"kind": "plain", "sql": sql, "types": list(types), "watched": True}

        def read(rows: Received, clock: Clock) -> None:
            while content := rows.piece():
                found = json_rows(content, len(types))
                clock.stop()
                take(found)
                clock.start()

        return row_groups(self._asked(told, read)[1])

    def metadata(self, sql: str) -> list[Row]:
        """The rows of a query of ours about what tables are made of: of texts and whole numbers."""
        found: list[Row] = []

        def read(rows: Received, _: Clock) -> None:
            while content := rows.piece():
                found.extend(tuple(row) for row in json.loads(content))

        self._asked({"kind": "metadata", "sql": sql}, read)
        return found

    def _asked(self, told: dict[str, Any], read: Callable[[Received, Clock], T]) -> tuple[T, dict[str, Any]]:
        # (The time of a statement is its own: not that of the process before it.)
        self._wait_until_ready()
        with self._in_time(self._limits.seconds) as clock:
            self._tell(told)
            rows = Received(self._process.stdout)
            try:
                taken = read(rows, clock)
            except BrokenRowsError as error:
                # (What is made of rows that end: why they do is known here.)
                rows.read_to_the_end()
                self._check(rows)
                raise error.__cause__ or error from None
            except BaseException:
                # What is left of the answer would be taken for that of the next statement.
                if not rows.at_end:
                    self._end("left")
                raise
            clock.start()
            rows.read_to_the_end()
            self._check(rows)
            return taken, rows.done

    def cancel(self) -> None:
        """End the statement, and the process with it, at once."""
        with self._ending:
            self._end("stopped")

    def close(self) -> None:
        """End the process and remove what it has left."""
        self._process.kill()
        self._process.communicate()
        self._scratch.remove()

    def _end(self, why: Literal["stopped", "late", "left"]) -> None:
        self._ended = self._ended or why
        self._process.kill()

    @contextmanager
    def _in_time(self, seconds: float) -> Iterator[Clock]:
        over = False

        def late() -> None:
            # (A timer that is stopped may be at it already: the next statement is none of its.)
            with self._ending:
                if not over:
                    self._end("late")

        clock = Clock(seconds, late)
        clock.start()
        try:
            yield clock
        finally:
            clock.stop()
            with self._ending:
                over = True

    def _tell(self, document: dict[str, Any]) -> None:
        assert self._process.stdin is not None  # noqa: S101
        try:
            self._process.stdin.write(json.dumps(document).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # (it is noticed when nothing is answered)

    def _wait_until_ready(self) -> None:
        if self._is_ready:
            return
        assert self._process.stdout is not None  # noqa: S101
        try:
            with self._in_time(_START):
                kind, said = read_frame(self._process.stdout)  # type: ignore[arg-type]
        except EOFError:
            if self._ended == "stopped":
                raise self._why_it_ended() from None
            self._end("left")
            raise not_started("") from None
        if kind != "ready":
            self._end("left")
            raise not_started(str(json.loads(said).get("what", "")) if kind == "failed" else "")
        self._is_ready = True

    def _check(self, rows: Received) -> None:
        if rows.failure is None:
            return
        if not rows.failure:
            raise self._why_it_ended()
        kind, what, remedy = (rows.failure[name] for name in ("kind", "what", "remedy"))
        if kind == "MemoryError":
            raise self._too_much()
        error = {
            one.__name__: one for one in (OutsideError, FileGoneError, MemoryLimitError, QueryError)
        }.get(kind)
        if kind == UnansweredError.__name__:
            raise UnansweredError(what)
        if error is not None:
            raise error(what, remedy=remedy)
        raise QueryError(f"the query stopped: {in_trinos_words(what)}")

    def _why_it_ended(self) -> QueryError | OutsideError:
        # (It says nothing more, and may go on all the same.)
        self._process.kill()
        self._process.wait()
        if self._ended == "stopped":
            return QueryError("the query was cancelled")
        if self._ended == "late":
            return took_too_long(self._limits.seconds)
        # Of what else should it die? An allocation that fails in the middle of a library ends it, too.
        return self._too_much()

    def _too_much(self) -> OutsideError:
        return MemoryLimitError(_MEMORY.format(memory=self._limits.memory // 1_000_000), remedy=_LESS)


def took_too_long(seconds: float) -> TimeLimitError:
    """What ends a query that is not answered in time."""
    return TimeLimitError(
        f"the query took longer than the {seconds:g} seconds that a query may take",
        remedy="Let it read less, or allow it more time",
    )
