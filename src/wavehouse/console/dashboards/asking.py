"""What dashboards ask besides their visuals, in the threads that answer these: nothing else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from wavehouse.dashboards.board import Board

T = TypeVar("T")


async def asked(board: Board, work: Callable[[], T]) -> T:
    """What `work` finds. It may ask one query after the other, but wait for nothing in these threads."""
    return await asyncio.wrap_future(board.queries.threads.submit(work))
