"""The history of queries: one JSON file each, named so that they sort by time."""

from __future__ import annotations

import contextlib
import json
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

from wavehouse.core.errors import CallError
from wavehouse.core.processes import is_running
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.service.execution import SYSTEM, Execution, Failure
from wavehouse.query.service.presence import is_present
from wavehouse.store.durable import missing_folders, sync_directory, sync_files

MOST = 1_000
MOST_BYTES = 10_000_000_000
# Pruned when so many more are there: not at every query.
_SLACK = 50
_NAME = re.compile(r"\d{8}T\d{12}Z\.([0-9a-f-]{36})\.json")
_LOST = "the process that ran the query has ended before it"


class QueryHistory:
    """The records below `folder`; of more than `most` the oldest go, with their results.

    Of results of more than `most_bytes` together the oldest go as well.
    """

    def __init__(self, folder: Path, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self.most_bytes = most_bytes
        self._most = most
        # The names of files by the ids of queries: they never change, but there are more with time.
        self._files: dict[str, str] = {}

    @property
    def results(self) -> Path:
        """Where the results of queries lie, each in files that begin with its id."""
        return self.folder / "results"

    def announce(self, execution: Execution) -> None:
        """Keep a record: whoever reads it finds the one before, or all of this; a power cut may undo it."""
        path = self._path(execution)
        if not self.folder.is_dir():
            made = missing_folders(path)
            self.folder.mkdir(parents=True, exist_ok=True)
            for folder in made:
                sync_directory(folder.parent)
        aside = path.with_name(f".{path.name}.{os.getpid()}.part")
        aside.write_bytes(_content(execution))
        aside.replace(path)
        self._files[execution.id] = path.name

    def settle(self, execution: Execution) -> None:
        """Let the record that is there outlast a power cut."""
        sync_files([self._path(execution)])

    @property
    def is_writable(self) -> bool:
        """Whether records and results can be kept there."""
        try:
            self.results.mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        return os.access(self.folder, os.W_OK | os.X_OK) and os.access(self.results, os.W_OK | os.X_OK)

    def listed(self) -> list[str]:
        """The ids of all queries, newest first."""
        return [found[1] for name in self._names() if (found := _NAME.fullmatch(name))]

    def newest(self, limit: int | None = None) -> Iterator[Execution]:
        """The records, newest first, at most so many; one that is damaged is left out."""
        left = limit
        for name in self._names():
            if left == 0:
                return
            found = self._read(self.folder / name)
            if found is not None:
                left = None if left is None else left - 1
                yield found

    def get(self, id_: str) -> Execution | None:
        """The record of a query; None where there is none, or a damaged one."""
        if not _is_id(id_):
            return None
        if id_ not in self._files:
            self._names()
        name = self._files.get(id_)
        return self._read(self.folder / name) if name else None

    def find(self, begins: str) -> Execution:
        """The record of the one query whose id begins so, or of the `last`; raises `CallError` else."""
        ids = self.listed()
        found = ids[:1] if begins == "last" else [id_ for id_ in ids if id_.startswith(begins.lower())]
        if len(found) != 1:
            what = f"there is no query '{begins}'" if not found else f"'{begins}' begins {len(found)} queries"
            raise CallError(what, remedy="Write more of its id" if found else did_you_mean(begins, ids[:12]))
        execution = self.get(found[0])
        if execution is None:
            raise CallError(f"the record of the query {found[0]} is damaged", remedy="No table depends on it")
        return execution

    def prune(self) -> None:
        """Remove the oldest records beyond the limit, with their results."""
        names = list(self._names())
        if len(names) < self._most + _SLACK:
            return
        gone = set()
        for name in names[self._most :]:
            (self.folder / name).unlink(missing_ok=True)
            gone |= {found[1] for found in [_NAME.fullmatch(name)] if found}
        for path in self.results.glob("*"):
            if path.name.partition(".")[0] in gone:
                path.unlink(missing_ok=True)

    def prune_results(self) -> None:
        """Remove the oldest results beyond the limit of bytes; the records stay."""
        sizes: dict[str, dict[int, int]] = {}
        for path in self.results.glob("*"):
            with contextlib.suppress(OSError):  # gone meanwhile
                found = path.stat()
                # (An answer that several queries have lies there once.)
                sizes.setdefault(path.name.partition(".")[0], {})[found.st_ino] = found.st_size
        # (What has no record is older than all that have one.)
        newest = [id_ for id_ in dict.fromkeys([*self.listed(), *sorted(sizes)]) if id_ in sizes]
        seen: set[int] = set()
        together = 0
        for id_ in newest:
            together += sum(size for file, size in sizes[id_].items() if file not in seen)
            seen |= sizes[id_].keys()
            if together > self.most_bytes:
                for path in self.results.glob(f"{id_}.*"):
                    path.unlink(missing_ok=True)

    def _names(self) -> Iterator[str]:
        try:
            names = [path.name for path in self.folder.iterdir()]
        except OSError:
            return iter(())
        found = [match for name in names if (match := _NAME.fullmatch(name))]
        self._files = {match[1]: match[0] for match in found}
        return iter(sorted(self._files.values(), reverse=True))

    def _path(self, execution: Execution) -> Path:
        return self.folder / f"{execution.submitted:%Y%m%dT%H%M%S%f}Z.{execution.id}.json"

    def _read(self, path: Path) -> Execution | None:
        try:
            execution = Execution.from_json(json.loads(path.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        if not execution.has_ended and not self._runs(execution):
            execution.state, execution.reason = "FAILED", _LOST
            execution.failure = Failure(SYSTEM, 100, _LOST, retryable=True)
        return execution

    def _runs(self, execution: Execution) -> bool:
        # (Where there are no locks its number is all that is known of a process.)
        return (
            is_present(self.folder, execution.server) if execution.server else is_running(execution.process)
        )


def _content(execution: Execution) -> bytes:
    return json.dumps(execution.as_json()).encode("utf-8", "surrogatepass")


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
