"""Iceberg tables of files that somebody else owns: added as they are, never rewritten, never removed."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pyiceberg.table import Table

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.core.table_name import TableName
from wavehouse.lake.adopted_head import CRAWL
from wavehouse.lake.change import TableChange
from wavehouse.lake.commit import Committer
from wavehouse.lake.field_ids import plan_schema
from wavehouse.lake.head import LakeHead, plain_location
from wavehouse.lake.layout import LakeLayout


@dataclass(frozen=True)
class Adoption:
    """What a table shall be: its columns, and its files by location; `changed` are files with other contents.

    `rows` are those of all files.
    """

    name: TableName
    columns: Sequence[Column]
    files: Collection[str]
    rows: int
    properties: Mapping[str, str]
    changed: Collection[str] = ()


class Adopter(Committer):
    """Commits such tables: one snapshot for what came, changed and went. The lake's lock is held."""

    def __init__(self, layout: LakeLayout) -> None:
        super().__init__(layout)
        # It would tell of every file with a dictionary that this is a string.
        logging.getLogger("pyiceberg.io.pyarrow").setLevel(logging.ERROR)
        self._head = LakeHead(layout)

    def adopt(self, adoption: Adoption, run: str) -> None:
        """Make a table be that. Its old snapshots are lost where a column's type cannot become another.

        Raises `OutsideError` when a file is not there any more, or somebody else commits in between.
        """
        try:
            plan = plan_schema(str(adoption.name), adoption.columns, self._head.metadata(adoption.name))
        except DefinitionError:
            self.drop(adoption.name)
            plan = plan_schema(str(adoption.name), adoption.columns, None)
        wanted = set(adoption.files)
        current = set() if plan.new else self._files(self._load(adoption.name))
        change = TableChange(
            adoption.name,
            plan,
            added=sorted((wanted - current) | (wanted & set(adoption.changed))),
            removed=sorted((current - wanted) | (current & set(adoption.changed))),
            rows=adoption.rows,
        )
        if not change.is_empty or plan.added or plan.widened or plan.dropped:
            self.stage(change, run, {CRAWL: run})
            if plan.new:
                # Before it is shown: a table that nobody claims would not be known again.
                self._claim(self._catalog.load_table(self._unseen(adoption.name, run)), adoption)
            self.move_forward(adoption.name, run, new=plan.new)
        if not plan.new:
            self._claim(self._load(adoption.name), adoption)

    def set_properties(self, name: TableName, properties: Mapping[str, str]) -> None:
        """Set properties of a table."""
        with self._told(name), self._load(name).transaction() as transaction:
            transaction.set_properties(dict(properties))

    def _claim(self, table: Table, adoption: Adoption) -> None:
        if any(table.properties.get(key) != value for key, value in adoption.properties.items()):
            with self._told(adoption.name), table.transaction() as transaction:
                transaction.set_properties(dict(adoption.properties))

    def _load(self, name: TableName) -> Table:
        with self._told(name):
            return self._catalog.load_table(self._place(name))

    @staticmethod
    def _files(table: Table) -> set[str]:
        return {plain_location(task.file.file_path) for task in table.scan().plan_files()}
