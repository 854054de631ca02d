"""The table that a statement changes, as its conditions see it: with the place of each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wavehouse.core.columns import Column
from wavehouse.core.metadata_tables import MetadataTable
from wavehouse.core.sql_text import identifier
from wavehouse.core.table_head import ExternalScan, TableHead, TableHistory, TableSource
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.query.names import HIDDEN

# The data file of a row, and its number in it; no column can be called so.
FILE, ROW = f"{HIDDEN}file", f"{HIDDEN}row"


@dataclass(frozen=True)
class WithPlaces:
    """A `TableSource`, and what an engine says of reading it; `target` has two columns more than it has."""

    tables: TableSource
    engine: Engine
    target: TableHead

    @property
    def dialect(self) -> str:
        """That of the engine."""
        return self.engine.dialect

    def names(self) -> Sequence[TableName]:
        """All tables, sorted."""
        return self.tables.names()

    def head(self, name: TableName) -> TableHead | None:
        """The head of one table; of the target, the one that was locked."""
        if name != self.target.name:
            return self.tables.head(name)
        places = (Column(FILE, "string"), Column(ROW, "bigint"))
        return replace(self.target, columns=(*self.target.columns, *places))

    def history(self, head: TableHead) -> TableHistory:
        """The states in which a table was published."""
        return self.tables.history(head)

    def metadata_table(self, head: TableHead, kind: str) -> MetadataTable | None:
        """What a metadata table tells."""
        return self.tables.metadata_table(head, kind)

    def iceberg(self, metadata: str, snapshot: int | None = None, *, path: str = "") -> str:
        """A relation over a snapshot of an Iceberg table."""
        if metadata != self.target.metadata or snapshot is not None:
            return self.engine.iceberg(metadata, snapshot, path=path)
        relation = self.engine.iceberg(metadata)
        places = f"filename AS {identifier(FILE)}, file_row_number AS {identifier(ROW)}"
        if path:
            places += f", filename AS {identifier(path)}"
        return f"(SELECT *, {places} FROM {relation})"

    def external(self, scan: ExternalScan, *, path: str = "") -> str:
        """A relation over files of an external table."""
        return self.engine.external(scan, path=path)
