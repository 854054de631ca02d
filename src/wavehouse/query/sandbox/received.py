"""What comes back from a process that runs statements: rows of Arrow or of JSON, and how it ended."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from wavehouse.core.errors import OutsideError
from wavehouse.query.sandbox.clock import Clock
from wavehouse.query.sandbox.frames import read_frame

if TYPE_CHECKING:
    from wavehouse.query.sandbox.watching import RowGroupId

T = TypeVar("T")


class BrokenRowsError(Exception):
    """The rows of a process cannot be read."""


def of_arrow(take: Callable[[Any], T]) -> Callable[[Received, Clock], T]:
    def read(rows: Received, clock: Clock) -> T:
        import pyarrow as pa

        with _readable():
            stream = pa.ipc.open_stream(pa.PythonFile(rows, mode="r"))
        with stream as reader:
            return take(_validated(reader, clock))

    return read


def row_groups(done: Mapping[str, Any]) -> frozenset[RowGroupId]:
    return frozenset((str(file), int(number)) for file, number in done["row_groups"])


def json_rows(content: bytes, columns: int) -> list[list[Any]]:
    """Rows as JSON; the process may not be ours any more."""
    found: list[list[Any]] = json.loads(content)
    if not all(isinstance(row, list) and len(row) == columns for row in found):
        raise OutsideError("the process that runs queries answers something else")
    return found


class Received(io.RawIOBase):
    """The bytes of an Arrow stream from frames; `failure` is {} where the process ended without a word.

    `at_end` says that nothing of this answer is left to be read.
    """

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._rest = b""
        self.at_end = False
        self.failure: dict[str, str] | None = None
        self.done: dict[str, Any] = {}

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer at the end."""
        pieces, length = [self._rest], len(self._rest)
        while not self.at_end and (size < 0 or length < size):
            pieces.append(self._next())
            length += len(pieces[-1])
        content = b"".join(pieces)
        size = length if size < 0 else size
        content, self._rest = content[:size], content[size:]
        return content

    def piece(self) -> bytes:
        """What one frame has; nothing at the end."""
        return b"" if self.at_end else self._next()

    def read_to_the_end(self) -> None:
        """What is left, so that the next answer begins where it does."""
        while not self.at_end:
            self._next()
        self._rest = b""

    def _next(self) -> bytes:
        try:
            kind, content = read_frame(self._pipe)
        except EOFError:
            self.at_end, self.failure = True, {}
            return b""
        if kind == "rows":
            return content
        self.at_end = True
        if kind == "failed":
            self.failure = json.loads(content)
        elif kind == "done":
            self.done = json.loads(content)
        return b""


def _validated(reader: Any, clock: Clock) -> Any:
    """The same rows, each batch looked at before anybody reads it: the process may not be ours any more.

    While somebody reads a batch the clock stands still.
    """
    import pyarrow as pa

    def batches() -> Iterator[Any]:
        while (batch := _next_batch(reader)) is not None:
            clock.stop()
            yield batch
            clock.start()

    return pa.RecordBatchReader.from_batches(reader.schema, batches())


def _next_batch(reader: Any) -> Any:
    with _readable():
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return None
        batch.validate(full=True)
        return batch


@contextmanager
def _readable() -> Iterator[None]:
    """What is wrong with the rows themselves is a `BrokenRowsError`: not what becomes of them elsewhere."""
    import pyarrow as pa

    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise BrokenRowsError from error
