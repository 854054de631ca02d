"""The real files in twenty batches that arrive in any order, some twice: the tables are those of one load."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.conftest import Wavehouse

from wavehouse.core.sql_text import identifier
from wavehouse.core.table_name import TableName
from wavehouse.lake.head import LakeHead
from wavehouse.lake.layout import LakeLayout
from wavehouse.wiring.parts import open_engine

pytestmark = [pytest.mark.real, pytest.mark.slow]

_BATCHES, _REPEATS = 20, 3
_VERSIONS = 0.05  # of the keys have several, which differ in one of these columns
_CHANGING = {
    "album.csv": ("album_popularity", "track_number", "label"),
    "artist.csv": ("artist_popularity", "followers", "name"),
    "tracks.csv": ("track_popularity",),
    "features.csv": ("key", "time_signature"),
    "spotify_data.csv": (),
}
_TABLES = (
    "staging.albums",
    "staging.artists",
    "staging.tracks",
    "staging.features",
    "spotify.tracks",
)


@dataclass(frozen=True)
class Batch:
    """A folder of files, and when they were made."""

    folder: Path
    time: str


def _versions(row: list[str], places: list[int], random: Random) -> Iterator[list[str]]:
    """The row, and of some rows up to three others of the same key; numbers stay small numbers."""
    yield row
    if places and random.random() < _VERSIONS:
        for _ in range(random.randint(1, 3)):
            place = random.choice(places)
            yield [*row[:place], str(random.randint(1, 7)), *row[place + 1 :]]


@pytest.fixture(scope="module")
def batches(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    """Every row of the five files in one of twenty batches, and more versions of some in others.

    Some batches are of the same time: between these the hashes of their files decide.
    """
    random = Random(20)  # noqa: S311
    directory = tmp_path_factory.mktemp("batches")
    made = [
        Batch(directory / f"{at:02}", f"2025-01-{at * 2 // 3 + 1:02}T06:00:00Z") for at in range(_BATCHES)
    ]
    for batch in made:
        batch.folder.mkdir()
    for name, changing in _CHANGING.items():
        with (real_data / name).open(newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        parts: list[list[list[str]]] = [[] for _ in made]
        places = [header.index(column) for column in changing]
        for row in rows:
            for version in _versions(row, places, random):
                random.choice(parts).append(version)
        for batch, part in zip(made, parts, strict=True):
            with (batch.folder / name).open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([header, *part])
    return made


def checksums(lake: Path) -> dict[str, tuple[Any, ...]]:
    """By table: its rows, and two sums over the hashes of all of their columns."""
    head = LakeHead(LakeLayout(lake))
    engine = open_engine(lake / ".scratch")
    found = {}
    try:
        for name in _TABLES:
            table = head.head(TableName.parse(name))
            assert table is not None
            rows = engine.iceberg(table.metadata)
            hashed = f"hash({', '.join(identifier(column.name) for column in table.columns)})"
            sums = f"bit_xor({hashed}), sum({hashed}::HUGEINT)"
            (found[name],) = engine.rows(f"SELECT count(*), {sums} FROM {rows}")
        for name in ("waiting.albums", "quarantine.rows"):
            table = head.head(TableName.parse(name))
            found[name] = (table.rows if table else 0,)
    finally:
        engine.close()
    return found


def test_twenty_batches_in_any_order_end_as_one_load(
    batches: list[Batch], tmp_path: Path, wavehouse: Wavehouse
) -> None:
    for batch in batches:
        staged = wavehouse("stage", batch.folder, "--batch-time", batch.time, "--lake", "one", "--json")
        assert staged.code == 0, staged.stderr
    one = wavehouse("run", "--lake", "one", "--json")
    assert one.code == 0, one.stderr

    random = Random(21)  # noqa: S311
    order = random.sample(batches, _BATCHES)
    order += random.sample(batches, _REPEATS)
    records = []
    for batch in order:
        done = wavehouse(
            "run", "--from", batch.folder, "--batch-time", batch.time, "--lake", "several", "--json"
        )
        assert done.code == 0, done.stderr
        records.append(done.json)
    first, *later = records[:_BATCHES]
    assert first["mode"] == "full"
    assert [record["mode"] for record in later] == ["incremental"] * (_BATCHES - 1)
    assert [record["changed"] for record in records[_BATCHES:]] == [False] * _REPEATS
    waited = sum("that waited have come in" in note for record in later for note in record["notes"])
    assert waited > _BATCHES // 2

    found = checksums(tmp_path / "several")
    assert found == checksums(tmp_path / "one")
    assert found["spotify.tracks"][0] == 34_907
    assert found["waiting.albums"] == found["quarantine.rows"] == (0,)
