"""Files that flows read by paths of their own, as they are now: for a run, and to look at without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wavehouse.core.errors import DefinitionError, RejectedError
from wavehouse.engines.empty_relation import empty_relation
from wavehouse.engines.engine import Engine
from wavehouse.flow.files.own_rows import OwnRows, file_set, nowhere, own_rows
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
        files = list(self._found(node).values())
        rows = own_rows(node, files, self._engine, self._scratch / str(len(self._read)))
        self._read.append((node, rows))
        return rows

    def names(self, node: FileSource) -> list[str]:
        """The names of the files that a node reads, below the project's folder where they lie there.

        Raises `DefinitionError` where there are none.
        """
        if not (found := list(self._found(node))):
            raise nowhere(node)
        return found

    def _found(self, node: FileSource) -> dict[str, Path]:
        return file_set(node).find(self._places)

    def bound(self, node: FileSource) -> BoundSource:
        """The rows of a node to look at; what stops a run is a `DefinitionError` here."""
        with _as_definition():
            rows = self.rows(node)
            return BoundSource(Relation(rows.columns), rows.relation)


class OwnColumns(OwnFiles):
    """The columns of such files alone: rows are not read."""

    def bound(self, node: FileSource) -> BoundSource:
        """A relation without rows; what stops a run is a `DefinitionError` here."""
        with _as_definition():
            columns = self.rows(node).columns
            return BoundSource(Relation(columns), empty_relation(self._engine, columns))


@contextmanager
def _as_definition() -> Iterator[None]:
    try:
        yield
    except RejectedError as error:
        where = f"{error.where}: " if error.where else ""
        raise DefinitionError(f"{where}{error.what}", remedy=error.remedy) from error
