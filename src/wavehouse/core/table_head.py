"""What is known of a table without reading its data, and who can tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CsvReading, PartitionValues, View
from wavehouse.core.metadata_tables import MetadataTable
from wavehouse.core.table_name import TableName


@dataclass(frozen=True)
class ExternalFile:
    """A file of an external table: a path or s3://…, its size in bytes, and the partition that it is of."""

    location: str
    size: int
    partition: PartitionValues = ()


@dataclass(frozen=True)
class ExternalScan:
    """Files of an external table, and how they are read: `columns` are in them, `keys` are not.

    Parquet and JSON are read by the names of columns, CSV by their position; a column that a file lacks, and
    a text that is no value of its type, is NULL.
    """

    format: Literal["parquet", "csv", "json"]
    columns: tuple[Column, ...]
    keys: tuple[Column, ...]
    files: Sequence[ExternalFile]
    csv: CsvReading = field(default_factory=CsvReading)


@dataclass(frozen=True)
class TableHead:
    """The current state of one table: what its newest metadata says.

    `metadata` is the path of the metadata file; `size` is the bytes of its data files;
    `snapshot_id` is None for a table without a snapshot; `properties` is the snapshot's summary.
    An external table has `scan`, which lists the files of the partitions that are wanted, at the time when it
    is asked; its `metadata` is its location, and its `columns` end with the keys. A view has `view` alone.

    `identities` has the columns by whose values each data file has always been told apart, with the names of
    those values in the metadata; `renamed` the columns (in lower case) whose name does not tell which column
    of a file they are.
    """

    name: TableName
    columns: tuple[Column, ...]
    metadata: str
    rows: int
    files: int
    size: int
    snapshot_id: int | None
    partition_by: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    scan: Callable[[Callable[[PartitionValues], bool]], ExternalScan] | None = None
    identities: Mapping[str, str] = field(default_factory=dict)
    renamed: frozenset[str] = frozenset()
    view: View | None = None

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns that the table is partitioned by."""
        return tuple(column for column in self.columns if column.name in self.partition_by)


@dataclass(frozen=True)
class TableHistory:
    """The states in which a table was published.

    `current` tells from when on (milliseconds since 1970, UTC) which snapshot was the table, in the order in
    which that happened. `columns` has the columns of every snapshot that is or was published and still there.
    """

    current: tuple[tuple[int, int], ...]
    columns: Mapping[int, tuple[Column, ...]]


class TableSource(Protocol):
    """Knows the tables of a lake."""

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""

    def head(self, name: TableName) -> TableHead | None:
        """The head of one table, None where there is no such table."""

    def history(self, head: TableHead) -> TableHistory:
        """The states in which a table was published, as its head knows them."""

    def metadata_table(self, head: TableHead, kind: str) -> MetadataTable | None:
        """A metadata table (one of `METADATA_TABLES`) as its head knows it; None for no Iceberg table."""
