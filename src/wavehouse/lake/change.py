"""A change of one table: the data files that come and go in its next snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wavehouse.core.table_name import TableName
from wavehouse.lake.field_ids import SchemaPlan


@dataclass(frozen=True)
class TableChange:
    """`removed` are locations of files of the current snapshot; None: all of them.

    `rows` is how many the table must have afterwards; `key` the columns that tell its rows apart, if any.
    `schema` is the id of another schema that the table had, and gets back. A new table gets the `properties`.
    `checksum` is that of all its rows (`audit.checksum`), where it is known: files of several schemas cannot
    be read by names.
    """

    name: TableName
    plan: SchemaPlan
    added: Sequence[str]
    removed: Sequence[str] | None
    rows: int
    partition_by: str | None = None
    key: tuple[str, ...] = ()
    schema: int | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    checksum: tuple[int, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no file and no column comes or goes, in a table that is there."""
        same_files = not self.added and self.removed is not None and not self.removed
        return same_files and self.schema is None and not self.plan.new


@dataclass(frozen=True)
class Staged:
    """A change that is committed, and that nobody sees yet.

    `metadata` is the path of the metadata file that knows the snapshot; `new`: the table is not there yet.
    """

    name: TableName
    snapshot_id: int
    metadata: str
    new: bool
