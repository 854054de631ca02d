"""What could not be loaded: rows are the table `quarantine.rows`, files lie below `quarantine/files/`.

Every publish writes the table anew with all rows that are kept aside at its time: a row that fits later is
no longer there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from wavehouse.core.columns import Column
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine, WrittenFile
from wavehouse.lake.field_ids import SchemaPlan, plan_schema
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.ledger import write_batch
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.row_reject import RowReject
from wavehouse.store.durable import write_durably

QUARANTINE = TableName("quarantine", "rows")
COLUMNS = (
    Column("source", "string"),
    Column("file", "string"),
    Column("batch", "string"),
    Column("batch_time", "timestamp"),
    Column("line", "bigint"),
    Column("byte_offset", "bigint"),
    Column("rules", "array<string>"),
    Column("columns", "array<string>"),
    Column("reason", "string"),
    Column("retryable", "boolean"),
    Column("raw", "string"),
)
# The landed file has all of it; a table of such texts would be of use to nobody.
_LONGEST_RAW = 100_000  # characters
_RECORD = ".json"  # what the record of a file set aside is called after it


@dataclass(frozen=True)
class QuarantineTable:
    """The rows of the table as this run wrote them, not yet committed."""

    plan: SchemaPlan
    files: list[WrittenFile]


class Quarantine:
    """Takes what one run keeps aside."""

    def __init__(self, layout: LakeLayout, run: str, scratch: Path) -> None:
        self._layout = layout
        self._run = run
        self._path = scratch / "quarantine.jsonl"
        self._file: IO[str] | None = None
        self._aside: list[tuple[LandedFile, str]] = []

    def keep_aside(self, row: RowReject) -> None:
        """Add one row."""
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8")
        record = {
            "source": row.source,
            "file": row.file,
            "batch": row.batch,
            "batch_time": row.batch_time.removesuffix("+00:00"),
            "line": row.line,
            "byte_offset": row.byte_offset,
            "rules": [fault.rule for fault in row.faults],
            "columns": [fault.column for fault in row.faults],
            "reason": _storable(row.reason),
            "retryable": row.retryable,
            "raw": _storable(row.raw),
        }
        self._file.write(json.dumps(record) + "\n")

    def set_aside(self, file: LandedFile, reason: str) -> None:
        """Move a landed file that is wrong as a whole out of the way of the next run, when this one ends."""
        self._aside.append((file, reason))

    def write(self, engine: Engine) -> QuarantineTable:
        """Write the rows as data files of the table."""
        plan = plan_schema(str(QUARANTINE), COLUMNS, LakeHead(self._layout).metadata(QUARANTINE))
        if self._file is None:
            return QuarantineTable(plan, [])
        self._file.close()
        self._file = None
        lines = engine.json_lines(self._path, COLUMNS)
        rows = f"SELECT * FROM {lines} ORDER BY source, file, batch_time, line"
        directory = self._layout.data(QUARANTINE, self._run)
        return QuarantineTable(plan, engine.write_parquet(rows, directory, field_ids=plan.ids))

    def move_files(self, *, but: str = "") -> None:
        """Move the files that were set aside, but for those of the batch `but`."""
        for file, reason in self._aside:
            if file.batch == but:
                continue
            landed = self._layout.root / file.path
            target = self._layout.quarantine / "files" / file.batch / landed.name
            target.parent.mkdir(parents=True, exist_ok=True)
            record = json.dumps({"file": file.as_json(), "reason": reason}, indent=1)
            write_durably(target.with_name(target.name + _RECORD), record.encode())
            landed.rename(target)
        self._aside = [(file, reason) for file, reason in self._aside if file.batch == but]

    def close(self) -> None:
        """Close what is open."""
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass(frozen=True)
class FileAside:
    """A landed file that was set aside, where it is now, and why."""

    file: LandedFile
    path: Path
    reason: str


def files_aside(layout: LakeLayout) -> list[FileAside]:
    """The files that were set aside, oldest batch first."""
    found = []
    for path in sorted((layout.quarantine / "files").glob(f"*/*{_RECORD}")):
        record = json.loads(path.read_bytes())
        file = path.with_name(path.name.removesuffix(_RECORD))
        if file.is_file():
            found.append(FileAside(LandedFile.from_json(record["file"]), file, record["reason"]))
    return found


def put_back(layout: LakeLayout, files: Sequence[FileAside], batch: str) -> None:
    """Let the next run take files that were set aside, as the batch `batch`."""
    kept: dict[str, FileAside] = {}
    for one in files:
        if kept.setdefault(one.file.sha256, one) is not one:
            # The same bytes once more.
            one.path.unlink()
            one.path.with_name(one.path.name + _RECORD).unlink()
    files = list(kept.values())
    if files:
        # The list first: it may name a file that is not there yet, but no file may be in nobody's list.
        write_batch(layout, batch, [one.file for one in files])
    for one in files:
        landed = layout.root / one.file.path
        landed.parent.mkdir(parents=True, exist_ok=True)
        one.path.rename(landed)
        one.path.with_name(one.path.name + _RECORD).unlink()


def _storable(text: str) -> str:
    """`text` as a table can hold it: bytes that are no UTF-8 and NULs as `\\xff` and `\\x00`."""
    cut = text if len(text) <= _LONGEST_RAW else f"{text[:_LONGEST_RAW]}… ({len(text):,} characters)"
    decoded = cut.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return decoded.replace("\0", "\\x00")
