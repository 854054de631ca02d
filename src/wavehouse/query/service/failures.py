"""Why a query failed, in Athena's categories: https://docs.aws.amazon.com/athena/latest/ug/error-reference.html."""

from __future__ import annotations

import re
from pathlib import Path

from wavehouse.core.errors import (
    MemoryLimitError,
    OutsideError,
    QueryError,
    ScanLimitError,
    TimeLimitError,
    WavehouseError,
)
from wavehouse.query.service.execution import SYSTEM, USER, Failure

_EXHAUSTED, _INTERNAL, _ENGINE, _TIMED_OUT = 0, 100, 200, 206
_USER_ERROR, _DATA_ERROR = 1000, 1001
# A path of this machine; not one within a word, a URL or a formula.
_PATH = re.compile(r"(?<![\w:/.)])(?:file://)?/(?:[^\s/'\"`,;:()]+/)+[^\s/'\"`,;:()]*")


def failure_of(error: BaseException, lake: Path, *, ran: bool) -> Failure:
    """What is told of an error: nothing of where files lie outside of the lake.

    `ran` says that the engine was at it already: what stops it then are values.
    """
    if isinstance(error, QueryError):
        if not ran:
            return Failure(USER, _USER_ERROR, str(error))
        if isinstance(error, TimeLimitError):
            return Failure(SYSTEM, _TIMED_OUT, str(error))
        return Failure(USER, _DATA_ERROR, without_paths(str(error), lake))
    if isinstance(error, OutsideError):
        exhausted = isinstance(error, MemoryLimitError)
        type_ = _EXHAUSTED if exhausted else _ENGINE
        return Failure(SYSTEM, type_, without_paths(str(error), lake), retryable=not exhausted)
    if isinstance(error, WavehouseError):
        limit = "Bytes scanned limit was exceeded: " if isinstance(error, ScanLimitError) else ""
        return Failure(USER, _USER_ERROR, without_paths(f"{limit}{error}", lake))
    # (What it says was not made for those who ask.)
    return Failure(SYSTEM, _INTERNAL, f"something went wrong inside ({type(error).__name__})", retryable=True)


def without_paths(text: str, lake: Path) -> str:
    """`text` with the lake's folder as `lake`, and no other path of this machine."""
    return _PATH.sub("…", text.replace(f"{lake}/", "lake/"))
