"""A folder that is listed aside, so that one which answers slowly holds up nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from wavehouse.pipeline.schedules.arrivals import Inbox, Stamp

# Seconds that a listing is waited for: most are there at once.
_PATIENCE = 0.1


class InBackground:
    """An `Inbox` whose listings are made by threads that `spawn` starts, one at a time."""

    def __init__(
        self, inbox: Inbox, spawn: Callable[[Callable[[], object]], threading.Thread | None]
    ) -> None:
        self._inbox, self._spawn = inbox, spawn
        self._thread: threading.Thread | None = None
        self._listed: Mapping[str, Stamp] | None = None
        self._error: Exception | None = None

    def listing(self, now: datetime, *, again: bool) -> Mapping[str, Stamp] | None:
        """The listing that was begun last, once it is there; raises what it has met."""
        if self._thread is None:
            self._thread = self._spawn(lambda: self._list(now, again=again))
        if self._thread is not None:
            self._thread.join(_PATIENCE)
            if self._thread.is_alive():
                return None
        self._thread = None
        error, self._error = self._error, None
        listed, self._listed = self._listed, None
        if error is not None:
            raise error
        return listed

    def close(self) -> None:
        """Look no more."""
        self._inbox.close()

    def _list(self, now: datetime, *, again: bool) -> None:
        try:
            self._listed = self._inbox.listing(now, again=again)
        except Exception as error:
            self._error = error
