"""What must be able to answer the questions of many at once, and how one question is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

from wavehouse.core.columns import Column
from wavehouse.core.table_head import ExternalScan
from wavehouse.engines.engine import Row


class StoppedError(Exception):
    """Nobody wants the answer any more."""


class Stop:
    """The way to stop one question, from any thread, before or while it is answered."""

    def __init__(self) -> None:
        self.why: Literal["late", "unwanted"] | None = None
        self._lock = threading.Lock()
        self._interrupt: Callable[[], object] | None = None

    def stop(self, why: Literal["late", "unwanted"] = "unwanted") -> None:
        """Stop it, if it is not answered yet."""
        with self._lock:
            self.why = self.why or why
            if self._interrupt is not None:
                self._interrupt()

    def begin(self, interrupt: Callable[[], object]) -> None:
        """It is being answered now, and this interrupts it; raises `StoppedError` where it was stopped."""
        with self._lock:
            if self.why is not None:
                raise StoppedError
            self._interrupt = interrupt

    def end(self) -> None:
        """It is answered: whatever comes is too late."""
        with self._lock:
            self._interrupt = None

    @contextmanager
    def over(self, interrupt: Callable[[], object]) -> Iterator[None]:
        """As long as this lasts it is being answered, and that interrupts it."""
        self.begin(interrupt)
        try:
            yield
        finally:
            self.end()


class Readers(Protocol):
    """Reads tables for several threads at once."""

    @property
    def dialect(self) -> str:
        """Its dialect of SQL."""

    def iceberg(self, metadata: str, snapshot: int | None = None, *, path: str = "") -> str:
        """A relation over a snapshot (else the current one) of the table with this metadata file.

        `path` names a column more, as `Engine.iceberg` says.
        """

    def external(self, scan: ExternalScan, *, path: str = "") -> str:
        """A relation over files of an external table; `path` as in `Engine.external`."""

    def json_lines(self, path: Path, columns: Sequence[Column]) -> str:
        """A relation over a file of JSON objects, one a line, with these columns."""

    def rows(self, sql: str, stop: Stop | None = None, seconds: float | None = None) -> list[Row]:
        """All rows of one query.

        Raises `StoppedError` where `stop` was used, `QueryError` after so many seconds, `OutsideError` for
        what disk, memory or network refuse, and exceptions of its own for what is wrong with values.
        """

    def attach(self, file: Path, name: str) -> None:
        """Make the tables of a file that it has written itself readable, as `name`."""

    def copied(self, name: str, columns: Sequence[Column] | None) -> str:
        """A relation over the rows of such a file that is a copy of a table.

        With the columns of the table in their types, else texts that recur may be numbers with names, which
        are compared, sorted and grouped as the texts are.
        """

    def copied_metadata(self, name: str) -> str:
        """A query for the metadata file of the table that such a file is a copy of."""

    def detach(self, name: str) -> None:
        """Let go of such a file."""

    def close(self) -> None:
        """Give back memory, threads and files."""
