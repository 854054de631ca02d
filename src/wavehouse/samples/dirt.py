"""Plants traps in a clean catalogue, and lists them: what a careful load must find, and no more."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, BinaryIO, TextIO

from wavehouse.core.progress import Progress, step
from wavehouse.samples.layout import PLANTED
from wavehouse.samples.records import RecordWriter, fields_of, record_of, records
from wavehouse.samples.traps import (
    DIFFERING,
    IDENTICAL,
    MISSING_FEATURES,
    RAGGED_LONG,
    RAGGED_SHORT,
    SOURCES,
    Fields,
    Source,
    Trap,
    differing,
    traps_for,
)

_FARTHEST_REPEAT = 200  # a duplicate comes up to so many rows after its original
_REPORT_EVERY = 20_000


def plant(
    directory: Path, *, percent: float, seed: int, as_of: date, keep: Collection[str], progress: Progress
) -> dict[str, int]:
    """Plant one trap in about `percent` of the rows of the four source files, and list them in planted.jsonl.

    Artists whose id is in `keep` are only ever doubled: their albums must not become orphans unlisted.
    Each trap is an object with source, file, line, trap, column, expect and key. The line is that on which
    the planted record starts, of a duplicate the earlier one (it is superseded), and null for a row that
    was taken out. Returns the rows of each file.
    """
    rows = {}
    with (directory / PLANTED).open("w", encoding="utf-8", newline="\n") as listed:
        for source in SOURCES:
            with step(progress, f"plant traps in {source.name}") as summary:
                path = directory / source.file
                with _rewritten(path) as (clean, dirty):
                    chance = Random(f"{seed}/{source.name}")  # noqa: S311 (chance that repeats, no secret)
                    planter = _Planter(source, clean, dirty, listed, chance, as_of)
                    for done in planter.run(percent / 100, keep):
                        progress.advanced(f"plant traps in {source.name}", done / path.stat().st_size)
                rows[source.file] = planter.rows
                summary.text = f"{planter.planted:,} traps"
    return rows


class _Planter:
    """Copies one file record by record and plants on the way; everything it decides comes from `chance`."""

    def __init__(
        self, source: Source, clean: BinaryIO, dirty: BinaryIO, listed: TextIO, chance: Random, as_of: date
    ) -> None:
        self._source = source
        self._clean = clean
        self._out = RecordWriter(dirty)
        self._listed = listed
        self._chance = chance
        self._as_of = as_of
        self._later: list[tuple[int, bytes]] = []
        self.planted = 0

    @property
    def rows(self) -> int:
        """The records written, without the header."""
        return self._out.written - 1

    def run(self, share: float, keep: Collection[str]) -> Iterator[int]:
        """Copy the file; yields now and then the bytes that are done."""
        each = records(self._clean)
        header = next(each)
        names = fields_of(header)
        self._out.write(header)
        for number, record in enumerate(each):
            self._write_due(number)
            if self._chance.random() < share:
                self._plant(number, record, dict(zip(names, fields_of(record), strict=True)), keep)
            else:
                self._out.write(record)
            if number % _REPORT_EVERY == 0:
                yield self._clean.tell()
        self._write_due(None)

    def _plant(self, number: int, record: bytes, fields: Fields, keep: Collection[str]) -> None:
        source, chance = self._source, self._chance
        must_stay = source.name == "artists" and fields["id"] in keep
        trap = chance.choice(traps_for(source, must_stay=must_stay))
        due = number + chance.randint(1, _FARTHEST_REPEAT)
        if trap.name == IDENTICAL:
            self._later.append((due, record))
        elif trap.name == DIFFERING:
            self._later.append((due, record_of(differing(fields, source).values())))
        column = trap.spring(fields, source, chance, self._as_of)
        line = self._out.line
        if trap.name == MISSING_FEATURES:
            self._list(trap, None, column, fields)
            return
        if trap.expect == "superseded":
            self._out.write(record)
        elif trap.name == RAGGED_SHORT:
            self._out.write(record_of(list(fields.values())[:-1]))
        elif trap.name == RAGGED_LONG:
            self._out.write(record_of([*fields.values(), "surplus"]))
        else:
            self._out.write(record_of(fields.values()))
        self._list(trap, line, column, fields)

    def _write_due(self, number: int | None) -> None:
        """Write the repeated rows whose turn has come; at the end (None) all that are left."""
        if not self._later:
            return
        due = [record for when, record in self._later if number is None or when <= number]
        self._later = [(when, record) for when, record in self._later if number is not None and when > number]
        self._out.write(*due)

    def _list(self, trap: Trap, line: int | None, column: str | None, fields: Fields) -> None:
        entry: dict[str, Any] = {
            "source": self._source.name,
            "file": self._source.file,
            "line": line,
            "trap": trap.name,
            "column": column,
            "expect": trap.expect,
            "key": {name: fields[name] for name in self._source.key},
        }
        self._listed.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self.planted += 1


@contextmanager
def _rewritten(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A file to read and its successor to write, which takes its place at the end."""
    part = path.with_name(path.name + ".part")
    with path.open("rb") as old, part.open("wb") as new:
        yield old, new
    part.replace(path)
