"""A lake in a directory, an engine that writes files for it, and what readers see of its tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wavehouse.core.columns import Column
from wavehouse.core.table_head import TableHead
from wavehouse.core.table_name import TableName
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import FieldIds
from wavehouse.lake.bookmark import RUN
from wavehouse.lake.change import Staged, TableChange
from wavehouse.lake.commit import Committer
from wavehouse.lake.field_ids import SchemaPlan, plan_schema
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.lake.publication import Publication

NAME = TableName("db", "t")


@dataclass
class Lake:
    """A lake, written by a real engine."""

    layout: LakeLayout
    engine: DuckDBEngine
    committer: Committer
    runs: int = 0

    @property
    def head(self) -> LakeHead:
        """What the lake says of its tables."""
        return LakeHead(self.layout)

    def catalog(self) -> list[tuple[str, str]]:
        """Database and name of every table that the catalog has, seen or not."""
        with closing(sqlite3.connect(self.layout.catalog)) as connection:
            return sorted(connection.execute("SELECT table_namespace, table_name FROM iceberg_tables"))

    def plan(self, columns: tuple[Column, ...], name: TableName = NAME) -> SchemaPlan:
        """How a table gets these columns."""
        return plan_schema(str(name), columns, self.head.metadata(name))

    def write(
        self,
        sql: str,
        plan: SchemaPlan,
        *,
        name: TableName = NAME,
        ids: FieldIds | None = None,
        partition_by: str | None = None,
    ) -> list[str]:
        """Write the rows of a query, by default with the ids that are planned; returns the files."""
        self.runs += 1
        directory = self.layout.data(name, f"r{self.runs}")
        written = self.engine.write_parquet(
            sql, directory, field_ids=ids or plan.ids, partition_by=partition_by
        )
        return [file.location for file in written]

    def change(
        self,
        sql: str,
        plan: SchemaPlan,
        *,
        name: TableName = NAME,
        ids: FieldIds | None = None,
        removed: list[str] | None = None,
        partition_by: str | None = None,
        key: tuple[str, ...] = (),
        wrong_by: int = 0,
    ) -> TableChange:
        """The change by which the rows of a query join those of the table, or (None) take their place."""
        added = self.write(sql, plan, name=name, ids=ids, partition_by=partition_by)
        ((rows,),) = self.engine.rows(f"SELECT count(*) FROM ({sql})")
        if removed is not None:
            metadata = self.current(name).metadata
            rows += sum(
                file.rows for file in self.engine.iceberg_files(metadata) if file.location not in removed
            )
        return TableChange(name, plan, added, removed, rows + wrong_by, partition_by, key)

    def stage(self, change: TableChange, run: str, summary: Mapping[str, str] | None = None) -> Staged:
        """Commit a change where nobody sees it."""
        return self.committer.stage(change, run, summary or {})

    def publish(
        self,
        sql: str,
        plan: SchemaPlan,
        *,
        name: TableName = NAME,
        partition_by: str | None = None,
        **summary: str,
    ) -> int:
        """Make the rows of a query the table's contents; returns the snapshot."""
        change = self.change(sql, plan, name=name, partition_by=partition_by)
        staged = self.stage(change, f"r{self.runs}", summary)
        self.committer.move_forward(name, f"r{self.runs}", new=staged.new)
        return staged.snapshot_id

    def current(self, name: TableName = NAME) -> TableHead:
        """The head of a table that is there."""
        head = self.head.head(name)
        assert head is not None
        return head

    def metadata(self, name: TableName = NAME) -> dict[str, Any]:
        """The metadata of a table that is there."""
        found = self.head.metadata(name)
        assert found is not None
        return found

    def files(self, name: TableName = NAME) -> list[str]:
        """The data files of a table."""
        return [file.location for file in self.engine.iceberg_files(self.current(name).metadata)]

    def by_duckdb(self, what: str = "*", name: TableName = NAME) -> list[tuple[Any, ...]]:
        """The rows as DuckDB's iceberg_scan reads them."""
        scan = self.engine.iceberg(self.current(name).metadata)
        return self.engine.rows(f"SELECT {what} FROM {scan} ORDER BY ALL")

    def by_pyiceberg(self, name: TableName = NAME) -> list[dict[str, Any]]:
        """The rows as PyIceberg reads them."""
        table = self.committer._catalog.load_table((name.database, name.table))
        found: list[dict[str, Any]] = table.scan().to_arrow().to_pylist()
        return found

    def state(self) -> dict[str, Any]:
        """All that anybody sees: columns, rows and summary of each table.

        (The mapping of names may have those of columns that nobody sees yet: no file that is read has them.)
        """
        return {
            str(head.name): (
                head.columns,
                head.snapshot_id,
                head.properties,
                self.by_duckdb(name=head.name),
                sorted(map(str, self.by_pyiceberg(head.name))),
                self.metadata(head.name)["properties"] | {"schema.name-mapping.default": ""},
                self.metadata(head.name)["refs"],
            )
            for head in self.head.heads()
        }


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    """An empty lake."""
    layout = LakeLayout(tmp_path)
    engine = DuckDBEngine(memory=500_000_000, scratch=tmp_path / ".scratch", threads=2)
    committer = Committer(layout)
    yield Lake(layout, engine, committer)
    committer.close()
    engine.close()


