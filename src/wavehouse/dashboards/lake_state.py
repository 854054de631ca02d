"""The tables of a lake as one question sees them: in one state, with the records beside them."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from wavehouse.core.metadata_tables import MetadataTable
from wavehouse.core.table_head import ExternalScan, TableHead, TableHistory, TableSource
from wavehouse.core.table_name import TableName
from wavehouse.dashboards.copies import Copies
from wavehouse.dashboards.data_sets import RECORDS_DATABASE
from wavehouse.dashboards.records import RECORD_COLUMNS, Records
from wavehouse.engines.readers import Readers

_RECORDS = "records:"


class LakeState:
    """A `TableSource`: every table is for ever what it was when it was first asked for."""

    def __init__(self, tables: TableSource, records: RecordFiles) -> None:
        self._tables = tables
        self._records = records
        self._heads: dict[TableName, TableHead | None] = {}
        self._lock = threading.RLock()

    def names(self) -> Sequence[TableName]:
        """All tables of the lake, sorted."""
        return self._tables.names()

    def head(self, name: TableName) -> TableHead | None:
        """The head of one table, None where there is no such table."""
        with self._lock:
            if name not in self._heads:
                is_record = name.database == RECORDS_DATABASE
                self._heads[name] = self._records.head(name) if is_record else self._tables.head(name)
            return self._heads[name]

    def history(self, head: TableHead) -> TableHistory:
        """The states in which a table was published."""
        if head.name.database == RECORDS_DATABASE:
            return TableHistory((), {})
        return self._tables.history(head)

    def metadata_table(self, head: TableHead, kind: str) -> MetadataTable | None:
        """A metadata table of a table of the lake; records have none."""
        return None if head.name.database == RECORDS_DATABASE else self._tables.metadata_table(head, kind)


class RecordFiles:
    """Records as files that an engine reads, one for each state of each kind, below `folder`."""

    def __init__(self, records: Records, folder: Path) -> None:
        self._records = records
        self._folder = folder
        self._lock = threading.Lock()
        self._newest: dict[str, Path] = {}

    def head(self, name: TableName) -> TableHead | None:
        """The records of a kind as a table; None where there is no such kind."""
        columns = RECORD_COLUMNS.get(name.table)
        if columns is None:
            return None
        return TableHead(name, columns, f"{_RECORDS}{self._file(name.table)}", 0, 1, 0, snapshot_id=0)

    def state(self, kind: str) -> str:
        """A text that is another one after every change of these records."""
        return self._records.state(kind)

    def _file(self, kind: str) -> Path:
        state = hashlib.sha256(self.state(kind).encode()).hexdigest()[:24]
        path = self._folder / f"{kind}-{state}.json"
        with self._lock:
            if not path.is_file():
                names = [column.name for column in RECORD_COLUMNS[kind]]
                lines = (
                    json.dumps(dict(zip(names, map(_plain, row), strict=True)))
                    for row in self._records.rows(kind)
                )
                aside = path.with_suffix(".part")
                aside.write_text("".join(f"{line}\n" for line in lines), "utf-8")
                aside.replace(path)
                # (Who still asks for the one before has opened it, or asks again.)
                if (before := self._newest.get(kind)) is not None:
                    before.unlink(missing_ok=True)
                self._newest[kind] = path
        return path


class BoardScans:
    """What stands for a table in the SQL: its copy if there is one, records, else the table's own files."""

    def __init__(self, readers: Readers, copies: Copies | None, *, coded: bool) -> None:
        self._readers = readers
        self._copies = copies
        self._coded = coded

    @property
    def dialect(self) -> str:
        """The dialect of SQL."""
        return self._readers.dialect

    def iceberg(self, metadata: str, snapshot: int | None = None, *, path: str = "") -> str:
        """A relation over a table, by its metadata file."""
        if metadata.startswith(_RECORDS):
            kind = Path(metadata).name.partition("-")[0]
            return self._readers.json_lines(Path(metadata.removeprefix(_RECORDS)), RECORD_COLUMNS[kind])
        # (A copy does not know the files.)
        if self._copies is not None and snapshot is None and not path:
            copied = self._copies.relation(metadata, coded=self._coded)
            if copied is not None:
                return copied
        return self._readers.iceberg(metadata, snapshot, path=path)

    def external(self, scan: ExternalScan, *, path: str = "") -> str:
        """A relation over files of an external table."""
        return self._readers.external(scan, path=path)


def _plain(value: Any) -> Any:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value
