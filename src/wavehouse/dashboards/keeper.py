"""Keeps copies of the tables of dashboards up to date, and has the answers ready that are asked first."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from wavehouse.core.errors import WavehouseError
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.board import Board
from wavehouse.dashboards.copies import Copies
from wavehouse.dashboards.view import View
from wavehouse.engines.readers import StoppedError

_LOG = logging.getLogger(__name__)

# Seconds between two looks at the tables.
_EVERY = 5.0


class Keeper:
    """A thread that looks after the copies while somebody serves dashboards.

    `boards` gives those that there are now. When a table has changed it is copied, and every dashboard as it
    is opened is answered once: whoever opens it then finds the answers.
    """

    def __init__(self, copies: Copies, boards: Callable[[], Iterable[Board]], every: float = _EVERY) -> None:
        self._copies = copies
        self._boards = boards
        self._every = every
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="dashboard-copies", daemon=True)
        self._warmed: object = None
        self.notes: list[str] = []
        # How often it has looked, and done what was to be done.
        self.looks = 0

    def start(self) -> None:
        """Begin; the first copies are made at once."""
        self._thread.start()

    def close(self) -> None:
        """End, after what is being copied."""
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join()

    def refresh(self) -> None:
        """Look once: copy what has changed, and answer what is asked first."""
        boards = [*self._boards()]
        tables: set[TableName] = set()
        for board in boards:
            try:
                tables |= board.tables()
            except WavehouseError:
                continue  # (its page says what is wrong)
        self.notes = self._copies.refresh(sorted(tables))
        state = (self._copies.names, [board.dashboard for board in boards])
        if state != self._warmed:
            self._warmed = state
            self._warm(boards)
        self.looks += 1

    def _warm(self, boards: Iterable[Board]) -> None:
        for board in boards:
            for sheet in board.dashboard.sheets:
                # (One at a time: nobody waits for it, and others may.)
                for visual in sheet.visuals:
                    if self._end.is_set():
                        return
                    board.answer(View(sheet=sheet.id), [visual.id])

    def _keep(self) -> None:
        while not self._end.is_set():
            try:
                self.refresh()
            except Exception as error:
                # A lake that is locked, moved or being written to: the next look may find it well.
                if not isinstance(error, WavehouseError | OSError | StoppedError):
                    _LOG.warning("copies of tables", exc_info=error)
                self.notes = [str(error)]
            self._end.wait(self._every)
