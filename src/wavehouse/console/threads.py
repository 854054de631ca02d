"""The threads that pages ask in: those for what is told at once never wait for what takes long.

(Dashboards have threads of their own.)
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from wavehouse.core.errors import QueryError
from wavehouse.engines.readers import Stop, StoppedError

T = TypeVar("T")

_QUICK, _LONG, _FILES = 8, 3, 2
# Seconds between two looks at whether what takes long is still wanted. (Each stops it again: between two
# statements an engine has nothing to stop.)
_EVERY = 0.2


class Threads:
    """So many for what is quick, and for what takes long."""

    def __init__(self, quick: int = _QUICK, long: int = _LONG) -> None:
        self._quick = ThreadPoolExecutor(quick, "page")
        self._long = ThreadPoolExecutor(long, "page-long")
        self._files = ThreadPoolExecutor(_FILES, "page-files")
        self._running: set[Stop] = set()
        self._closed = False

    async def quickly(self, work: Callable[[], T]) -> T:
        """Have something done that is looked up; raises `CancelledError` once the server is being ended."""
        self._check_open()
        return await asyncio.get_running_loop().run_in_executor(self._quick, work)

    async def written(self, work: Callable[[], T]) -> T:
        """Have a file written, of whatever size: others are not kept waiting by it."""
        self._check_open()
        return await asyncio.get_running_loop().run_in_executor(self._files, work)

    async def at_length(
        self, work: Callable[[Stop], T], wanted: Callable[[], bool], seconds: float | None = None
    ) -> T:
        """Have something done that computes; `work` says by its `Stop` how it is stopped.

        It is, or does not even begin, once it is not `wanted` any more: then this raises `StoppedError`. What
        takes more than so many seconds ends as `QueryError`.
        """
        self._check_open()
        stop, began = Stop(), list[float]()

        def begun() -> T:
            began.append(time.monotonic())
            try:
                return work(stop)
            except BaseException as error:
                # (Whatever it is that an engine makes of being stopped.)
                if stop.why is not None:
                    raise StoppedError from error
                raise

        future = self._long.submit(begun)
        waiting = asyncio.wrap_future(future)
        self._running.add(stop)
        try:
            while not (await asyncio.wait([waiting], timeout=_EVERY))[0]:
                if not wanted():
                    future.cancel()
                    stop.stop()
                elif seconds is not None and began and time.monotonic() - began[0] > seconds:
                    stop.stop("late")
            return waiting.result()
        except (StoppedError, asyncio.CancelledError) as error:
            if stop.why == "late":
                raise QueryError(
                    f"this was stopped after {seconds:g} seconds", remedy="Ask for less"
                ) from error
            raise StoppedError from error
        finally:
            stop.stop()
            self._running.discard(stop)

    def close(self) -> None:
        """Stop what takes long, and begin nothing more."""
        self._closed = True
        for stop in list(self._running):
            stop.stop()
        for pool in (self._quick, self._long, self._files):
            pool.shutdown(wait=False, cancel_futures=True)

    def _check_open(self) -> None:
        if self._closed:
            raise asyncio.CancelledError


# Those of the server.
THREADS = Threads()
