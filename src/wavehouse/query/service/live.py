"""A query on its way, and what was asked for it."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from wavehouse.query.sandbox.pool import Statement
from wavehouse.query.service.execution import WORKGROUP, Execution, State


@dataclass(frozen=True)
class Asked:
    """What somebody asks: `reuse` is the age in minutes that another answer may have (None: none may).

    Of two with the same `token` the second is the first again.
    """

    sql: str
    database: str = ""
    parameters: tuple[str, ...] = ()
    workgroup: str = WORKGROUP
    reuse: int | None = None
    token: str = ""


@dataclass
class Live:
    """A query on its way. It ends when the engine has and its bytes are counted, or soon after the former."""

    execution: Execution
    text: str
    reuse: int | None
    began: float
    left: int = 2
    statement: Statement | None = None
    cancelled: bool = False
    # Somebody is at it.
    begun: bool = False
    # It has begun to write, and ends by itself: all of it is done, or nothing.
    writing: bool = False
    error: BaseException | None = None
    # Whether it has its last state: once only.
    over: bool = False
    ended: Future[None] = field(default_factory=Future)


def state_of(live: Live) -> State:
    """Whether it waits or runs."""
    running = live.writing or (live.statement is not None and live.statement.state != "queued")
    return "RUNNING" if running else "QUEUED"


def so_far(live: Live) -> dict[str, Any]:
    """What of its record grows while it runs."""
    return {"total_ms": milliseconds_since(live.began)}


def milliseconds_since(since: float) -> int:
    """Since that moment of `time.perf_counter`."""
    return round((time.perf_counter() - since) * 1000)
