"""What flows read besides the files of contracts, and whether it is still what the last publish read.

Known by content, as landed files are: the hashes of files, the snapshot of a table. Imports nothing heavy:
every run asks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from wavehouse.core.errors import WavehouseError
from wavehouse.core.table_name import TableName
from wavehouse.flow.files.file_set import FileSet
from wavehouse.flow.files.places import Places
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.project.project import Project
from wavehouse.staging.seen import SeenFiles


@dataclass(frozen=True)
class Input:
    """What one node of a flow reads: files, or a table that no run of the project makes.

    `state` is what it was read as: a hash over files, or a snapshot's id. `held`: a rollback has gone back
    behind it, and what was read then is not there any more.
    """

    flow: str
    node: str
    files: FileSet | None = None
    table: str = ""
    state: str = ""
    held: bool = False

    @property
    def at(self) -> tuple[str, str]:
        """Flow and node."""
        return (self.flow, self.node)

    def as_json(self) -> dict[str, Any]:
        """This record for a ledger."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Input:
        """The record that `as_json` wrote."""
        files = record["files"]
        if files is not None:
            files = FileSet(tuple(files["paths"]), tuple(files["exclusions"]), files["recurse"])
        return cls(**{**record, "files": files})


def places_of(layout: LakeLayout, project: Project) -> Places:
    """Where the paths of a project's flows lead."""
    return Places(project.root, layout.outputs)


def as_they_are(
    inputs: Sequence[Input], layout: LakeLayout, project: Project, seen: SeenFiles
) -> list[Input]:
    """The inputs in the state of now; '' where there is nothing to read."""
    head, places = LakeHead(layout), places_of(layout, project)
    return [replace(one, state=_state(one, head, places, seen), held=False) for one in inputs]


def changed(before: Sequence[Input], now: Sequence[Input]) -> list[Input]:
    """Those of `now` that are not as they were read before."""
    read = {one.at: one for one in before}
    return [one for one in now if one.at not in read or replace(read[one.at], held=False) != one]


def _state(one: Input, head: LakeHead, places: Places, seen: SeenFiles) -> str:
    if one.files is None:
        table = head.head(TableName.parse(one.table))
        return str(table.snapshot_id) if table else ""
    try:
        found = one.files.find(places)
        hashes = [f"{name}\0{seen.sha256(path)}" for name, path in found.items()]
    except (OSError, WavehouseError):
        return ""  # whoever reads it says why
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest() if hashes else ""
