"""A small catalogue, and runs over it in this process; some tests run with both engines in any case."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests import chosen_engine

from wavehouse.core.progress import Silent
from wavehouse.core.run_record import RowChanges, RunRecord
from wavehouse.core.sql_text import identifier
from wavehouse.core.table_name import TableName
from wavehouse.engines.engine import Engine
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.pipeline.quarantined import Wanted, quarantined_rows
from wavehouse.pipeline.run import RunOptions, run
from wavehouse.pipeline.stage import stage
from wavehouse.project.copy import copy_project
from wavehouse.project.project import Project
from wavehouse.settings import builtin_project
from wavehouse.wiring import parts

Rows = Sequence[dict[str, Any]]
# What the file of a source is called, and which of its columns a file may lack.
FILES = {
    "artists": "artist.csv",
    "albums": "album.csv",
    "tracks": "tracks.csv",
    "features": "features.csv",
}
OPTIONAL = {
    "artists": ("artist_genres", "followers", *(f"genre_{at}" for at in range(7))),
    "albums": (
        "track_number", "duration_ms", "album_type", "artists", "total_tracks", "label", "album_popularity",
        "duration_sec", *(f"artist_{at}" for at in range(12)),
    ),
    "features": ("duration_ms",),
}  # fmt: skip


@pytest.fixture
def engine_name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> chosen_engine.Name:
    """The engine that the test runs with: that of the command line, but where it runs with both."""
    name: chosen_engine.Name = getattr(request, "param", chosen_engine.Chosen.name)
    monkeypatch.setattr(chosen_engine.Chosen, "name", name)
    return name


def day(number: float) -> datetime:
    """A time in the past: so many days after the beginning of 2024."""
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)


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


def features(numbers: Iterable[int], **changed: Any) -> Rows:
    """Rows of features.csv."""
    zeros = dict.fromkeys(
        (
            "danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness",
            "instrumentalness", "liveness", "valence", "tempo",
        ),
        0,
    )  # fmt: skip
    return [{**zeros, "id": ident("tr", n), "time_signature": 4, **changed} for n in numbers]


def write(path: Path, rows: Rows) -> Path:
    """Write rows as CSV; returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def small_catalogue(folder: Path) -> Path:
    """Write two artists, and twenty tracks on two albums of the first; returns the folder."""
    write(folder / "artist.csv", artists([1, 2]))
    write(folder / "album.csv", albums(range(20)))
    write(folder / "tracks.csv", tracks(range(20)))
    return folder


@dataclass(frozen=True)
class Lake:
    """A lake and what can be asked of it."""

    root: Path
    project: Project

    def run(
        self, *paths: Path, full: bool = False, time: datetime | None = None, release: bool = False
    ) -> RunRecord:
        """One run in this process."""
        options = RunOptions(paths, full, time, release)
        return run(self.root, self.project, chosen_engine.open_engine, Silent(), options)

    def batch(self, **sources: Rows) -> Path:
        """A new folder with the files of a batch, `batch(tracks=tracks([1]))`, which lack no column."""
        folders = self.root.parent / f"batches of {self.root.name}"
        folder = folders / str(len(list(folders.glob("*"))))
        for source, rows in sources.items():
            empty = dict.fromkeys(OPTIONAL.get(source, ()), "")
            write(folder / FILES[source], [{**empty, **row} for row in rows])
        return folder

    def load(self, time: datetime | None = None, **sources: Rows) -> RunRecord:
        """Write the files of a batch, and run over them."""
        return self.run(self.batch(**sources), time=time)

    def stage(self, path: Path, time: datetime | None = None) -> None:
        """Land the files of a batch, and leave them to the next run."""
        stage(self.root, self.project, Silent(), [path], time)

    def edited(self, name: str, old: str, new: str) -> Lake:
        """The same lake with a copy of its project in which `old` in the file `name` has become `new`."""
        mine = self.root.parent / f"project of {self.root.name}"
        if not mine.exists():
            copy_project(self.project, mine)
        path = mine / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return Lake(self.root, Project.at(mine))

    @property
    def head(self) -> LakeHead:
        """The tables."""
        return LakeHead(LakeLayout(self.root.absolute()))

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """An engine for questions."""
        engine = parts.open_engine(self.root / ".scratch")
        try:
            yield engine
        finally:
            engine.close()

    def rows(self, sql: str, table: str = "spotify.tracks") -> list[tuple[Any, ...]]:
        """Rows of a query in which `{t}` is a table, read through its Iceberg metadata."""
        head = self.head.head(TableName.parse(table))
        assert head is not None
        with self.engine() as engine:
            return engine.rows(sql.format(t=engine.iceberg(head.metadata)))

    def aside(self, run: str | None = None, **wanted: Any) -> list[dict[str, Any]]:
        """The rows that are kept aside now, or were after a run."""
        with self.engine() as engine:
            return quarantined_rows(self.head, engine, Wanted(**wanted), run).rows

    def state(self) -> dict[str, Counter[tuple[str, ...]]]:
        """The rows of every table that has some, as text, with all columns but the batch.

        (That is a name which is different at every run.)
        """
        found = {}
        with self.engine() as engine:
            for head in self.head.heads():
                names = [column.name for column in head.columns if column.name != "batch"]
                texts = ", ".join(f"{identifier(name)}::VARCHAR" for name in names)
                rows = engine.rows(f"SELECT {texts} FROM {engine.iceberg(head.metadata)}")
                if rows:
                    found[str(head.name)] = Counter(rows)
        return found

    def data_files(self, table: str = "spotify.tracks") -> set[str]:
        """Where the data files of a table lie."""
        head = self.head.head(TableName.parse(table))
        assert head is not None
        with self.engine() as engine:
            return {file.location for file in engine.iceberg_files(head.metadata)}

    def partitions(self, table: str = "spotify.tracks", by: str = "release_decade") -> dict[Any, set[str]]:
        """The data files of a table by their value of a column."""
        found: dict[Any, set[str]] = {}
        with self.engine() as engine:
            for location in self.data_files(table):
                ((value,),) = engine.rows(
                    f"SELECT DISTINCT {identifier(by)} FROM {engine.parquet([location])}"
                )
                found.setdefault(value, set()).add(location)
        return found

    def files(self) -> set[str]:
        """Every file below the lake but the run history, relative."""
        found = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return {str(path) for path in found if path.parts[0] not in ("runs", ".lock")}


def told(record: RunRecord) -> dict[str, tuple[int, int, int]]:
    """What a run says of the rows of its tables: added, changed and removed, where that is not nothing."""
    return {
        name: (changes.added, changes.changed, changes.removed)
        for name, changes in record.changes.items()
        if changes != RowChanges()
    }


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake that is not there yet, for the project that ships."""
    return Lake(tmp_path / "lake", Project.at(builtin_project()))


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Files of the small catalogue."""
    return small_catalogue(tmp_path / "files")
