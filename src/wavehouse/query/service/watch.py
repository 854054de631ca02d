"""The clock over what the engine of this process does for a query: planning it, and counting its bytes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wavehouse.core.errors import QueryError
from wavehouse.query.sandbox.worker import took_too_long
from wavehouse.query.service.live import Live

_EVERY = 0.25  # seconds


class Watch:
    """Stops what takes longer than `seconds`, or is done for a query that was cancelled."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._watched: dict[int, tuple[Live, Callable[[], None], float]] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, live: Live, stop: Callable[[], None]) -> Iterator[None]:
        """Have `stop` called in time, from another thread, as long as this lasts.

        What ends by that ends as `QueryError`: cancelled, or too long.
        """
        until, me = time.monotonic() + self._seconds, threading.get_ident()
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="query-watch", daemon=True)
                self._thread.start()
            self._watched[me] = (live, stop, until)
        try:
            yield
        except BaseException as error:
            # (Whatever it is that the engine makes of being stopped.)
            if why := self._why(live, until):
                raise why from error
            raise
        else:
            if why := self._why(live, until):
                raise why
        finally:
            with self._lock:
                self._watched.pop(me, None)

    def close(self) -> None:
        """Watch no more."""
        self._closed.set()

    def _why(self, live: Live, until: float) -> QueryError | None:
        if live.cancelled:
            return QueryError("the query was cancelled")
        return took_too_long(self._seconds) if time.monotonic() > until else None

    def _look(self) -> None:
        # Again and again: between two statements an engine has nothing to stop.
        while not self._closed.wait(_EVERY):
            with self._lock:
                for live, stop, until in self._watched.values():
                    if live.cancelled or time.monotonic() > until:
                        stop()
