"""What could not be loaded, with file, line and reason, below `quarantine/`.

Rows are JSON lines, one file per run (`<run>.jsonl`); files wrong as a whole lie under `files/<batch>/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from wavehouse.lake.layout import LakeLayout
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.row_reject import RowReject
from wavehouse.store.durable import sync_files


class QuarantineFile:
    """Takes the rows of one run; nothing is written where no row is kept aside."""

    def __init__(self, layout: LakeLayout, run: str) -> None:
        self._layout = layout
        self.path = layout.quarantine / f"{run}.jsonl"
        self._file: IO[str] | None = None
        self._aside: list[LandedFile] = []

    def keep_aside(self, row: RowReject) -> None:
        """Add one row."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Undecodable bytes of the raw text travel as escapes: JSON holds any character.
            self._file = self.path.open("w", encoding="utf-8")
        record = {**asdict(row), "reason": row.reason}
        self._file.write(json.dumps(record, ensure_ascii=True) + "\n")

    def set_aside(self, file: LandedFile) -> None:
        """Move a landed file that is wrong as a whole out of the way of the next run, when this one ends."""
        self._aside.append(file)

    def finish(self) -> None:
        """Make the rows durable, and move the files."""
        for file in self._aside:
            landed = self._layout.root / file.path
            target = self._layout.quarantine / "files" / file.batch / landed.name
            target.parent.mkdir(parents=True, exist_ok=True)
            landed.rename(target)
        self._aside.clear()
        if self._file is not None:
            self._file.close()
            self._file = None
            sync_files([self.path])

    def undo(self) -> None:
        """Remove the rows: the run came to nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self.path.unlink(missing_ok=True)


def quarantined_rows(layout: LakeLayout, run: str) -> Iterator[dict[str, Any]]:
    """The rows that a run kept aside, in the order of files and lines."""
    path: Path = layout.quarantine / f"{run}.jsonl"
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
