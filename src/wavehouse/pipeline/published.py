"""The last publish, as the tables themselves tell it."""

from __future__ import annotations

from dataclasses import dataclass

from wavehouse.core.run_record import RunRecord, SourceCounts, TableState
from wavehouse.core.table_head import TableHead
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.ledger import PROJECT, RUN, Ledger, read_ledger


@dataclass(frozen=True)
class Published:
    """The heads of the tables that runs write, and the ledger of the newest of them."""

    heads: tuple[TableHead, ...]
    ledger: Ledger

    def runs(self) -> set[str]:
        """The ids of the runs whose publish some table shows."""
        return {head.properties[RUN] for head in self.heads}

    def is_whole(self, project: str) -> bool:
        """Whether all tables come from one publish, made by the definition with that hash."""
        written = {str(head.name) for head in self.heads}
        projects = {head.properties[PROJECT] for head in self.heads}
        return written == set(self.ledger.tables) and len(self.runs()) == 1 and projects == {project}

    def describe(self, record: RunRecord) -> None:
        """Fill in what a record says of the tables; sources that were not read get zeros."""
        for name in self.ledger.sources:
            record.sources.setdefault(name, SourceCounts())
        states = {str(h.name): TableState(h.rows, h.files, h.size, h.snapshot_id) for h in self.heads}
        record.tables = states
        # The warehouse table is committed last, and stands last in the ledger.
        target = states.get(self.ledger.tables[-1]) if self.ledger.tables else None
        record.snapshot_id = target.snapshot_id if target else None


def last_publish(layout: LakeLayout) -> Published:
    """Read the last publish. The dimensions are committed before the joined table: when a crash left
    tables of two runs, the newer ledger is theirs, and what it names has landed durably."""
    heads = [head for head in LakeHead(layout).heads() if RUN in head.properties]
    newest = max(heads, key=lambda head: head.properties[RUN], default=None)
    ledger = read_ledger(layout, newest.properties) if newest else Ledger()
    # A table that the project no longer names stays as it is, and is nobody's business here.
    return Published(tuple(head for head in heads if str(head.name) in ledger.tables), ledger)
