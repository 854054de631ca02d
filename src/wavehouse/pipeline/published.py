"""The last publish, as the tables themselves tell it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from wavehouse.core.run_record import RunRecord, SourceCounts, TableState
from wavehouse.core.table_head import TableHead
from wavehouse.lake.bookmark import PROJECT, RUN, SNAPSHOTS
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.ledger import Ledger, read_ledger
from wavehouse.project.project import Project


@dataclass(frozen=True)
class Published:
    """The heads of the tables that runs write; `last` is the one that names the others' snapshots."""

    heads: tuple[TableHead, ...]
    last: TableHead | None
    ledger: Ledger

    def shows(self, run: str) -> bool:
        """Whether some table shows what a run has made."""
        return any(head.properties[RUN] == run for head in self.heads)

    def is_made_by(self, project: str) -> bool:
        """Whether the rows were made by the definition with that hash."""
        return self.last is not None and self.last.properties[PROJECT] == project

    @property
    def is_whole(self) -> bool:
        """Whether all tables are as the last publish left them."""
        if self.last is None:
            return False
        named: dict[str, int] = json.loads(self.last.properties[SNAPSHOTS])
        current = {str(head.name): head.snapshot_id for head in self.heads}
        wanted = set(self.ledger.tables) - {str(self.last.name)}
        return wanted <= set(named) and all(current.get(name) == id_ for name, id_ in named.items())

    def describe(self, record: RunRecord) -> None:
        """Fill in what a record says of the tables; sources that were not read get zeros."""
        for name in self.ledger.sources:
            record.sources.setdefault(name, SourceCounts())
        record.tables = {
            str(h.name): TableState(h.rows, h.files, h.size, h.snapshot_id)
            for h in self.heads
            if str(h.name) in self.ledger.tables
        }
        record.snapshot_id = self.last.snapshot_id if self.last else None


def last_publish(layout: LakeLayout) -> Published:
    """Read the last publish: what counts is the table that is shown last, and what it names."""
    heads = tuple(head for head in LakeHead(layout).heads() if RUN in head.properties)
    complete = [head for head in heads if SNAPSHOTS in head.properties]
    last = max(complete, key=lambda head: head.properties[RUN], default=None)
    return Published(heads, last, read_ledger(layout, last.properties) if last else Ledger())


def why_anew(published: Published, project: Project, *, full: bool) -> str:
    """Why all tables must be made again from all files; '' where they need not."""
    if not published.ledger.files:
        return ""
    if full:
        return "it was asked for"
    if published.is_made_by(project.digest()):
        return "" if published.is_whole else "a table was changed by somebody else"
    return "the project's files have changed"
