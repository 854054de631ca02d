"""The last publish, as the tables themselves tell it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wavehouse.core.run_record import OutputState, RunRecord, SourceCounts, TableState
from wavehouse.core.table_head import TableHead
from wavehouse.core.table_name import TableName
from wavehouse.lake.bookmark import PROJECT, RUN, SNAPSHOTS
from wavehouse.lake.head import LakeHead, snapshots
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.ledger import Ledger, read_ledger
from wavehouse.project.project import Project
from wavehouse.staging.provenance import PROVENANCE

# Why a run makes everything again when that happens (`Ledger.counted_anew`).
COUNTED_ANEW = "a file that was taken before came again, and counts as of another batch time or name"


@dataclass(frozen=True)
class Published:
    """The heads of the tables that runs write; `last` is the one that names the others' snapshots.

    Where somebody else has committed to a table since, its properties are those of the last publish, and its
    name is in `overtaken`.
    """

    heads: tuple[TableHead, ...]
    last: TableHead | None
    ledger: Ledger
    overtaken: frozenset[TableName] = frozenset()

    def shows(self, run: str) -> bool:
        """Whether some table shows what a run has made."""
        return any(head.properties[RUN] == run for head in self.heads)

    def is_made_by(self, project: str) -> bool:
        """Whether the rows were made by the definition with that hash."""
        return self.last is not None and self.last.properties[PROJECT] == project

    @property
    def is_whole(self) -> bool:
        """Whether all tables are as the last publish left them."""
        if self.last is None or self.overtaken:
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
        record.outputs = {
            one.written: OutputState(one.rows, one.files, one.bytes) for one in self.ledger.outputs if one.run
        }
        record.snapshot_id = self.last.snapshot_id if self.last else None


def last_publish(layout: LakeLayout) -> Published:
    """Read the last publish: what counts is the table that is shown last, and what it names."""
    heads = []
    overtaken = set()
    for head, metadata in LakeHead(layout).tables():
        if RUN in head.properties:
            heads.append(head)
        elif summary := _last_summary(metadata):
            heads.append(replace(head, properties=summary))
            overtaken.add(head.name)
    complete = [head for head in heads if SNAPSHOTS in head.properties]
    last = max(complete, key=lambda head: head.properties[RUN], default=None)
    ledger = read_ledger(layout, last.properties) if last else Ledger()
    return Published(tuple(heads), last, ledger, frozenset(overtaken))


def _last_summary(metadata: dict[str, Any]) -> Mapping[str, str] | None:
    """The summary of the newest snapshot of a run that a table's current one grew out of, if there is one."""
    kept = {one.id: one for one in snapshots(metadata)}
    one = kept.get(metadata.get("current-snapshot-id", -1))
    while one is not None and RUN not in one.summary:
        one = kept.get(one.parent) if one.parent is not None else None
    return one.summary if one else None


@dataclass(frozen=True)
class Publish:
    """A publish that some table still remembers: the snapshots of all tables that belong together."""

    run: str
    timestamp_ms: int
    summary: Mapping[str, str]
    snapshots: Mapping[str, int]


def publishes(layout: LakeLayout) -> list[Publish]:
    """All of them, oldest first. Which table was shown last, and names the others, may differ."""
    found = []
    head = LakeHead(layout)
    for name in head.names():
        for one in snapshots(head.metadata(name) or {}):
            if SNAPSHOTS in one.summary:
                named: dict[str, int] = json.loads(one.summary[SNAPSHOTS])
                together = {**named, str(name): one.id}
                found.append(Publish(one.summary[RUN], one.timestamp_ms, one.summary, together))
    return sorted(found, key=lambda one: (one.timestamp_ms, one.run))


def _is_of_another_time(head: TableHead) -> bool:
    """Whether a source's table says in other columns where its rows are from."""
    there = {column.name for column in head.columns}
    return head.name.database == "staging" and not there.issuperset(column.name for column in PROVENANCE)


def why_anew(published: Published, project: Project, *, full: bool) -> str:
    """Why all tables must be made again from all files; '' where they need not."""
    if published.last is None:
        return ""
    if full:
        return "it was asked for"
    if any(
        _is_of_another_time(head) for head in published.heads if str(head.name) in published.ledger.tables
    ):
        return "the tables are those of an earlier version of wavehouse"
    if published.is_made_by(project.digest()):
        return "" if published.is_whole else "a table was changed by somebody else"
    return "the project's files have changed"
