"""The files that a table comes from, as they were given, and their size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from wavehouse.core.errors import WavehouseError
from wavehouse.core.table_head import TableSource
from wavehouse.core.table_name import TableName
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.inputs import places_of
from wavehouse.pipeline.ledger import Ledger
from wavehouse.pipeline.origin import Origin
from wavehouse.pipeline.published import last_publish
from wavehouse.pipeline.source_table import table_of_source
from wavehouse.project.project import Project

# Sizes in bytes by path; None where not all files are known.
_Files = Mapping[str, int] | None


class RawFiles:
    """The files behind the tables of a lake, by the ledger of its last publish.

    Behind a table of a source are its landed files, behind one that a flow makes those of all that the flow
    reads, and behind an external table of CSV or JSON its own.
    """

    def __init__(self, layout: LakeLayout, project: Project, tables: TableSource) -> None:
        self._layout, self._project, self._tables = layout, project, tables

    def size(self, name: TableName, location: str) -> int | None:
        """The bytes of the files of a table, as they are stored; None where they are not known.

        `location` is the folder of an external table.
        """
        files = self._files(name, location, frozenset())
        return None if files is None else sum(files.values())

    @cached_property
    def _ledger(self) -> Ledger:
        return last_publish(self._layout).ledger

    def _files(self, name: TableName, location: str, above: frozenset[str]) -> _Files:
        sources = {source for source in self._ledger.sources if name == table_of_source(source)}
        if name.database == "waiting":
            sources = {name.table} & {*self._ledger.sources}
        elif name.database == "quarantine":
            sources = {*self._ledger.sources}
        if sources:
            return {file.path: file.size for file in self._ledger.files if file.source in sources}
        origin = self._origin(name, location)
        if origin is not None and origin.target not in above:
            return self._behind(origin, above | {origin.target})
        return self._external(name)

    def _origin(self, name: TableName, location: str) -> Origin | None:
        targets = {str(name): ""}
        for output in self._ledger.outputs:
            if self._layout.root / output.folder == Path(location):
                targets[output.written] = output.flow
        for one in self._ledger.origins:
            if one.target in targets and targets[one.target] in ("", one.flow):
                return one
        return None

    def _behind(self, origin: Origin, above: frozenset[str]) -> _Files:
        tables = [TableName.parse(table) for table in origin.tables]
        parts = [self._files(table, "", above) for table in tables]
        parts.append(self._own_files(origin.flow))
        return _together(parts)

    def _own_files(self, flow: str) -> _Files:
        """The files that a flow reads by paths of its own."""
        places = places_of(self._layout, self._project)
        try:
            return {
                str(path): path.stat().st_size
                for one in self._ledger.inputs
                if one.flow == flow and one.files is not None
                for path in one.files.find(places).values()
            }
        except (OSError, WavehouseError):
            return None

    def _external(self, name: TableName) -> _Files:
        head = self._tables.head(name)
        if head is None or head.scan is None:
            return None
        scan = head.scan(lambda _: True)
        return None if scan.format == "parquet" else {file.location: file.size for file in scan.files}


def _together(parts: Iterable[_Files]) -> _Files:
    found: dict[str, int] = {}
    for part in parts:
        if part is None:
            return None
        found |= part
    return found
