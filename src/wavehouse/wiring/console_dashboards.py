"""The dashboards that the console shows: those of the project, on the lake."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from wavehouse.project.project import Project
from wavehouse.settings import Settings
from wavehouse.wiring.dashboards import dashboard_service
from wavehouse.wiring.parts import tables_of

if TYPE_CHECKING:
    from wavehouse.console.dashboards.boards import Listed
    from wavehouse.dashboards.board import Board
    from wavehouse.dashboards.files import Found
    from wavehouse.dashboards.lake_queries import LakeQueries


# Seconds for which what was seen of the tables is taken to hold.
_FRESH = 1.0


class LakeBoards:
    """`Boards` of a project on a lake; files that have changed are read anew, queries are shared by all."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._read: tuple[object, Found] | None = None
        self._queries: LakeQueries | None = None
        self._open = ExitStack()
        self._looking = threading.Lock()
        self._seen: tuple[float, str] | None = None

    def listed(self) -> Sequence[Listed]:
        """All dashboards; a broken one has its error."""
        from wavehouse.console.dashboards.boards import Listed

        found = self._found()
        good = [Listed(name, one.title) for name, one in found.dashboards.items()]
        return [*good, *(Listed(path.stem, path.name, error) for path, error in found.broken.items())]

    def board(self, name: str) -> Board:
        """One of them."""
        from wavehouse.dashboards.board import Board

        return Board(self._found().find(name), self._asking())

    def state(self) -> str:
        """The snapshots of all tables, as they were a second ago at most: many browsers ask."""
        with self._looking:
            if self._seen is None or time.monotonic() - self._seen[0] > _FRESH:
                self._seen = None
                self._seen = time.monotonic(), self._state()
            return self._seen[1]

    def _state(self) -> str:
        from wavehouse.core.errors import OutsideError

        tables = tables_of(self._settings)
        names = tables.names()
        if not names:
            raise OutsideError(
                "the lake has no tables yet",
                where=str(self._settings.lake),
                remedy="'wavehouse run' makes them; this page shows them as soon as they are there",
            )
        heads = [(name, tables.head(name)) for name in names]
        if not any(head is not None for _, head in heads) or not self._settings.lake.is_dir():
            # (It went while it was looked at.)
            raise OutsideError("the lake is not there any more", where=str(self._settings.lake))
        return repr([(str(name), head.metadata if head else "") for name, head in heads])

    def close(self) -> None:
        """End what is being answered: it is stopped first, since the copies' keeper waits for it too."""
        with self._lock:
            if self._queries is not None:
                self._queries.stop()
        self._open.close()

    def _asking(self) -> LakeQueries:
        with self._lock:
            if self._queries is None:
                self._queries = self._open.enter_context(dashboard_service(self._settings))
            return self._queries

    def _found(self) -> Found:
        from wavehouse.dashboards.files import FOLDER, all_dashboards

        project = Project.at(self._settings.project)
        files = [(path, path.stat()) for path in project.files(FOLDER)]
        stamp = [(path, told.st_mtime_ns, told.st_size) for path, told in files]
        with self._lock:
            if self._read is None or self._read[0] != stamp:
                self._read = stamp, all_dashboards(project)
            return self._read[1]
