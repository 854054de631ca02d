"""What a run would take, without taking it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wavehouse.core.run_record import RejectedFile
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.due import flows_due
from wavehouse.pipeline.ledger import waiting_files
from wavehouse.pipeline.offer import offered
from wavehouse.pipeline.published import COUNTED_ANEW, last_publish, why_anew
from wavehouse.project.contracts import read_contracts
from wavehouse.project.project import Project
from wavehouse.staging.finding import find_files
from wavehouse.staging.seen import SeenFiles


@dataclass(frozen=True)
class PlannedFile:
    """A file and the source that it would be loaded into; size in bytes."""

    file: str
    source: str
    size: int


@dataclass(frozen=True)
class Plan:
    """`new` would be landed, `waiting` has landed before, `known` is loaded.

    `rebuild`: all is read again, because of `why`. `flows` says why flows have something to make besides.
    """

    new: list[PlannedFile]
    waiting: list[PlannedFile]
    known: list[str]
    rejected: list[RejectedFile]
    rebuild: bool
    why: str
    flows: list[str]

    @property
    def would_change(self) -> bool:
        """Whether a run would publish anything."""
        return bool(self.new or self.waiting or self.rebuild or self.flows)


def plan_run(root: Path, project: Project, paths: Sequence[Path], *, full: bool) -> Plan:
    """Look at the files and at the lake; nothing is written, not even a new lake's directory."""
    layout = LakeLayout(root.absolute())
    find_files(paths)
    published = last_publish(layout)
    ledger = published.ledger
    waiting = waiting_files(layout, ledger)
    seen = SeenFiles(layout.seen)
    offer = offered(paths, ledger, waiting, seen, lru_cache(lambda: read_contracts(project)))
    taken, waiting = ledger.counted_anew(waiting)
    why = why_anew(published, project, full=full)
    if taken is not ledger:
        why = why or COUNTED_ANEW
    return Plan(
        new=[PlannedFile(str(a.path), a.match.contract.source, a.stat.st_size) for a in offer.new],
        waiting=[PlannedFile(file.name, file.source, file.size) for file in waiting],
        known=[str(path) for path in offer.known],
        rejected=offer.rejected,
        rebuild=bool(why),
        why=why,
        flows=flows_due(layout, project, published, ledger, seen),
    )
