"""Files that flows read by paths of their own, as they are now: for a run, and to look at without one."""

from __future__ import annotations

from pathlib import Path

from wavehouse.core.errors import DefinitionError, RejectedError
from wavehouse.engines.engine import Engine
from wavehouse.flow.files.own_rows import OwnRows, file_set, own_rows
from wavehouse.flow.files.places import Places
from wavehouse.flow.nodes import FileSource
from wavehouse.flow.relation import BoundSource, Relation


class OwnFiles:
    """Finds the files of a node and reads them, each node once; works in `scratch`."""

    def __init__(self, engine: Engine, places: Places, scratch: Path) -> None:
        self._engine = engine
        self._places = places
        self._scratch = scratch
        self._read: list[tuple[FileSource, OwnRows]] = []

    def rows(self, node: FileSource) -> OwnRows:
        """The rows of a node; raises what `own_rows` does."""
        for known, rows in self._read:
            if known == node:
                return rows
        files = list(file_set(node).find(self._places).values())
        rows = own_rows(node, files, self._engine, self._scratch / str(len(self._read)))
        self._read.append((node, rows))
        return rows

    def bound(self, node: FileSource) -> BoundSource:
        """The rows of a node to look at; what stops a run is a `DefinitionError` here."""
        try:
            rows = self.rows(node)
            return BoundSource(Relation(rows.columns), rows.relation)
        except RejectedError as error:
            where = f"{error.where}: " if error.where else ""
            raise DefinitionError(f"{where}{error.what}", remedy=error.remedy) from error
