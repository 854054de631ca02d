"""The process that runs statements of others. It is told on stdin, one JSON line each, and answers in frames.

The first line says what it may use (`Setting` of `worker`), each other one has a statement.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from wavehouse.core.errors import WavehouseError
from wavehouse.query.sandbox.confinement import give_up
from wavehouse.query.sandbox.frames import write_frame
from wavehouse.query.sandbox.watching import watching
from wavehouse.query.value_texts import plain_of
from wavehouse.store.object_store import S3Endpoint

_ROWS = 10_000  # of a batch
# Rows as JSON go out together up to so many bytes.
_JSON_AT_ONCE = 50_000_000
_JSON_ROWS = 1_000
# Types whose values JSON has as Python does.
_SAME = ("varchar", "boolean", "tinyint", "smallint", "integer", "bigint")


def main() -> None:
    """Answer until nobody asks any more."""
    told, answers = sys.stdin.buffer, sys.stdout.buffer
    setting = json.loads(told.readline())
    try:
        engine = _started(setting)
    except Exception as error:
        said = error.what if isinstance(error, WavehouseError) else str(error).partition("\n")[0]
        _failed(answers, "", said or type(error).__name__)
        return
    write_frame(answers, "ready")
    for line in told:
        _answer(engine, json.loads(line), answers)
    _leave_nothing(setting["scratch"])


def _started(setting: dict[str, Any]) -> Any:
    """The engine, in a process that has given up all else."""
    scratch = setting["scratch"]
    os.environ.update(setting["environment"])
    give_up(setting["memory"], setting["folders"], Path(scratch), network=bool(setting["s3"]))
    # (What is started before that is not confined: the engine starts a thread when it is imported.)
    threading.Thread(target=_end_with, args=(setting["parent"], scratch), daemon=True).start()
    from wavehouse.engines.duckdb_confined import ConfinedDuckDB

    engine = ConfinedDuckDB(
        memory=setting["memory"],
        scratch=Path(scratch),
        folders=setting["folders"],
        threads=setting["threads"],
        s3=S3Endpoint(**setting["s3"]) if setting["s3"] else None,
    )
    if setting["arrow"]:
        _warm_up(engine)
    return engine


def _answer(engine: Any, asked: dict[str, Any], answers: BinaryIO) -> None:
    try:
        done: dict[str, Any] = {}
        if asked["kind"] == "metadata":
            _as_json(engine.rows(asked["sql"]), answers)
        else:
            send = _arrow if asked["kind"] == "arrow" else _plain
            engine.use_threads(asked.get("threads"))

            def sent() -> None:
                send(engine, asked, answers)

            if asked["watched"]:
                done["row_groups"] = sorted(watching(sent, engine)[1])
            else:
                sent()
        write_frame(answers, "done", _json(done))
    except WavehouseError as error:
        _failed(answers, type(error).__name__, error.what, error.remedy)
    except MemoryError:
        _failed(answers, "MemoryError", "")
    except Exception as error:
        # The engine's own exceptions are of classes that only `engines` knows.
        _failed(answers, "", str(error).partition("\n")[0])


def _arrow(engine: Any, asked: dict[str, Any], answers: BinaryIO) -> None:
    import pyarrow as pa

    reader = engine.batches(asked["sql"], _ROWS)
    with pa.ipc.new_stream(_Rows(answers), reader.schema) as stream:
        for batch in reader:
            stream.write_batch(batch)


def _plain(engine: Any, asked: dict[str, Any], answers: BinaryIO) -> None:
    """The rows as JSON has them, by the types of their columns."""
    others = [(at, plain_of(type_)) for at, type_ in enumerate(asked["types"]) if type_ not in _SAME]
    for rows in engine.row_batches(asked["sql"], _JSON_ROWS):
        told = rows
        if others:
            told = [list(row) for row in rows]
            for row in told:
                for at, plain in others:
                    row[at] = plain(row[at])
        _as_json(told, answers)


def _as_json(rows: Sequence[Sequence[Any]], answers: BinaryIO) -> None:
    content = json.dumps(rows, separators=(",", ":")).encode()
    if len(content) > _JSON_AT_ONCE and len(rows) > 1:
        half = len(rows) // 2
        _as_json(rows[:half], answers)
        _as_json(rows[half:], answers)
    elif rows:
        write_frame(answers, "rows", content)


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


def _failed(answers: BinaryIO, kind: str, what: str, remedy: str = "") -> None:
    write_frame(answers, "failed", _json({"kind": kind, "what": what, "remedy": remedy}))


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


def _end_with(parent: int, scratch: str) -> None:
    """A process whose parent has died is asked by nobody, and may be in the middle of a long statement."""
    while os.getppid() == parent:
        time.sleep(1)
    _leave_nothing(scratch)
    os._exit(1)


def _leave_nothing(scratch: str) -> None:
    # (The folder itself lies where nothing may be removed from here.)
    shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
