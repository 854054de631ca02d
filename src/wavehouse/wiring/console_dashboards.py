"""The dashboards that the console shows: those of the project, on the lake."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wavehouse.settings import Settings
from wavehouse.wiring.parts import tables_of

if TYPE_CHECKING:
    from wavehouse.console.dashboards.boards import Listed
    from wavehouse.dashboards.board import Board
    from wavehouse.dashboards.definition import Dashboard
    from wavehouse.dashboards.lake_queries import LakeQueries


class LakeBoards:
    """`Boards` of a project on a lake; a file that has changed is read anew."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._read: dict[Path, tuple[tuple[int, int], Dashboard]] = {}
        self._queries: LakeQueries | None = None

    def listed(self) -> Sequence[Listed]:
        """All dashboards; a broken one has its error."""
        from wavehouse.console.dashboards.boards import Listed
        from wavehouse.core.errors import WavehouseError

        found = []
        for path in self._files():
            try:
                one = self._dashboard(path)
                found.append(Listed(one.dashboard, one.title))
            except WavehouseError as error:
                found.append(Listed(path.stem, path.stem, error))
        return found

    def board(self, name: str) -> Board:
        """One of them."""
        from wavehouse.core.errors import CallError
        from wavehouse.dashboards.board import Board

        for path in self._files():
            if path.stem == name:
                return Board(self._dashboard(path), self._asking())
        raise CallError(f"there is no dashboard '{name}'")

    def state(self) -> str:
        """The snapshots of all tables."""
        from wavehouse.core.errors import OutsideError

        tables = tables_of(self._settings)
        names = tables.names()
        if not names:
            raise OutsideError(
                f"the lake has no tables yet: {self._settings.lake}",
                remedy="'wavehouse run' makes them; this page shows them as soon as they are there",
            )
        heads = ((name, tables.head(name)) for name in names)
        return repr([(str(name), head.metadata if head else "") for name, head in heads])

    def _asking(self) -> LakeQueries:
        with self._lock:
            if self._queries is None:
                self._queries = self._made()
            return self._queries

    def _made(self) -> LakeQueries:
        from wavehouse.dashboards.lake_queries import LakeQueries
        from wavehouse.dashboards.records import NoRecords
        from wavehouse.engines.duckdb_readers import DuckDBReaders

        scratch = Path(tempfile.mkdtemp(prefix="wavehouse-"))
        readers = DuckDBReaders(memory=1_000_000_000, scratch=scratch)
        return LakeQueries(tables_of(self._settings), readers, NoRecords(), scratch)

    def _files(self) -> Sequence[Path]:
        from wavehouse.project.project import Project

        return Project.at(self._settings.project).files("dashboards")

    def _dashboard(self, path: Path) -> Dashboard:
        from wavehouse.dashboards.definition import Dashboard, check_names
        from wavehouse.project.yaml_file import read_yaml

        told = path.stat()
        stamp = told.st_mtime_ns, told.st_size
        with self._lock:
            known = self._read.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        made = read_yaml(path).parse(Dashboard)
        check_names(made)
        with self._lock:
            self._read[path] = stamp, made
        return made
