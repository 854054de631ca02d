"""Files of a tiny catalogue, each with the time of its batch: what the tests load, and the oracle reads."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parent / "project"

Cells = dict[str, object]


@dataclass(frozen=True)
class Given:
    """A file as it is given to a run: the source is the beginning of its name; `time` is ISO, UTC.

    `rows` are as they stand in it, in the order of `header`.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    time: str

    @property
    def source(self) -> str:
        """Whose file it is."""
        return self.name.removesuffix(".csv").partition("_")[0]

    @property
    def content(self) -> bytes:
        """Its bytes."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([self.header, *self.rows])
        return text.getvalue().encode()

    @property
    def sha256(self) -> str:
        """The hash of its bytes: what it is known by."""
        return hashlib.sha256(self.content).hexdigest()


def given(name: str, rows: Sequence[Cells], time: str) -> Given:
    """A file of these rows, which all have the same columns."""
    return Given(name, tuple(rows[0]), tuple(tuple(map(str, row.values())) for row in rows), time)


def write(files: Iterable[Given], folder: Path) -> Path:
    """Write files of one batch; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        (folder / file.name).write_bytes(file.content)
    return folder


def artists(numbers: Iterable[int], **changed: object) -> list[Cells]:
    """Rows of artists."""
    return [{"id": f"ar{n}", "name": f"Artist {n}", "followers": 10 * n, **changed} for n in numbers]


def tracks(numbers: Iterable[int], **changed: object) -> list[Cells]:
    """Rows of tracks."""
    return [{"id": f"tr{n}", "title": f"Track {n}", "plays": n, **changed} for n in numbers]


def albums(numbers: Iterable[int], artist: int = 1, **changed: object) -> list[Cells]:
    """Rows of albums: four tracks stand on an album, and a decade has two of them."""
    return [
        {
            "album_id": f"al{n // 4}",
            "track_id": f"tr{n}",
            "artist_id": f"ar{artist}",
            "decade": 1990 + 10 * (n // 8),
            "popularity": n % 100,
            "label": "old",
            **changed,
        }
        for n in numbers
    ]


def without(rows: Sequence[Cells], column: str) -> list[Cells]:
    """The same rows in a file that lacks a column."""
    return [{name: value for name, value in row.items() if name != column} for row in rows]


JANUARY, FEBRUARY, MARCH, APRIL = (f"2024-{month:02d}-01T00:00:00+00:00" for month in (1, 2, 3, 4))

# One album row waits for its artist, one for its track; one is refused by a rule, and one track by its type.
FIRST = (
    given("artists.csv", artists(range(1, 4)), JANUARY),
    given("tracks.csv", [*tracks(range(24)), *tracks([70], plays="many")], JANUARY),
    given(
        "albums.csv",
        [*albums(range(20)), *albums([20], artist=9), *albums([40]), *albums([21], popularity=200)],
        JANUARY,
    ),
)
# It is newer than SECOND, and comes before it.
NEWER = (given("tracks_newer.csv", tracks([2, 3], plays=300), MARCH),)
# Changes a row of each source, lets the row in that waited for artist 9, and has another that waits; track 2
# is older than what is there. The row that is refused and the one that lacks a column come once more.
SECOND = (
    given("artists.csv", [*artists([9]), *artists([2], name="Artist 2 (again)")], FEBRUARY),
    given("tracks.csv", [*tracks([2, 5], plays=200), *tracks([41, 42], plays="few")], FEBRUARY),
    given(
        "albums.csv",
        [*albums([0, 9], artist=2, label="new"), *albums([22], artist=8), *albums([23], artist=9)],
        FEBRUARY,
    ),
    given("albums_unlabelled.csv", without(albums([1, 10], popularity=77), "label"), FEBRUARY),
)
# The track that a row of FIRST waits for; small, so that there are several small files.
THIRD = (given("tracks.csv", tracks([40]), APRIL), given("artists.csv", artists([3], followers=0), APRIL))
