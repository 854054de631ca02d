"""A small catalogue, and runs over it in this process."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wavehouse.core.progress import Silent
from wavehouse.core.run_record import RunRecord
from wavehouse.core.table_name import TableName
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.quarantined import Wanted, quarantined_rows
from wavehouse.pipeline.run import RunOptions, run
from wavehouse.project.project import Project
from wavehouse.settings import builtin_project
from wavehouse.wiring.parts import open_engine

Rows = Sequence[dict[str, Any]]


def ident(kind: str, number: int) -> str:
    """A 22-character id."""
    return f"{kind}{number:0{22 - len(kind)}d}"


def artists(numbers: Iterable[int], **changed: Any) -> Rows:
    """Rows of artist.csv."""
    return [
        {
            "id": ident("ar", n),
            "name": f"Artist {n}",
            "artist_popularity": 50,
            "artist_genres": "['pop']",
            "followers": 10 * n,
            "genre_0": "pop",
            **changed,
        }
        for n in numbers
    ]


def albums(
    numbers: Iterable[int], artist: int = 1, date: str = "2001-02-03 00:00:00 UTC", **changed: Any
) -> Rows:
    """Rows of album.csv: track n stands on album n // 10."""
    return [
        {
            "track_name": f"Track {n}",
            "track_id": ident("tr", n),
            "album_name": f"Album {n // 10}",
            "release_date": date,
            "album_id": ident("al", n // 10),
            "artist_id": ident("ar", artist),
            "duration_ms": 1000 + n,
            "artist_0": f"Artist {artist}",
            "artist_1": "Guest",
            **changed,
        }
        for n in numbers
    ]


def tracks(numbers: Iterable[int], popularity: int = 10) -> Rows:
    """Rows of tracks.csv."""
    return [{"id": ident("tr", n), "track_popularity": popularity, "explicit": "false"} for n in numbers]


def write(path: Path, rows: Rows) -> Path:
    """Write rows as CSV; returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


@dataclass(frozen=True)
class Lake:
    """A lake and what can be asked of it."""

    root: Path
    project: Project

    def run(self, *paths: Path, full: bool = False) -> RunRecord:
        """One run in this process."""
        return run(self.root, self.project, open_engine, Silent(), RunOptions(paths, full))

    @property
    def head(self) -> LakeHead:
        """The tables."""
        return LakeHead(LakeLayout(self.root.absolute()))

    def rows(self, sql: str, table: str = "spotify.tracks") -> list[tuple[Any, ...]]:
        """Rows of a query in which `{t}` is a table, read through its Iceberg metadata."""
        head = self.head.head(TableName.parse(table))
        assert head is not None
        engine = open_engine(self.root / ".scratch")
        try:
            return engine.rows(sql.format(t=engine.iceberg(head.metadata)))
        finally:
            engine.close()

    def aside(self, run: str | None = None, **wanted: Any) -> list[dict[str, Any]]:
        """The rows that are kept aside now, or were after a run."""
        engine = open_engine(self.root / ".scratch")
        try:
            return quarantined_rows(self.head, engine, Wanted(**wanted), run).rows
        finally:
            engine.close()

    def files(self) -> set[str]:
        """Every file below the lake but the run history, relative."""
        found = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return {str(path) for path in found if path.parts[0] not in ("runs", ".lock")}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake that is not there yet, for the project that ships."""
    return Lake(tmp_path / "lake", Project.at(builtin_project()))


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Two artists, twenty tracks on two albums of the first."""
    folder = tmp_path / "files"
    write(folder / "artist.csv", artists([1, 2]))
    write(folder / "album.csv", albums(range(20)))
    write(folder / "tracks.csv", tracks(range(20)))
    return folder
