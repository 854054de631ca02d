"""The rows that are kept aside, read back from their table."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wavehouse.core.errors import CallError
from wavehouse.core.sql_text import literal
from wavehouse.engines.engine import Engine
from wavehouse.lake.bookmark import RUN, SNAPSHOTS
from wavehouse.lake.head import LakeHead, snapshots
from wavehouse.pipeline.quarantine import QUARANTINE

_SHOWN = ("source", "file", "batch", "line", "byte_offset", "rules", "columns", "reason", "retryable", "raw")
_EXPORTED = (
    "source",
    "file",
    "line",
    "byte_offset",
    "batch",
    "rules",
    "columns",
    "reason",
    "retryable",
    "raw",
)


@dataclass(frozen=True)
class Wanted:
    """Which rows: exact names, a part of a rule's text, a line; '' and None stand for any."""

    source: str = ""
    file: str = ""
    rule: str = ""
    line: int | None = None
    limit: int | None = None


@dataclass(frozen=True)
class KeptAside:
    """Rows in the order of source, file and line.

    `total` counts all that are wanted, also beyond a limit; `all` whatever is kept aside.
    """

    total: int = 0
    all: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)


def quarantined_rows(head: LakeHead, engine: Engine, wanted: Wanted, run: str | None = None) -> KeptAside:
    """The rows that are kept aside now, or were when the run `run` had published."""
    table = head.head(QUARANTINE)
    if table is None or table.snapshot_id is None:
        return KeptAside()
    snapshot = None
    if run is not None:
        snapshot = _snapshot_of_run(head, run)
        if snapshot is None:
            return KeptAside()
    conditions = ["true"]
    if wanted.source:
        conditions.append(f"source = {literal(wanted.source)}")
    if wanted.file:
        conditions.append(f"file = {literal(wanted.file)}")
    if wanted.rule:
        conditions.append(f"contains(lower(reason), {literal(wanted.rule.lower())})")
    if wanted.line is not None:
        conditions.append(f"line = {wanted.line}")
    everything = engine.iceberg(table.metadata, snapshot)
    fits = " AND ".join(conditions)
    limit = f" LIMIT {wanted.limit}" if wanted.limit is not None else ""
    ((kept, total),) = engine.rows(f"SELECT count(*), count(*) FILTER (WHERE {fits}) FROM {everything}")
    if not total:
        return KeptAside(0, kept)
    found = engine.rows(
        f"SELECT {', '.join(_SHOWN)} FROM {everything} WHERE {fits} "
        f"ORDER BY source, file, batch_time, line{limit}"
    )
    documents = [dict(zip(_SHOWN, row, strict=True)) for row in found]
    # The first rule alone, too: most rows have one.
    return KeptAside(total, kept, [{**document, "rule": document["rules"][0]} for document in documents])


def _snapshot_of_run(head: LakeHead, run: str) -> int | None:
    """The snapshot of the table that belonged to the publish of a run."""
    for name in head.names():
        for one in snapshots(head.metadata(name) or {}):
            if one.summary.get(RUN) == run and SNAPSHOTS in one.summary:
                named: dict[str, int] = json.loads(one.summary[SNAPSHOTS])
                return named.get(str(QUARANTINE))
    return None


def export_rows(head: LakeHead, engine: Engine, wanted: Wanted, path: Path) -> int:
    """Write the wanted rows to a new CSV file; returns how many. Raises `CallError` where one exists."""
    rows = quarantined_rows(head, engine, wanted).rows
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_EXPORTED)
            for row in rows:
                cells = {**row, "rules": "; ".join(row["rules"]), "columns": "; ".join(row["columns"])}
                writer.writerow(_harmless(cells[name]) for name in _EXPORTED)
    except FileExistsError:
        raise CallError("this file exists", where=str(path), remedy="Name another, or remove it") from None
    return len(rows)


def _harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def row_at(text: str) -> Wanted:
    """Which row `FILE:LINE` names; raises `CallError` for anything else."""
    file, colon, line = text.rpartition(":")
    if not (file and colon and re.fullmatch("[0-9]{1,18}", line)):
        raise CallError(f"'{text}' does not name a row", remedy="Write file and line: album.csv:17")
    return Wanted(file=file, line=int(line))
