"""Footers of Parquet files, read by a process that may die of one."""

from __future__ import annotations

import atexit
import contextlib
import json
import signal
import struct
import subprocess
import sys
from functools import lru_cache
from typing import Any, BinaryIO

from wavehouse.catalog.footer import MAGIC, TAIL, Footer
from wavehouse.core.columns import Column
from wavehouse.core.errors import RejectedError

# Of a file that has no footer, so much is shown to the reader, which says what is wrong.
_SOME = 65_536
_LONGEST = 256_000_000
_CHILD = "wavehouse.catalog.footer_child"
# What goes before each: the size of the file, and how many bytes of its end follow.
HEAD = struct.Struct("<QQ")


class Footers:
    """Reads footers; the process for it is started for the first, and again when it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, file: BinaryIO, size: int) -> Footer:
        """The footer of a file of `size` bytes; raises `RejectedError` for one that is damaged or lies."""
        content = _end_of(file, size)
        process = self._process or self._start()
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(HEAD.pack(size, len(content)) + content)
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line:
            code = self.close()
            how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            raise RejectedError(f"its footer ends the process that reads it ({how})")
        return _footer(json.loads(line))

    def close(self) -> int:
        """End the process, if there is one; returns its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        # (What it was not given any more is of no interest to it.)
        with contextlib.suppress(BrokenPipeError):
            process.communicate()
        return process.returncode

    def _start(self) -> subprocess.Popen[bytes]:
        # -P: nothing in the current directory is taken for a module.
        self._process = subprocess.Popen(  # noqa: S603  # (our own module)
            [sys.executable, "-P", "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C is ours; it ends when we do, since nobody asks any more.
            start_new_session=True,
        )
        return self._process


@lru_cache
def footers() -> Footers:
    """Those of this process: to start the other one takes as long as a thousand footers."""
    made = Footers()
    atexit.register(made.close)
    return made


def _end_of(file: BinaryIO, size: int) -> bytes:
    """The footer as a file of its own: the magic, the footer, its length, and the magic."""
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    length = int.from_bytes(tail[:4], "little") + TAIL
    if len(tail) < TAIL or tail[4:] != MAGIC or length > min(size - len(MAGIC), _LONGEST):
        file.seek(max(0, size - _SOME))
        return file.read(_SOME)
    file.seek(size - length)
    return MAGIC + file.read(length)


def _footer(told: dict[str, Any]) -> Footer:
    if "what" in told:
        raise RejectedError(told["what"], remedy=told.get("remedy", ""))
    return Footer(
        tuple(Column(name, type_) for name, type_ in told["columns"]),
        told["rows"],
        tuple(told["obstacles"]),
        tuple(told["notes"]),
    )
