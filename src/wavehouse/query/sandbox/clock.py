"""The time that a statement may take, of which what others do meanwhile is no part."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Clock:
    """Calls `late` when it has run for `seconds`, all its starts together."""

    def __init__(self, seconds: float, late: Callable[[], None]) -> None:
        self._left = seconds
        self._late = late
        self._began = 0.0
        self._timer: threading.Timer | None = None

    def start(self) -> None:
        """Go on; one that runs already goes on doing it."""
        if self._timer is not None:
            return
        self._began = time.monotonic()
        self._timer = threading.Timer(max(self._left, 0), self._late)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Stand still; one that does so already goes on doing it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._left -= time.monotonic() - self._began
