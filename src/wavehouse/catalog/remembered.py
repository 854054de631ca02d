"""What was read of each file of a place, so that one of the same size and time is not opened again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from wavehouse.catalog.census import Census, Fractions, Place, Seen
from wavehouse.catalog.read_file import Form, Problem, ReadFile
from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CsvReading
from wavehouse.store.durable import write_durably

# What is written by another version, or was read by other classifiers, is forgotten.
_VERSION = 1


@dataclass(frozen=True)
class Memory:
    """What is known of a place: files by path, and what is wrong with others, with size and time.

    `tables` says, by path, in which table a file is.
    """

    files: Mapping[str, ReadFile]
    problems: Mapping[str, tuple[int, int, Problem]]
    tables: Mapping[str, str] = field(default_factory=dict)

    def known(self, path: str, size: int, modified: int) -> ReadFile | Problem | None:
        """What was read of a file, if it is the same still."""
        file = self.files.get(path)
        if file and (file.size, file.modified) == (size, modified):
            return file
        problem = self.problems.get(path)
        return problem[2] if problem and problem[:2] == (size, modified) else None

    def of(self, path: str) -> ReadFile | Problem | None:
        """What was read of a file, whatever it is now."""
        file, problem = self.files.get(path), self.problems.get(path)
        return file or (problem[2] if problem else None)


NOTHING = Memory({}, {})


@dataclass(frozen=True)
class MemoryFile:
    """Keeps a memory at `path`; `settings` are what the reading of a file depends on."""

    path: Path
    settings: str

    @classmethod
    def of(cls, folder: Path, crawler: str, settings: str) -> MemoryFile:
        """The file of a crawler in a folder."""
        return cls(folder / f"{hashlib.sha256(crawler.encode()).hexdigest()[:16]}.json", settings)

    def load(self) -> Memory:
        """What is remembered; nothing where it cannot be read: then all files are read again."""
        try:
            told = json.loads(self.path.read_bytes())
            if (told["version"], told["settings"]) != (_VERSION, self.settings):
                return NOTHING
            return _memory(told)
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return NOTHING

    def save(self, memory: Memory) -> None:
        """Keep it; raises `OSError`."""
        told = {"version": _VERSION, "settings": self.settings, **_document(memory)}
        write_durably(self.path, json.dumps(told, separators=(",", ":")).encode())


class _Table:
    """Values that many files share, each written once."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._places: dict[Any, int] = {}

    def place(self, key: Any, value: Any) -> int:
        if key not in self._places:
            self._places[key] = len(self.values)
            self.values.append(value)
        return self._places[key]


def _document(memory: Memory) -> dict[str, Any]:
    looks = _Table()
    files = {}
    for path, file in memory.files.items():
        key = (file.form, file.columns, file.obstacles, file.notes)
        look = {
            "form": asdict(file.form),
            "columns": [[column.name, column.type] for column in file.columns],
            "obstacles": file.obstacles,
            "notes": file.notes,
        }
        told = [file.size, file.modified, looks.place(key, look), file.rows]
        files[path] = [*told, [_census(one, path) for one in file.censuses]] if file.censuses else told
    problems = {
        path: [size, modified, problem.kind, problem.what]
        for path, (size, modified, problem) in memory.problems.items()
    }
    tables: dict[str, list[int]] = {}
    for at, path in enumerate(files):
        if path in memory.tables:
            tables.setdefault(memory.tables[path], []).append(at)
    return {"looks": looks.values, "files": files, "problems": problems, "tables": tables}


def _memory(told: Mapping[str, Any]) -> Memory:
    looks = [
        (
            Form(
                **{**look["form"], "csv": CsvReading(**look["form"]["csv"]) if look["form"]["csv"] else None}
            ),
            tuple(Column(*column) for column in look["columns"]),
            tuple(look["obstacles"]),
            tuple(look["notes"]),
        )
        for look in told["looks"]
    ]
    files = {}
    for path, (size, modified, look, rows, *censuses) in told["files"].items():
        form, columns, obstacles, notes = looks[look]
        read = tuple(_read_census(one, path) for one in censuses[0]) if censuses else ()
        files[path] = ReadFile(path, size, modified, form, columns, rows, read, obstacles, notes)
    problems = {
        path: (size, modified, Problem(path, kind, what))
        for path, (size, modified, kind, what) in told["problems"].items()
    }
    paths = list(files)
    tables = {paths[at]: table for table, members in told["tables"].items() for at in members}
    return Memory(files, problems, tables)


def _census(census: Census, path: str) -> list[Any]:
    seen = {kind: [one.count, one.place.line, one.value] for kind, one in census.seen.items()}
    facts = census.fractions
    return [
        seen,
        [facts.least, facts.most, facts.whole, facts.zero] if facts else None,
        _census(census.elements, path) if census.elements else None,
    ]


def _read_census(told: list[Any], path: str) -> Census:
    seen, facts, elements = told
    return Census(
        {kind: Seen(count, Place(path, line), value) for kind, (count, line, value) in seen.items()},
        Fractions(*facts) if facts else None,
        _read_census(elements, path) if elements else None,
    )
