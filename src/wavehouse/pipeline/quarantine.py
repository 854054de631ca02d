"""What could not be loaded: rows are the table `quarantine.rows`, files lie below `quarantine/files/`.

The table has all rows that are kept aside at its time: one that fits later is no longer there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from wavehouse.core.columns import Column
from wavehouse.core.sql_text import column_list, literal
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine, WrittenFile
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import plan_schema
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.base import Base
from wavehouse.pipeline.ledger import write_batch
from wavehouse.staging.landed_file import LandedFile
from wavehouse.staging.row_reject import Fault, RowReject
from wavehouse.store.durable import write_durably

QUARANTINE = TableName("quarantine", "rows")
COLUMNS = (
    Column("source", "string"),
    Column("file", "string"),
    Column("sha256", "string"),
    Column("batch", "string"),
    Column("batch_time", "timestamp"),
    Column("line", "bigint"),
    Column("byte_offset", "bigint"),
    Column("rules", "array<string>"),
    Column("columns", "array<string>"),
    Column("values", "array<string>"),
    Column("reason", "string"),
    Column("retryable", "boolean"),
    Column("raw", "string"),
)
# The landed file has all of it; a table of such texts would be of use to nobody.
_LONGEST_RAW = 100_000  # characters
_MARKS = (Column("source", "string"), Column("sha256", "string"), Column("line", "bigint"))
_RECORD = ".json"  # what the record of a file set aside is called after it


class Quarantine:
    """Takes what one run keeps aside."""

    def __init__(self, layout: LakeLayout, run: str, scratch: Path) -> None:
        self._layout = layout
        self._run = run
        self._path = scratch / "quarantine.jsonl"
        self._marks = scratch / "quarantine-gone.jsonl"
        self._file: IO[str] | None = None
        self._aside: list[tuple[LandedFile, str]] = []
        self._amended: dict[tuple[str, str, int], tuple[str, ...]] = {}
        self._replaced: dict[str, str] = {}

    def keep_aside(self, row: RowReject) -> None:
        """Add one row."""
        self._add(
            {
                "source": row.source,
                "file": row.file,
                "sha256": row.sha256,
                "batch": row.batch,
                "batch_time": _naive(row.batch_time),
                "line": row.line,
                "byte_offset": row.byte_offset,
                "retryable": row.retryable,
                "raw": _storable(row.raw),
                **_told(row.faults),
            }
        )

    def _add(self, record: Mapping[str, object]) -> None:
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8")
        self._file.write(json.dumps(record) + "\n")

    def amend(self, source: str, sha256: str, line: int, rules: Sequence[str]) -> None:
        """Of a row that was kept aside before: it fails these of its rules now; without any it is let in."""
        self._amended[(source, sha256, line)] = tuple(rules)

    def replace_source(self, source: str, sha256: str) -> None:
        """Let go what was kept aside of a source, but for one file: that is the whole of it now."""
        self._replaced[source] = sha256

    def start_over(self) -> None:
        """Forget all rows: they will be read again."""
        self.close()
        self._amended.clear()
        self._replaced.clear()

    def set_aside(self, file: LandedFile, reason: str) -> None:
        """Move a landed file that is wrong as a whole out of the way of the next run, when this one ends."""
        self._aside.append((file, reason))

    def change(self, engine: Engine, base: Base) -> TableChange:
        """Write the rows, and say what becomes of the table."""
        plan = plan_schema(str(QUARANTINE), COLUMNS, LakeHead(self._layout).metadata(QUARANTINE))
        directory = self._layout.data(QUARANTINE, self._run)
        before = base.locations(QUARANTINE)
        removed, rest = self._without_gone(engine, before) if before else ([], "")
        parts = [rest] if rest else []
        if self._file is not None:
            self._file.close()
            self._file = None
            parts.append(f"SELECT * FROM {engine.json_lines(self._path, COLUMNS)}")
        added: list[WrittenFile] = []
        if parts:
            rows = " UNION ALL BY NAME ".join(parts)
            added = engine.write_parquet(
                f"SELECT * FROM ({rows}) ORDER BY source, file, batch_time, line",
                directory,
                field_ids=plan.ids,
            )
        gone = sum(file.rows for file in base.files(QUARANTINE) if file.location in set(removed))
        return TableChange(
            QUARANTINE,
            plan,
            [file.location for file in added],
            None if base.anew else removed,
            base.rows(QUARANTINE) - gone + sum(file.rows for file in added),
        )

    def _without_gone(self, engine: Engine, before: Sequence[str]) -> tuple[list[str], str]:
        """The files that have rows which go, and a query for their other rows."""
        conditions = [
            f"(source = {literal(source)} AND sha256 <> {literal(sha256)})"
            for source, sha256 in self._replaced.items()
        ]
        if self._amended:
            with self._marks.open("w", encoding="utf-8") as file:
                for source, sha256, line in self._amended:
                    file.write(json.dumps({"source": source, "sha256": sha256, "line": line}) + "\n")
            marks = engine.json_lines(self._marks, _MARKS)
            conditions.append(f"(source, sha256, line) IN (SELECT (source, sha256, line) FROM {marks})")
        if not conditions:
            return [], ""
        gone = " OR ".join(conditions)
        rows = engine.parquet(before, with_position=True)
        removed = [
            name for (name,) in engine.rows(f"SELECT DISTINCT filename FROM {rows} WHERE {gone} ORDER BY 1")
        ]
        if not removed:
            return [], ""
        touched = engine.parquet(removed)
        names = [column.name for column in COLUMNS]
        if any(self._amended.values()):
            selected = f"SELECT {column_list(names)} FROM {touched} WHERE {gone}"
            for row in engine.rows(selected):
                self._add_amended(dict(zip(names, row, strict=True)))
        return removed, f"SELECT {column_list(names)} FROM {touched} WHERE NOT ({gone})"

    def _add_amended(self, row: dict[str, Any]) -> None:
        left = self._amended.get((row["source"], row["sha256"], row["line"]), ())
        faults = [
            Fault(rule, column, value)
            for rule, column, value in zip(row["rules"], row["columns"], row["values"], strict=True)
            if rule in left
        ]
        if faults:
            self._add({**row, "batch_time": _naive(row["batch_time"].isoformat()), **_told(faults)})

    def move_files(self, wanted: Callable[[LandedFile], bool] = lambda _: True) -> None:
        """Move the files that were set aside, or those of them that are `wanted`."""
        left = []
        for file, reason in self._aside:
            if not wanted(file):
                left.append((file, reason))
                continue
            landed = self._layout.root / file.path
            target = self._layout.quarantine / "files" / file.batch / landed.name
            target.parent.mkdir(parents=True, exist_ok=True)
            record = json.dumps({"file": file.as_json(), "reason": reason}, indent=1)
            write_durably(target.with_name(target.name + _RECORD), record.encode())
            landed.rename(target)
        self._aside = left

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
    kept: dict[tuple[str, str], FileAside] = {}
    for one in files:
        if kept.setdefault(one.file.identity, one) is not one:
            # The same bytes once more.
            one.path.unlink()
            one.path.with_name(one.path.name + _RECORD).unlink()
    files = list(kept.values())
    if files:
        # The list first: it may name a file that is not there yet, but no file may be in nobody's list.
        write_batch(layout, batch, [one.file for one in files])
    for one in files:
        _put_back(layout, one, one.file.path)


def bring_back(layout: LakeLayout, files: Iterable[LandedFile]) -> None:
    """Let landed files lie where they did that a later run has set aside: a ledger names them again."""
    missing = {file.identity: file for file in files if not (layout.root / file.path).is_file()}
    for one in files_aside(layout) if missing else ():
        if file := missing.pop(one.file.identity, None):
            _put_back(layout, one, file.path)


def _put_back(layout: LakeLayout, one: FileAside, path: str) -> None:
    landed = layout.root / path
    landed.parent.mkdir(parents=True, exist_ok=True)
    one.path.rename(landed)
    one.path.with_name(one.path.name + _RECORD).unlink()


def _told(faults: Sequence[Fault]) -> dict[str, object]:
    return {
        "rules": [fault.rule for fault in faults],
        "columns": [fault.column for fault in faults],
        "values": [_storable(fault.value) for fault in faults],
        "reason": _storable("; ".join(fault.reason for fault in faults)),
    }


def _naive(moment: str) -> str:
    return moment.removesuffix("+00:00")


def _storable(text: str) -> str:
    """`text` as a table can hold it: bytes that are no UTF-8 and NULs as `\\xff` and `\\x00`."""
    cut = text if len(text) <= _LONGEST_RAW else f"{text[:_LONGEST_RAW]}… ({len(text):,} characters)"
    decoded = cut.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return decoded.replace("\0", "\\x00")
