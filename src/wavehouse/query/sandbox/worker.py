"""One process that runs statements of others, and how it ends."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from wavehouse.core.errors import FileGoneError, OutsideError, QueryError, UnansweredError
from wavehouse.query.sandbox.frames import read_frame
from wavehouse.query.stops import in_trinos_words
from wavehouse.store.object_store import S3Endpoint

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")

_CHILD = "wavehouse.query.sandbox.child"
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

    It runs one statement at a time. `is_alive` says whether it can run another one.
    """

    def __init__(self, limits: Limits, folders: frozenset[str], buckets: Buckets | None = None) -> None:
        self.folders = folders
        self._limits = limits
        self._ended: Literal["", "stopped", "late"] = ""
        self._scratch = Path(tempfile.mkdtemp(prefix="wavehouse-query-"))
        self._process = subprocess.Popen(  # noqa: S603  # (our own module)
            # -P: nothing in the current directory is taken for a module.
            [sys.executable, "-P", "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1", **(buckets.environment if buckets else {})},
            cwd=self._scratch,
            # Ctrl-C is ours.
            start_new_session=True,
        )
        self._tell(
            {
                "memory": limits.memory,
                "threads": limits.threads,
                "folders": sorted(folders),
                "scratch": str(self._scratch),
                "s3": asdict(buckets.endpoint) if buckets else None,
                "parent": os.getpid(),
            }
        )
        self._is_ready = False

    @property
    def is_alive(self) -> bool:
        """Whether the process runs still."""
        return self._process.poll() is None

    def answer(self, sql: str, take: Callable[[pa.RecordBatchReader], T]) -> T:
        """Run one SELECT of the engine, and let `take` read its rows.

        Raises `QueryError` for a statement that stops, takes too long or was cancelled, `OutsideError` where
        files of a table cannot be read or memory does not suffice.
        """
        import pyarrow as pa

        # (The time of a statement is its own: not that of the process before it.)
        self._wait_until_ready()
        with self._in_time(self._limits.seconds):
            self._tell({"sql": sql})
            rows = _Rows(self._process.stdout)
            try:
                with pa.ipc.open_stream(pa.PythonFile(rows, mode="r")) as reader:
                    taken = take(_validated(reader))
            except (OSError, pa.ArrowException):
                # (What Arrow makes of rows that end: why they do is known here.)
                rows.read_to_the_end()
                self._check(rows)
                raise
            rows.read_to_the_end()
            self._check(rows)
            return taken

    def cancel(self) -> None:
        """End the statement, and the process with it, at once."""
        self._ended = self._ended or "stopped"
        self._process.kill()

    def close(self) -> None:
        """End the process and remove what it has left."""
        self._process.kill()
        self._process.communicate()
        shutil.rmtree(self._scratch, ignore_errors=True)

    @contextmanager
    def _in_time(self, seconds: float) -> Iterator[None]:
        def late() -> None:
            self._ended = self._ended or "late"
            self._process.kill()

        timer = threading.Timer(seconds, late)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

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
                read_frame(self._process.stdout)  # type: ignore[arg-type]
        except EOFError:
            if self._ended == "stopped":
                raise self._why_it_ended() from None
            raise OutsideError(
                "the process that runs queries did not start",
                remedy="Free memory, or allow a query more of it",
            ) from None
        self._is_ready = True

    def _check(self, rows: _Rows) -> None:
        if rows.failure is None:
            return
        if not rows.failure:
            raise self._why_it_ended()
        kind, what, remedy = (rows.failure[name] for name in ("kind", "what", "remedy"))
        if kind == "MemoryError":
            raise self._too_much()
        error = {one.__name__: one for one in (OutsideError, FileGoneError, QueryError)}.get(kind)
        if kind == UnansweredError.__name__:
            raise UnansweredError(what)
        if error is not None:
            raise error(what, remedy=remedy)
        raise QueryError(f"the query stopped: {in_trinos_words(what)}")

    def _why_it_ended(self) -> QueryError | OutsideError:
        self._process.wait()
        if self._ended == "stopped":
            return QueryError("the query was cancelled")
        if self._ended == "late":
            return QueryError(
                f"the query took longer than the {self._limits.seconds:g} seconds that a query may take",
                remedy="Let it read less, or allow it more time",
            )
        # Of what else should it die? An allocation that fails in the middle of a library ends it, too.
        return self._too_much()

    def _too_much(self) -> OutsideError:
        return OutsideError(_MEMORY.format(memory=self._limits.memory // 1_000_000), remedy=_LESS)


class _Rows(io.RawIOBase):
    """The bytes of an Arrow stream from frames; `failure` is {} where the process ended without a word."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._rest = b""
        self._at_end = False
        self.failure: dict[str, str] | None = None

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer at the end."""
        pieces, length = [self._rest], len(self._rest)
        while not self._at_end and (size < 0 or length < size):
            pieces.append(self._next())
            length += len(pieces[-1])
        content = b"".join(pieces)
        size = length if size < 0 else size
        content, self._rest = content[:size], content[size:]
        return content

    def read_to_the_end(self) -> None:
        """What is left, so that the next answer begins where it does."""
        while not self._at_end:
            self._next()
        self._rest = b""

    def _next(self) -> bytes:
        try:
            kind, content = read_frame(self._pipe)
        except EOFError:
            self._at_end, self.failure = True, {}
            return b""
        if kind == "rows":
            return content
        self._at_end = True
        if kind == "failed":
            self.failure = json.loads(content)
        return b""


def _validated(reader: Any) -> Any:
    """The same rows, each batch looked at before anybody reads it: the process may not be ours any more."""
    import pyarrow as pa

    def batches() -> Iterator[Any]:
        for batch in reader:
            batch.validate(full=True)
            yield batch

    return pa.RecordBatchReader.from_batches(reader.schema, batches())
