"""Why a query failed, in Athena's categories: https://docs.aws.amazon.com/athena/latest/ug/error-reference.html."""

from __future__ import annotations

import os
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
# A path of this machine: all that stands in quotes, and without them up to a blank; not one within a word, a
# URL or a formula.
_QUOTED_PATH = re.compile(
    r"""(?P<quote>["'`])(?:file://)?/(?:(?!(?P=quote)).)*/(?:(?!(?P=quote)).)*(?P=quote)"""
)
_PART = r"[^\s/'\"`,;:()]"
_PATH = re.compile(rf"(?<![\w:/.)])(?:file://)?/(?:{_PART}+/)+(?:{_PART}*(?!\.){_PART})?")


def failure_of(error: BaseException, lake: Path, *, ran: bool, sql: str = "") -> Failure:
    """What is told of an error: nothing of where files lie outside of the lake.

    `ran` says that the engine was at it already: what stops it then are values. A path that stands in `sql`
    is known to who asks.
    """
    if not isinstance(error, WavehouseError):
        # (What it says was not made for those who ask.)
        said = f"something went wrong inside ({type(error).__name__})"
        return Failure(SYSTEM, _INTERNAL, said, retryable=True)
    said = _without_place(error, lake, sql)
    if isinstance(error, TimeLimitError):
        return Failure(SYSTEM, _TIMED_OUT, said)
    if isinstance(error, OutsideError):
        exhausted = isinstance(error, MemoryLimitError)
        return Failure(SYSTEM, _EXHAUSTED if exhausted else _ENGINE, said, retryable=not exhausted)
    limit = "Bytes scanned limit was exceeded: " if isinstance(error, ScanLimitError) else ""
    of_data = ran and isinstance(error, QueryError)
    return Failure(USER, _DATA_ERROR if of_data else _USER_ERROR, f"{limit}{said}")


def without_paths(text: str, lake: Path, sql: str = "") -> str:
    """`text` with the lake's folder as `lake`, and no other path of this machine but those in `sql`."""
    for spelled in {str(lake), os.path.realpath(lake)}:
        text = text.replace(f"{spelled}/", "lake/")
    text = _QUOTED_PATH.sub(lambda found: found[0] if found[0][1:-1] in sql else "…".join(found[1] * 2), text)
    return _PATH.sub(lambda found: found[0] if found[0] in sql else "…", text)


def _without_place(error: WavehouseError, lake: Path, sql: str) -> str:
    """What an error says; its place, where that is a path, ends at no blank."""
    text = str(error)
    if error.where.startswith(("/", "file://")):
        place = without_paths(f'"{error.where}"', lake, sql)[1:-1]
        text = text.replace(error.where, place, 1)
    return without_paths(text, lake, sql)