ALBUMS, TRACKS, JOINED = TableName("src", "albums"), TableName("src", "tracks"), TableName("out", "joined")
TABLES = (ALBUMS, TRACKS, JOINED)
COLUMNS = (Column("id", "int"), Column("other", "int"), Column("words", "array<string>"))


def rows_of(first: int, last: int) -> str:
    """A query for the rows with these ids."""
    return (
        f"SELECT n::INTEGER AS id, (n * 10)::INTEGER AS other, ['w' || n, NULL] AS words "
        f"FROM range({first}, {last + 1}) AS t(n)"
    )


def each(*ids: int) -> dict[str, list[int]]:
    """These ids in each of the tables."""
    return {str(name): list(ids) for name in TABLES}


@dataclass
class Publisher:
    """Publishes three tables of a lake."""

    lake: Lake
    publication: Publication

    def change(self, name: TableName, sql: str, removed: list[str] | None = None, **more: Any) -> TableChange:
        """A change of one of the tables."""
        plan = self.lake.plan(COLUMNS, name)
        return self.lake.change(sql, plan, name=name, removed=removed, key=("id",), **more)

    def nothing(self, name: TableName) -> TableChange:
        """The change of a table by which nothing changes."""
        plan, rows = self.lake.plan(COLUMNS, name), self.lake.current(name).rows
        return TableChange(name, plan, [], [], rows, key=("id",))

    def publish(self, run: str, *changes: TableChange) -> None:
        """Publish changes."""
        self.publication.publish(self.lake.engine, changes, {RUN: run, "more": "said"})

    def all_tables(self, run: str) -> None:
        """Give each of the tables three rows, in the place of what it had."""
        self.publish(run, *(self.change(name, rows_of(1, 3)) for name in TABLES))

    def ids(self) -> dict[str, list[int]]:
        """The ids in each table, as both readers see them."""
        found = {}
        for name in self.lake.head.names():
            ids = [id_ for (id_,) in self.lake.by_duckdb("id", name)]
            assert sorted(row["id"] for row in self.lake.by_pyiceberg(name)) == ids
            found[str(name)] = ids
        return found

    def is_finished(self) -> bool:
        """Whether nothing is left that nobody sees."""
        names = sorted((name.database, name.table) for name in self.lake.head.names())
        branches = [list(self.lake.metadata(name)["refs"]) for name in self.lake.head.names()]
        return (
            self.lake.head.unfinished() == []
            and self.lake.catalog() == names
            and all(refs == ["main"] for refs in branches)
        )


@pytest.fixture
def publisher(lake: Lake) -> Iterator[Publisher]:
    """An empty lake, and who publishes to it."""
    with Publication(lake.layout) as publication:
        yield Publisher(lake, publication)
