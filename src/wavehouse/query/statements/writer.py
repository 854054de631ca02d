"""Writes rows to tables of the lake: files first, then one snapshot that has been read back.

The lake's lock is held by whoever calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.core.table_head import TableHead
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import WrittenFile
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import SchemaPlan, schema_as_it_was
from wavehouse.lake.head import LakeHead
from wavehouse.query.answer import in_words
from wavehouse.query.estimate import footers_for
from wavehouse.query.sandbox.watching import watching
from wavehouse.query.scans import scanned_bytes
from wavehouse.query.statements.catalog_types import stored_type
from wavehouse.query.statements.context import Context, Writing
from wavehouse.query.statements.permission import check_may_change, check_not_done
from wavehouse.query.translate import ResultColumn, Translation
from wavehouse.query.trino_types import common_type, duckdb_type, trino_type

if TYPE_CHECKING:
    from wavehouse.lake.statement_commit import StatementCommitter

# https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html
MOST_PARTITIONS = 100


@dataclass(frozen=True)
class OwnTable:
    """A table of the lake that a statement may change: its head, and the metadata that it is told from."""

    head: TableHead
    metadata: Mapping[str, Any]

    @property
    def plan(self) -> SchemaPlan:
        """Its columns as they are."""
        return schema_as_it_was(dict(self.metadata), self.metadata["current-schema-id"])

    @property
    def partition_by(self) -> str | None:
        """The column that it is partitioned by."""
        return self.head.partition_by[0] if self.head.partition_by else None


def own_table(context: Context, writing: Writing, name: TableName, what: str) -> OwnTable:
    """The Iceberg table of that name; raises `QueryError` where there is none that may be changed."""
    found = LakeHead(writing.layout).table(name)
    if found is None:
        table = context.table(name)
        kind = "a view" if table.view is not None else "an external table"
        raise QueryError(
            f"{name} is {kind}, and {what} changes Iceberg tables alone",
            remedy="Make an Iceberg table of it: CREATE TABLE … WITH (table_type = 'ICEBERG', is_external = "
            "false) AS SELECT …",
        )
    check_may_change(writing, name)
    head, metadata = found
    check_not_done(writing, metadata)
    if len(head.partition_by) > 1:
        raise QueryError(f"{what} of a table that is partitioned by several columns is not covered yet")
    return OwnTable(head, metadata)


@dataclass
class Writer:
    """One piece of work on one table; `scanned` counts the bytes that it has read."""

    context: Context
    writing: Writing
    name: TableName
    action: str
    run: str = ""
    scanned: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.run = self.run or self.writing.run()

    def write(
        self,
        sql: str,
        plan: SchemaPlan,
        partition_by: str | None,
        translation: Translation | None = None,
    ) -> list[WrittenFile]:
        """Write the rows of the engine's SQL to new files; `translation` tells what it reads.

        What fails leaves no files.
        """
        layout = self.writing.layout
        directory = layout.data(self.name, self.run)
        try:
            return self._written(sql, directory, plan, partition_by, translation)
        except BaseException:
            layout.files.remove_folder(directory)
            raise

    def _written(
        self,
        sql: str,
        directory: str,
        plan: SchemaPlan,
        partition_by: str | None,
        translation: Translation | None,
    ) -> list[WrittenFile]:
        engine = self.context.engine

        def write() -> list[WrittenFile]:
            return engine.write_parquet(sql, directory, field_ids=plan.ids, partition_by=partition_by)

        files, groups = in_words(lambda: watching(write, engine))
        if translation is not None:
            self.scanned += scanned_bytes(translation, groups, footers_for(translation, engine), engine)
        if partition_by:
            check_partitions(file.location.rpartition("/")[0] for file in files)
        return files

    def publish(self, change: TableChange) -> None:
        """Show the change to everybody, all of it or nothing."""
        with committer(self.writing) as opened:
            opened.publish(self.context.engine, change, self.run, self.action)


@contextmanager
def committer(writing: Writing) -> Iterator[StatementCommitter]:
    """What commits to the lake; PyIceberg is loaded here, when there is something to commit."""
    from wavehouse.lake.statement_commit import StatementCommitter

    opened = StatementCommitter(writing.layout)
    try:
        yield opened
    finally:
        opened.close()


def check_partitions(folders: Iterator[str]) -> None:
    """Raise `QueryError` where a statement writes to more partitions than Athena does."""
    partitions = len(set(folders))
    if partitions > MOST_PARTITIONS:
        raise QueryError(
            f"the statement writes to {partitions:,} partitions, and Athena to at most {MOST_PARTITIONS}",
            remedy="Write fewer at once (WHERE), or partition by a column with fewer values",
        )


def fitted(
    translation: Translation, wanted: Mapping[str, str], what: str, missing: Sequence[str] = ()
) -> str:
    """The rows of a query as columns of a table, by position: names and catalog types of `wanted`.

    `missing` are columns (of `wanted`) that the query does not give: they are NULL. Raises `QueryError` where
    a column is of a type that Trino does not coerce to the table's.
    """
    given = [name for name in wanted if name not in missing]
    if len(translation.columns) != len(given):
        raise QueryError(
            f"{what} gives {len(translation.columns)} columns, and {len(given)} are wanted: "
            + ", ".join(given)
        )
    names = [f"c{at}" for at in range(len(given))]
    sources = dict(zip(given, zip(names, translation.columns, strict=True), strict=True))
    selected = []
    for name, type_ in wanted.items():
        target = duckdb_type(trino_type(type_))
        value = "NULL"
        if name in sources:
            source, column = sources[name]
            check_fits(column, name, trino_type(type_), what)
            value = identifier(source)
        selected.append(f"CAST({value} AS {target}) AS {identifier(name)}")
    columns = ", ".join(map(identifier, names))
    return f"SELECT {', '.join(selected)} FROM ({translation.sql}) AS q({columns})"


def check_fits(column: ResultColumn, name: str, type_: str, what: str) -> None:
    """Raise `QueryError` where Trino would not put a value of the column's type into one of `type_`."""
    if column.type != type_ and common_type(column.type, type_) != type_:
        raise QueryError(
            f"{what} gives {column.type} for the column '{name}', which is {type_}",
            remedy=f"Write CAST(… AS {type_})",
        )


def stored_columns(columns: Sequence[ResultColumn]) -> dict[str, str]:
    """Names and catalog types of a table that a query makes; raises `QueryError` where it cannot."""
    found: dict[str, str] = {}
    for at, column in enumerate(columns, start=1):
        name = column.name.lower()
        if not column.named:
            raise QueryError(f"the {at}. column of the table has no name", remedy="Write expression AS name")
        if name in found:
            raise QueryError(
                f"the table would have two columns '{name}'", remedy="Name one of them otherwise"
            )
        found[name] = stored_type(column.type, name)
    return found
