"""The tables of the lake that a statement uses, each in the version that it means."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_head import ExternalScan, TableHead, TableSource
from wavehouse.core.table_name import TableName
from wavehouse.query.pruning import wanted_partitions
from wavehouse.query.refusals import place
from wavehouse.query.travel import travelled
from wavehouse.query.typed import Version


class Scans(Protocol):
    """What an engine says of reading tables (`Engine`)."""

    dialect: str

    def iceberg(self, metadata: str, snapshot: int | None = None) -> str:
        """A relation over a snapshot (else the current one) of the table with this metadata file."""

    def external(self, scan: ExternalScan) -> str:
        """A relation over files of an external table."""


@dataclass(frozen=True)
class Stored:
    """A table as it is named in FROM: its version, the columns it has in it, and the relation to read."""

    version: Version
    columns: tuple[Column, ...]
    sql: str


@dataclass
class Lake:
    """What a statement may use and what it has used: tables, versions of them, and names in the SQL.

    `scans` has what is read of the external tables. `now` is one for the whole statement.
    `database` is the one that a table is of whose database is not written ('': it has to be).
    """

    tables: TableSource
    engine: Scans
    heads: dict[TableName, TableHead] = field(default_factory=dict)
    versions: set[Version] = field(default_factory=set)
    scans: dict[Version, list[ExternalScan]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    database: str = ""

    def alias(self, wanted: str) -> str:
        """A name that no other relation of the statement has: nothing can be captured by mistake."""
        name, number = wanted.lower(), 1
        while name in self.taken:
            number += 1
            name = f"{wanted.lower()}_{number}"
        self.taken.add(name)
        return name

    def stored(self, node: exp.Table) -> Stored:
        """The table that is meant, as of FOR … AS OF; raises `QueryError` where there is none."""
        head, travel = self._head(node), node.args.get("version")
        version, columns = Version(head.name, head.metadata), head.columns
        if head.scan is not None:
            if travel is not None:
                raise QueryError(
                    f"{head.name} is an external table: what its files were at another time is not known",
                    where=place(node),
                    remedy="Leave out FOR … AS OF",
                )
            scan = head.scan(wanted_partitions(node, head.keys))
            self.versions.add(version)
            self.scans.setdefault(version, []).append(scan)
            return Stored(version, columns, self.engine.external(scan))
        if travel is not None:
            history = self.tables.history(head)
            snapshot = travelled(travel, head.name, history, self.now)
            version, columns = replace(version, snapshot_id=snapshot), history.columns[snapshot]
        self.versions.add(version)
        return Stored(version, columns, self.engine.iceberg(version.metadata, version.snapshot_id))

    def _head(self, node: exp.Table) -> TableHead:
        database, table = node.db.lower() or self.database, node.name.lower()
        if not database:
            raise QueryError(
                f"no table '{table}'",
                where=place(node),
                remedy=f"Write database.table. {did_you_mean(table, self._others(''))}".rstrip(),
            )
        name = f"{database}.{table}"
        head = self.tables.head(TableName(database, table))
        # A table that is made and has no snapshot yet is not there.
        if head is None or (head.snapshot_id is None and head.scan is None):
            remedy = did_you_mean(name, self._others(name)) or "The lake has no tables yet"
            raise QueryError(f"no table '{name}'", where=place(node), remedy=remedy)
        # Whatever is committed meanwhile: a statement sees one state of a table.
        return self.heads.setdefault(head.name, head)

    def _others(self, name: str) -> list[str]:
        return [str(one) for one in self.tables.names() if str(one) != name]
