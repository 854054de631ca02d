"""A process that has imported everything and forks a child per order: one costs a fifth of a cold start.

It forks while it has one thread, so that no lock can be held by a thread that the child does not have.
DuckDB's own default database (whose thread comes with the import) is closed, and the allocator that comes
with pyarrow is told to do without a thread. `main` refuses to fork where that does not hold.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pkgutil
import select
import signal
import sys
import tempfile
import traceback
from typing import IO

import duckdb
from tests.crash.child import obey
from tests.crash.processes import Order
from tests.object_store.impatience import impatient

import wavehouse

_PATIENCE = 120  # seconds after which a child hangs
_CRASHED = 70  # the exit code of an exception that got past everybody


def threads() -> int:
    """How many threads this process has, those among them that Python does not know."""
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208


def _child(order: Order, said: IO[bytes], complained: IO[bytes]) -> None:
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(said.fileno(), 1)
    os.dup2(complained.fileno(), 2)
    try:
        code = obey(order)
    except BaseException:
        traceback.print_exc()
        code = _CRASHED
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    # Not through the interpreter's end: what a child inherited is not its own to close.
    os._exit(code)


def _run(order: Order) -> dict[str, object]:
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        # Nobody writes to the pipe: it ends when the child does, however that is.
        ended, held = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ended)
            _child(order, said, complained)
        os.close(held)
        hangs = not select.select([ended], [], [], _PATIENCE)[0]
        if hangs:
            os.killpg(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(ended)
        said.seek(0)
        complained.seek(0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "hangs": hangs,
            "stdout": said.read().decode("utf-8", "backslashreplace"),
            "stderr": complained.read().decode("utf-8", "backslashreplace"),
        }


def main() -> None:
    """Read orders from stdin, one JSON object a line; answer each with one on stdout."""
    for module in pkgutil.walk_packages(wavehouse.__path__, "wavehouse."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    duckdb.close()
    with impatient() if "--impatient" in sys.argv else contextlib.nullcontext():
        for line in sys.stdin:
            if threads() != 1:
                sys.exit(f"{threads()} threads: not safe to fork")
            answer = _run(Order(**json.loads(line)))
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
