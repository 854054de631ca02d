"""Which files the tables are made of: an immutable ledger file, named and hashed in every snapshot.

`staging/_batches/<batch>.json` says that a batch has landed completely; `staging/_ledger/<run>.json` lists
every file that went into the tables of one publish. The snapshot's own summary is what counts: a ledger
that no snapshot names was never published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from wavehouse.core.errors import OutsideError
from wavehouse.lake.bookmark import ACTION, PROJECT, RUN
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.inputs import Input
from wavehouse.pipeline.origin import Origin
from wavehouse.pipeline.outputs import Output
from wavehouse.staging.landed_file import LandedFile
from wavehouse.store.durable import write_durably

_LEDGER = "wavehouse.ledger"
_LEDGER_SHA256 = "wavehouse.ledger-sha256"
_NEW_FILES = "wavehouse.new-files"


@dataclass(frozen=True)
class Ledger:
    """What a publish was made of: landed files; and the sources and tables that its project has.

    `held` are files that a rollback took out again, and that no run takes until they are released. `inputs`
    is what flows have read besides, `outputs` the folders of files that they have written. `origins` tells
    what each of their targets was made from.
    """

    files: tuple[LandedFile, ...] = ()
    held: tuple[LandedFile, ...] = ()
    sources: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    origins: tuple[Origin, ...] = ()

    def lacks(self, file: LandedFile) -> bool:
        """Whether a file was not taken, or counts as of another time or name."""
        mine = self._taken.get(file.identity)
        return mine is None or file.counts_before(mine)

    def holds(self, file: LandedFile) -> bool:
        """Whether a rollback took a file out again, or the time and name that it has."""
        return any(
            one.identity == file.identity and (one.identity not in self._taken or not file.counts_before(one))
            for one in self.held
        )

    @cached_property
    def _taken(self) -> dict[tuple[str, str], LandedFile]:
        return {file.identity: file for file in self.files}

    def counted_anew(self, files: Iterable[LandedFile]) -> tuple[Ledger, list[LandedFile]]:
        """The ledger in which those of `files` that were taken before count as of the time and name that
        they have now; and the others, each once."""
        others: dict[tuple[str, str], LandedFile] = {}
        for file in files:
            before = others.setdefault(file.identity, file)
            if file.counts_before(before):
                others[file.identity] = file
        counted = tuple(others.pop(file.identity, file) for file in self.files)
        return (self if counted == self.files else replace(self, files=counted)), list(others.values())


def write_ledger(
    layout: LakeLayout, run: str, ledger: Ledger, new: Iterable[LandedFile], project: str, action: str
) -> dict[str, str]:
    """Write the ledger of a publish; returns the bookmark that each of its snapshots must carry."""
    path = _ledger_path(layout, run)
    content = json.dumps(
        {
            "sources": ledger.sources,
            "tables": ledger.tables,
            "files": [file.as_json() for file in ledger.files],
            "held": [file.as_json() for file in ledger.held],
            "inputs": [one.as_json() for one in ledger.inputs],
            "outputs": [one.as_json() for one in ledger.outputs],
            "origins": [one.as_json() for one in ledger.origins],
        },
        indent=1,
    ).encode()
    write_durably(path, content)
    return {
        RUN: run,
        PROJECT: project,
        ACTION: action,
        _LEDGER: str(path.relative_to(layout.root)),
        _LEDGER_SHA256: hashlib.sha256(content).hexdigest(),
        _NEW_FILES: ",".join(sorted({file.sha256 for file in new})),
    }


def remove_ledger(layout: LakeLayout, run: str) -> Ledger:
    """Remove the ledger of a run that published nothing; returns what stood in it."""
    path = _ledger_path(layout, run)
    ledger = _parsed(path.read_bytes()) if path.is_file() else Ledger()
    path.unlink(missing_ok=True)
    return ledger


def ledger_path_of(layout: LakeLayout, summary: Mapping[str, str]) -> Path | None:
    """The ledger that a snapshot's summary names, if it does."""
    return layout.root / summary[_LEDGER] if _LEDGER in summary else None


def _ledger_path(layout: LakeLayout, run: str) -> Path:
    return layout.staging / "_ledger" / f"{run}.json"


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
    return _parsed(content)


def _parsed(content: bytes) -> Ledger:
    written = json.loads(content)
    return Ledger(
        tuple(LandedFile.from_json(file) for file in written["files"]),
        tuple(LandedFile.from_json(file) for file in written["held"]),
        tuple(written["sources"]),
        tuple(written["tables"]),
        # Runs of earlier versions did not know these.
        tuple(Input.from_json(one) for one in written.get("inputs", ())),
        tuple(Output.from_json(one) for one in written.get("outputs", ())),
        tuple(Origin.from_json(one) for one in written.get("origins", ())),
    )


def write_batch(layout: LakeLayout, batch: str, files: Sequence[LandedFile]) -> Path:
    """Declare a batch complete: its files must be durable by now."""
    path = layout.staging / "_batches" / f"{batch}.json"
    write_durably(path, json.dumps({"files": [file.as_json() for file in files]}, indent=1).encode())
    return path


def waiting_files(layout: LakeLayout, ledger: Ledger) -> list[LandedFile]:
    """Files of complete batches that the ledger lacks and does not hold, oldest batch first."""
    found: dict[tuple[str, str], LandedFile] = {}
    for path in batch_lists(layout):
        for file in files_of_batch(path):
            before = found.get(file.identity)
            if (
                ledger.lacks(file)
                and not ledger.holds(file)
                and (before is None or file.counts_before(before))
                and (layout.root / file.path).is_file()
            ):
                found[file.identity] = file
    return list(found.values())


def batch_lists(layout: LakeLayout) -> list[Path]:
    """The lists of complete batches, oldest first."""
    return sorted((layout.staging / "_batches").glob("*.json"))


def files_of_batch(path: Path) -> list[LandedFile]:
    """What such a list has. Raises `OutsideError` for one that is damaged."""
    try:
        return [LandedFile.from_json(record) for record in json.loads(path.read_bytes())["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise OutsideError(
            f"the list of a batch is damaged ({type(error).__name__}: {error})",
            where=str(path),
            remedy="Restore it from a backup; or remove it, and name the files of that batch again",
        ) from error
