"""The process that runs statements of others. It is told on stdin, one JSON line each, and answers in frames.

The first line says what it may use (`Setting` of `worker`), each other one has a statement.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from wavehouse.core.errors import WavehouseError
from wavehouse.query.sandbox.confinement import give_up
from wavehouse.query.sandbox.frames import write_frame

_ROWS = 10_000  # of a batch


def main() -> None:
    """Answer until nobody asks any more."""
    told, answers = sys.stdin.buffer, sys.stdout.buffer
    setting = json.loads(told.readline())
    give_up(setting["memory"], setting["folders"], Path(setting["scratch"]), network=bool(setting["s3"]))
    # (What is started before that is not confined.)
    threading.Thread(target=_end_with, args=(setting["parent"],), daemon=True).start()
    from wavehouse.engines.duckdb_confined import ConfinedDuckDB
    from wavehouse.store.object_store import S3Endpoint

    engine = ConfinedDuckDB(
        memory=setting["memory"],
        scratch=Path(setting["scratch"]),
        folders=setting["folders"],
        threads=setting["threads"],
        s3=S3Endpoint(**setting["s3"]) if setting["s3"] else None,
    )
    _warm_up(engine)
    write_frame(answers, "ready")
    for line in told:
        _answer(engine, json.loads(line)["sql"], answers)


def _answer(engine: Any, sql: str, answers: BinaryIO) -> None:
    import pyarrow as pa

    started, rows = time.perf_counter(), 0
    try:
        reader = engine.batches(sql, _ROWS)
        with pa.ipc.new_stream(_Rows(answers), reader.schema) as stream:
            for batch in reader:
                rows += batch.num_rows
                stream.write_batch(batch)
        done = {"rows": rows, "seconds": time.perf_counter() - started}
        write_frame(answers, "done", json.dumps(done).encode())
    except WavehouseError as error:
        _failed(answers, type(error).__name__, error.what, error.remedy)
    except MemoryError:
        _failed(answers, "MemoryError", "")
    except Exception as error:
        # The engine's own exceptions are of classes that only `engines` knows.
        _failed(answers, "", str(error).partition("\n")[0])


def _failed(answers: BinaryIO, kind: str, what: str, remedy: str = "") -> None:
    write_frame(answers, "failed", json.dumps({"kind": kind, "what": what, "remedy": remedy}).encode())


class _Rows:
    """A file to Arrow: what it writes goes out in frames."""

    closed = False

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers

    def write(self, content: Any) -> int:
        data = bytes(content)
        if data:
            write_frame(self._answers, "rows", data)
        return len(data)

    def flush(self) -> None:
        """Each frame is."""

    def close(self) -> None:
        self.closed = True


def _warm_up(engine: Any) -> None:
    """Have done what the first statement would wait for."""
    import pyarrow as pa

    with pa.ipc.new_stream(pa.BufferOutputStream(), pa.schema([])):
        engine.batches("SELECT 1 AS one", 1).read_all()


def _end_with(parent: int) -> None:
    """A process whose parent has died is asked by nobody, and may be in the middle of a long statement."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    main()
