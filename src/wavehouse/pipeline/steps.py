"""The steps of a run: timed and counted once, told to whoever watches and kept in the record."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wavehouse.core.progress import Progress
from wavehouse.core.run_record import RunRecord, StepRecord

_TICK = 0.2  # seconds between two looks at how far the engine has come


class Steps:
    """Adds steps to a record. A step may be worked on in several goes; its seconds add up."""

    def __init__(self, record: RunRecord, progress: Progress) -> None:
        self._record = record
        self._progress = progress
        self._open: dict[str, StepRecord] = {}

    @contextmanager
    def working(self, name: str, fraction: Callable[[], float] | None = None) -> Iterator[StepRecord]:
        """Work on the step `name`; `fraction` tells, when asked, how far what is running has come."""
        if name not in self._open:
            self._open[name] = StepRecord(name, 0.0)
            self._record.steps.append(self._open[name])
            self._progress.started(name)
        clock = time.perf_counter()
        ended = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(name, fraction, ended), daemon=True)
        if fraction:
            watcher.start()
        try:
            yield self._open[name]
        finally:
            ended.set()
            if fraction:
                watcher.join()
            self._open[name].seconds = round(self._open[name].seconds + time.perf_counter() - clock, 3)

    def finish(self, name: str, summary: str) -> None:
        """The step is done."""
        self._open.pop(name)
        self._progress.finished(name, summary)

    def _watch(self, name: str, fraction: Callable[[], float] | None, ended: threading.Event) -> None:
        while fraction and not ended.wait(_TICK):
            self._progress.advanced(name, fraction())
