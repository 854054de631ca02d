"""Which files the tables are made of: an immutable ledger file, named and hashed in every snapshot.

`staging/_batches/<batch>.json` says that a batch has landed completely; `staging/_ledger/<run>.json` lists
every file that went into the tables of one publish. The snapshot's own summary is what counts: a ledger
that no snapshot names was never published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.errors import OutsideError
from wavehouse.lake.layout import LakeLayout
from wavehouse.staging.landing import LandedFile
from wavehouse.store.durable import write_durably

RUN = "wavehouse.run"
PROJECT = "wavehouse.project"
SOURCES = "wavehouse.source-snapshots"
_LEDGER = "wavehouse.ledger"
_LEDGER_SHA256 = "wavehouse.ledger-sha256"
_NEW_FILES = "wavehouse.new-files"


@dataclass(frozen=True)
class Ledger:
    """The landed files that a table's current snapshot is made of."""

    files: tuple[LandedFile, ...] = ()

    @property
    def hashes(self) -> frozenset[str]:
        """SHA-256 of every file taken."""
        return frozenset(file.sha256 for file in self.files)


def write_ledger(
    layout: LakeLayout, run: str, files: Sequence[LandedFile], new: Iterable[LandedFile]
) -> dict[str, str]:
    """Write the ledger of a publish; returns the bookmark that each of its snapshots must carry."""
    path = layout.staging / "_ledger" / f"{run}.json"
    content = json.dumps({"files": [file.as_json() for file in files]}, indent=1).encode()
    write_durably(path, content)
    return {
        RUN: run,
        _LEDGER: str(path.relative_to(layout.root)),
        _LEDGER_SHA256: hashlib.sha256(content).hexdigest(),
        _NEW_FILES: ",".join(sorted({file.sha256 for file in new})),
    }


def read_ledger(layout: LakeLayout, summary: Mapping[str, str]) -> Ledger:
    """The ledger that a snapshot's summary names; empty for a snapshot that was not made by a run.

    Raises `OutsideError` for a ledger that is missing or is not the one that was published.
    """
    if _LEDGER not in summary:
        return Ledger()
    path = layout.root / summary[_LEDGER]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OutsideError(
            f"the list of loaded files cannot be read ({error.strerror})",
            where=str(path),
            remedy="Restore it from a backup, or load the files into a new lake",
        ) from error
    if hashlib.sha256(content).hexdigest() != summary[_LEDGER_SHA256]:
        raise OutsideError(
            "the list of loaded files was changed after it was published",
            where=str(path),
            remedy="Restore it from a backup, or load the files into a new lake",
        )
    return Ledger(tuple(LandedFile.from_json(file) for file in json.loads(content)["files"]))


def write_batch(layout: LakeLayout, batch: str, files: Sequence[LandedFile]) -> Path:
    """Declare a batch complete: its files must be durable by now."""
    path = layout.staging / "_batches" / f"{batch}.json"
    write_durably(path, json.dumps({"files": [file.as_json() for file in files]}, indent=1).encode())
    return path


def waiting_files(layout: LakeLayout, taken: frozenset[str]) -> list[LandedFile]:
    """Files of complete batches that no published ledger has, oldest batch first."""
    found: dict[str, LandedFile] = {}
    for path in sorted((layout.staging / "_batches").glob("*.json")):
        for record in json.loads(path.read_bytes())["files"]:
            file = LandedFile.from_json(record)
            if file.sha256 not in taken and (layout.root / file.path).is_file():
                found.setdefault(file.sha256, file)
    return list(found.values())
