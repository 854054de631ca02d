"""The words of the data catalog: databases, tables, partitions and versions, and who keeps them.

They are those of the Glue Data Catalog, as far as they mean something outside of it
(https://docs.aws.amazon.com/glue/latest/webapi/API_Table.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from wavehouse.core.columns import Column
from wavehouse.core.table_name import TableName

Format = Literal["iceberg", "parquet", "csv", "json", "view"]

# What Hive's text files have for NULL; with quotes there is no such word.
HIVE_NULL = r"\N"
# What Hive calls the folder of rows whose key is NULL.
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"

# The value of each key as text; None: `NO_VALUE`, and the empty text, which is the same to Hive.
PartitionValues = tuple[str | None, ...]

# How many states of a table are kept.
MOST_VERSIONS = 100


@dataclass(frozen=True)
class Database:
    """A database of tables."""

    name: str
    comment: str = ""


@dataclass(frozen=True)
class CatalogColumn(Column):
    """A column with what people say of it."""

    comment: str = ""


@dataclass(frozen=True)
class CsvReading:
    """How the CSV files of a table are read; '' for a quote or an escape that there is none of."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    header: bool = True


@dataclass(frozen=True)
class View:
    """A query that is a table to others: `sql` is Athena's, `database` that of names in it that have none.

    `columns` are what it gave when it was made: names and Trino's types.
    """

    sql: str
    database: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class CatalogTable:
    """A table that the catalog describes.

    `location` is an absolute path or s3://…: a folder, of which every file is read whose name does not begin
    with `_` or `.`, but for those in `left_out` (relative to it); for an Iceberg table its metadata file.
    With `partition_by` only the folders of its partitions are read, and `columns` is without the keys (those
    of an Iceberg table are columns of it as well).
    `rows`, `files` and `size` (bytes) are what the last crawl or commit counted; `rows` is None where nobody
    counted. `deprecated`: its files were not there any more. A view has no location, and its query.
    """

    name: TableName
    format: Format
    location: str
    columns: tuple[CatalogColumn, ...]
    partition_by: tuple[CatalogColumn, ...] = ()
    csv: CsvReading | None = None
    left_out: tuple[str, ...] = ()
    rows: int | None = None
    files: int = 0
    size: int = 0
    comment: str = ""
    deprecated: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)
    view: View | None = None


@dataclass(frozen=True)
class Partition:
    """One partition: its folder, and the value of each key."""

    values: PartitionValues
    location: str
    rows: int | None = None
    files: int = 0
    size: int = 0


@dataclass(frozen=True)
class TableVersion:
    """The state of a table from some time (UTC) on; numbers begin with 0."""

    number: int
    since: datetime
    table: CatalogTable


def in_order(partitions: Iterable[Partition]) -> list[Partition]:
    """Partitions by their values as text, key by key; one that has none comes last."""
    return sorted(partitions, key=lambda one: [(value is None, value or "") for value in one.values])


class DataCatalog(Protocol):
    """Knows databases and tables. What its store or the network refuses is an `OutsideError`."""

    def databases(self) -> Sequence[Database]:
        """All databases, sorted by name."""

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""

    def table(self, name: TableName) -> CatalogTable | None:
        """One table, None where there is no such table."""

    def partitions(self, name: TableName) -> Iterator[Partition]:
        """The partitions of a table, sorted by their values."""

    def versions(self, name: TableName) -> Sequence[TableVersion]:
        """The states of a table that are kept, oldest first; the last one is the table."""


class ExternalTables(DataCatalog, Protocol):
    """The part of a catalog that tables of other people's files are written to.

    Each call is one commit, but for Glue, which takes partitions in batches: there a call that was cut off is
    to be made again. Whoever calls holds the lake's lock (`lake.lock.writing`).
    """

    def create_database(self, database: Database) -> None:
        """Make a database, or change its comment."""

    def put(
        self,
        table: CatalogTable,
        add: Iterable[Partition] = (),
        remove: Iterable[PartitionValues] = (),
    ) -> None:
        """Create a table or make it this one, which is a new version; partitions are added or replaced.

        A table that becomes the same again has no new version. Its database is made if it is not there. With
        other keys than before, the partitions that it had are gone. Raises `CallError` for a name that a
        table of the lake has.
        """

    def drop(self, name: TableName) -> None:
        """Forget a table with its partitions and versions, if there is one; its files stay."""
