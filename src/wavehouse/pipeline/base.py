"""What the tables have before a run changes them."""

from __future__ import annotations

from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine, TableFile
from wavehouse.lake.head import LakeHead


class Base:
    """The data files of the published tables; of a run that makes everything anew, none."""

    def __init__(self, head: LakeHead, engine: Engine, *, anew: bool) -> None:
        self._head = head
        self._engine = engine
        self.anew = anew
        self._files: dict[TableName, list[TableFile]] = {}

    def files(self, name: TableName) -> list[TableFile]:
        """The data files of one table."""
        if self.anew:
            return []
        if name not in self._files:
            head = self._head.head(name)
            self._files[name] = self._engine.iceberg_files(head.metadata) if head else []
        return self._files[name]

    def locations(self, name: TableName) -> list[str]:
        """Where the data files of one table lie."""
        return [file.location for file in self.files(name)]

    def rows(self, name: TableName) -> int:
        """How many rows one table has."""
        return sum(file.rows for file in self.files(name))
