"""The records and answers of queries that have ended: written one after the other, and pruned."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

from wavehouse.query.service.execution import Execution
from wavehouse.query.service.history import QueryHistory
from wavehouse.query.service.results import Results

# So many records between two looks at how many there are.
_PRUNED_EVERY = 50
# Of the bytes that results may have together, so many new ones between two looks.
_PART = 10


class Recorder:
    """Keeps records in `history`. A lake that cannot be written to is no reason to fail a query."""

    def __init__(self, history: QueryHistory, results: Results) -> None:
        self._history = history
        self._results = results
        # (The bytes of a query may be counted as it ends.)
        self._announcing = threading.Lock()
        self._saved = 0
        self._bytes = 0
        self._thread = ThreadPoolExecutor(1, "query-record")

    def announce(self, execution: Execution) -> None:
        """Keep a record before anybody is told of it: it outlives this process, if not a power cut."""
        with contextlib.suppress(OSError), self._announcing:
            self._history.announce(execution)

    def keep(self, execution: Execution) -> None:
        """Keep a record for good: at once, but for a power cut soon after."""
        self.announce(execution)
        self._thread.submit(self._keep, execution)

    def close(self) -> None:
        """Wait until all records are kept."""
        self._thread.shutdown(wait=True)

    def _keep(self, execution: Execution) -> None:
        with contextlib.suppress(OSError):
            self._history.settle(execution)
            self._saved += 1
            if self._saved % _PRUNED_EVERY == 1:
                self._history.prune()
        with contextlib.suppress(OSError):
            self._bytes += self._results.path(execution.id).stat().st_size
        with contextlib.suppress(OSError):
            if self._saved == 1 or self._bytes > self._history.most_bytes // _PART:
                self._bytes = 0
                self._history.prune_results()
