"""The tables of the lake that a statement uses, each in the version that it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.errors import QueryError
from wavehouse.core.metadata_tables import METADATA_TABLES, MetadataTable
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_head import ExternalScan, TableHead, TableSource
from wavehouse.core.table_name import TableName
from wavehouse.query.names import PATH
from wavehouse.query.nested import BOUND
from wavehouse.query.places import Place, places_of
from wavehouse.query.pruning import wanted_partitions
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.travel import travelled
from wavehouse.query.typed import Version

# Under this name the engine has the files of Iceberg tables, where no column is called so.
_TAKEN = "filename"


class Scans(Protocol):
    """What an engine says of reading tables (`Engine`)."""

    @property
    def dialect(self) -> str:
        """Its dialect of SQL."""

    def iceberg(self, metadata: str, snapshot: int | None = None, *, path: str = "") -> str:
        """A relation over a snapshot (else the current one) of the table with this metadata file."""

    def external(self, scan: ExternalScan, *, path: str = "") -> str:
        """A relation over files of an external table."""


@dataclass(frozen=True)
class Stored:
    """A table as it is named in FROM: its version, the columns it has in it, and the relation to read.

    `has_path`: the relation has the hidden column `PATH` besides.
    """

    version: Version
    columns: tuple[Column, ...]
    sql: str
    has_path: bool


@dataclass(frozen=True)
class Use:
    """A table where it stands in a query, and the places where it is read for that.

    `columns` are those that are needed of it; `scan` has the files of an external table.
    """

    version: Version
    head: TableHead
    known: tuple[Column, ...]
    places: Sequence[Place]
    scan: ExternalScan | None = None
    columns: frozenset[str] = frozenset()


@dataclass
class Lake:
    """What a statement may use and what it has used: tables, wherever they stand, and names in the SQL.

    `now` is one for the whole statement. `database` is that of names without one ('' for none), `inside` the
    views that are being read, the outermost first, and `viewed` all that were, as often as they were.
    """

    tables: TableSource
    engine: Scans
    heads: dict[TableName, TableHead] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    taken: set[str] = field(default_factory=lambda: set(BOUND))
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    database: str = ""
    inside: tuple[TableName, ...] = ()
    viewed: list[TableName] = field(default_factory=list)

    def alias(self, wanted: str) -> str:
        """A name that no other relation of the statement has: nothing can be captured by mistake."""
        # The mark of a lambda's arguments.
        wanted = wanted.lower().replace("→", "_")
        name, number = wanted, 1
        while name in self.taken:
            number += 1
            name = f"{wanted}_{number}"
        self.taken.add(name)
        return name

    def stored(self, node: exp.Table) -> Stored:
        """The table that is meant, as of FOR … AS OF; raises `QueryError` where there is none."""
        head, travel = self._head(node), node.args.get("version")
        version, columns = Version(head.name, head.metadata, place=len(self.uses) + 1), head.columns
        if head.scan is not None:
            if travel is not None:
                raise QueryError(
                    f"{head.name} is an external table: what its files were at another time is not known",
                    where=place(node),
                    remedy="Leave out FOR … AS OF",
                )
            places = places_of(node, columns)
            scan = head.scan(wanted_partitions(places, head.keys))
            self.uses.append(Use(version, head, columns, places, scan))
            path = _path(node, columns)
            return Stored(version, columns, self.engine.external(scan, path=path), bool(path))
        if travel is not None:
            history = self.tables.history(head)
            snapshot = travelled(travel, head.name, history, self.now)
            version, columns = replace(version, snapshot_id=snapshot), history.columns[snapshot]
        self.uses.append(Use(version, head, columns, places_of(node, columns)))
        path = _path(node, columns)
        if path and any(column.name.lower() == _TAKEN for column in columns):
            raise uncovered(node, f"\"{PATH}\" of {head.name}, which has a column '{_TAKEN}',")
        return Stored(
            version,
            columns,
            self.engine.iceberg(version.metadata, version.snapshot_id, path=path),
            bool(path),
        )

    def metadata_table(self, node: exp.Table) -> MetadataTable | None:
        """The metadata table that is meant (`"tracks$files"`); None for anything else."""
        name, sign, kind = node.name.lower().rpartition("$")
        if not sign:
            return None
        if kind not in METADATA_TABLES:
            raise uncovered(
                node,
                f"the metadata table '{node.db.lower() or self.database}.{node.name.lower()}'",
                f"There are {', '.join(f'${one}' for one in METADATA_TABLES)}",
            )
        head = self._known(TableName(node.db.lower() or self.database, name))
        if head is None or head.view is None:
            head = self._head(node, name)
        if node.args.get("version") is not None:
            raise QueryError(
                f"FOR … AS OF cannot stand behind the metadata table '{head.name}${kind}'",
                where=place(node),
                remedy="Leave it out: $snapshots, $history and $refs tell of all snapshots",
            )
        try:
            table = self.tables.metadata_table(head, kind) if head.view is None else None
        except QueryError as error:
            raise QueryError(error.what, where=place(node), remedy=error.remedy) from error
        if table is None:
            raise QueryError(f"{head.name} is no Iceberg table: it has no metadata tables", where=place(node))
        # It reads nothing of the table's data, and is another one after every change.
        version = Version(head.name, head.metadata, place=len(self.uses) + 1)
        nothing = head.scan(lambda _: False) if head.scan is not None else None
        self.uses.append(Use(version, head, head.columns, (), nothing))
        return table

    def view(self, node: exp.Table) -> TableHead | None:
        """The view that is meant; None for anything else."""
        name = TableName(node.db.lower() or self.database, node.name.lower())
        head = self._known(name) if name.database else None
        return head if head is not None and head.view is not None else None

    def _known(self, name: TableName) -> TableHead | None:
        # Whatever is committed meanwhile: a statement sees one state of a table.
        if name not in self.heads and (head := self.tables.head(name)) is not None:
            self.heads[name] = head
        return self.heads.get(name)

    def _head(self, node: exp.Table, table: str = "") -> TableHead:
        """The head of the table that is named, or of another one in its place."""
        database, table = node.db.lower() or self.database, table or node.name.lower()
        if not database:
            raise QueryError(
                f"no table '{table}'",
                where=place(node),
                remedy=f"Write database.table. {did_you_mean(table, self._others(''))}".rstrip(),
            )
        name = f"{database}.{table}"
        head = self._known(TableName(database, table))
        # A table that is made and has no snapshot yet is not there.
        if head is None or (head.snapshot_id is None and head.scan is None):
            remedy = did_you_mean(name, self._others(name)) or "The lake has no tables yet"
            raise QueryError(f"no table '{name}'", where=place(node), remedy=remedy)
        return head

    def _others(self, name: str) -> list[str]:
        return [str(one) for one in self.tables.names() if str(one) != name]


def _path(node: exp.Table, columns: Sequence[Column]) -> str:
    """The hidden column, where the statement names it and no column of the table is called so."""
    if any(column.name.lower() == PATH for column in columns):
        return ""
    return PATH if any(one.name.lower() == PATH for one in node.root().find_all(exp.Column)) else ""
