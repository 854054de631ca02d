"""The cache of dashboards: copies of tables, one for each state of each, made where nobody waits for them."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wavehouse.core.columns import Column
from wavehouse.core.errors import WavehouseError
from wavehouse.core.processes import is_running
from wavehouse.core.table_head import TableHead, TableSource
from wavehouse.core.table_name import TableName
from wavehouse.engines.readers import Readers
from wavehouse.store.durable import sync_directory, sync_files

# Another form of copy is another file.
_FORM = 1
# A copy that is out of date is let go of after so many seconds: who asked before has his answer by then.
_GRACE = 60.0

Write = Callable[[str, Sequence[Column], Path], int]


@dataclass(frozen=True)
class _Attached:
    name: str
    file: Path
    columns: tuple[Column, ...]


class Copies:
    """Copies of tables below `folder`, which several processes may share.

    A copy is known by the metadata file of the state that it is of, of which no other state has the same: it
    is never out of date, it is only not asked for any more. It is written aside and put in its place by a
    rename: there are whole copies and none. `write` makes one; it returns the number of its rows.
    """

    def __init__(self, folder: Path, tables: TableSource, readers: Readers, write: Write) -> None:
        self._folder = folder
        self._tables = tables
        self._readers = readers
        self._write = write
        self._attached: dict[str, _Attached] = {}
        self._retired: list[tuple[float, _Attached]] = []
        self._numbers = 0
        self._lock = threading.Lock()
        self._making = threading.Lock()

    @property
    def names(self) -> frozenset[str]:
        """The metadata files of the states that there are copies of."""
        with self._lock:
            return frozenset(self._attached)

    def relation(self, metadata: str, *, coded: bool = False) -> str | None:
        """What stands for a table in the SQL; `coded`: recurring texts may be ENUMs. None without a copy."""
        found = self._attached.get(metadata)
        if found is None:
            return None
        return self._readers.copied(found.name, None if coded else found.columns)

    def refresh(self, names: Iterable[TableName], *, make: bool = True) -> list[str]:
        """Have a copy of each of these tables as it is now, and none of what it was before.

        Without `make` only those are taken that are there, and nothing is written. Returns notes of what
        could not be copied: tables are read without copies then.
        """
        notes = []
        with self._making:
            for name in names:
                try:
                    head = self._tables.head(name)
                    if head is not None and head.snapshot_id is not None and head.scan is None:
                        self._have(head, make=make)
                        self._drop_others(head, files=make)
                except (WavehouseError, OSError) as error:
                    notes.append(f"{name}: {error}")
            self._let_go()
        return notes

    def close(self) -> None:
        """Let go of all copies; the files stay."""
        with self._lock:
            self._attached.clear()

    def _have(self, head: TableHead, *, make: bool) -> None:
        if head.metadata in self._attached:
            return
        file = self._file(head)
        if file.is_file() and self._attach(head, file, remove=make):
            return
        if make:
            self._make(head, file)
            self._attach(head, file, remove=True)

    def _make(self, head: TableHead, file: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers()
        aside = file.with_name(f"{file.name}.{os.getpid()}.part")
        try:
            aside.unlink(missing_ok=True)
            rows = self._write(head.metadata, head.columns, aside)
            if rows != head.rows:
                raise OSError(f"the copy has {rows:,} rows of {head.rows:,}")
            sync_files([aside])
            aside.replace(file)
            sync_directory(self._folder)
        finally:
            for left in self._folder.glob(f"{aside.name}*"):
                left.unlink(missing_ok=True)

    def _attach(self, head: TableHead, file: Path, *, remove: bool) -> bool:
        """Whether the file is a copy of that state; one that is not may be removed."""
        self._numbers += 1
        # (Not told by the file's name: a file may be made again.)
        name = f"copy {os.getpid()} {self._numbers}"
        try:
            self._readers.attach(file, name)
        except Exception:
            # The engine says in many ways that a file is damaged.
            fits = False
        else:
            fits = self._is_of(name, head.metadata)
            if not fits:
                self._readers.detach(name)
        if not fits:
            if remove:
                file.unlink(missing_ok=True)
            return False
        with self._lock:
            self._attached[head.metadata] = _Attached(name, file, head.columns)
        return True

    def _is_of(self, name: str, metadata: str) -> bool:
        try:
            return self._readers.rows(self._readers.copied_metadata(name)) == [(metadata,)]
        except Exception:
            return False

    def _drop_others(self, head: TableHead, *, files: bool) -> None:
        mine = self._file(head)
        with self._lock:
            for metadata, one in [*self._attached.items()]:
                if metadata != head.metadata and one.file.name.startswith(f"{head.name}-"):
                    del self._attached[metadata]
                    self._retired.append((time.monotonic(), one))
        # Who reads one has it open: it is gone when the last has ended.
        for file in self._folder.glob(f"{head.name}-*.duckdb") if files else ():
            if file != mine:
                file.unlink(missing_ok=True)

    def _let_go(self) -> None:
        due = [(since, one) for since, one in self._retired if time.monotonic() - since > _GRACE]
        for pair in due:
            self._retired.remove(pair)
            with suppress(Exception):
                self._readers.detach(pair[1].name)

    def _remove_leftovers(self) -> None:
        """What processes that are gone have left."""
        for file in self._folder.glob("*.part*"):
            owner = file.name.partition(".duckdb.")[2].partition(".")[0]
            if not owner.isdigit() or (int(owner) != os.getpid() and not is_running(int(owner))):
                file.unlink(missing_ok=True)

    def _file(self, head: TableHead) -> Path:
        columns = [(column.name, column.type) for column in head.columns]
        state = hashlib.sha256(f"{_FORM} {head.metadata} {columns}".encode()).hexdigest()[:24]
        return self._folder / f"{head.name}-{state}.duckdb"
