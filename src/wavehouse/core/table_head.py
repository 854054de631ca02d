"""What is known of a table without reading its data, and who can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from wavehouse.core.columns import Column
from wavehouse.core.table_name import TableName


@dataclass(frozen=True)
class TableHead:
    """The current state of one table: what its newest metadata says.

    `metadata` is the path of the metadata file; `size` is the bytes of its data files;
    `snapshot_id` is None for a table without a snapshot; `properties` is the snapshot's summary.
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
