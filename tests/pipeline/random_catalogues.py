"""Random catalogues, dirty rows included: by a number, so that each can be made again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from tests.pipeline.conftest import FILES, OPTIONAL, Rows, albums, artists, features, tracks

# So many of a hundred values are not what they should be.
_DIRT = 7
_NUMBERS = (
    "1.5",
    "5.0",
    "1e3",
    "",
    " 7 ",
    "+5",
    "-1",
    "101",
    "abc",
    "99999999999",
    "1_000",
    "0x1A",
    "NaN",
    "inf",
)
_DAYS = (
    "1999", "1999-05", "2001-02-30", "2055-01-01 00:00:00 UTC", "0000-01-01", "2001-02-03T00:00:00Z",
    "2001-02-03 00:00:00.000 UTC", "2001-13-01", "3.2.2001", "", " 2001-02-03", "2001-02-03 00:00:00+02:00",
)  # fmt: skip
_TEXTS = (
    'a,"b"',
    "two\nlines",
    "two\r\nlines",
    "🎧",
    "שלום",
    "",
    " ",
    "it's \\d \\\\",
    "NULL",
    "\x0b",
    "\u2028",
    "é",
)
_LISTS = ("['a', \"b's\"]", "[]", "x", "['a'", '["\'"]', "['a', 'a']", "")
_BOOLEANS = ("True", "1", "yes", "", "FALSE", "0", "2")
_KEYS = ("", " ", "x", "a" * 23)
_DIRTY: dict[str, Sequence[str]] = {
    **dict.fromkeys(("track_name", "album_name", "label", "name", "artist_1", "genre_0"), _TEXTS),
    **dict.fromkeys(("id", "track_id", "album_id", "artist_id"), _KEYS),
    "artist_genres": _LISTS,
    "release_date": _DAYS,
    "explicit": _BOOLEANS,
}


def write_catalogues(folder: Path, numbers: Sequence[int]) -> Path:
    """The files of catalogues in a new folder, one file a source; no two numbers share a key."""
    random = Random(repr(numbers))  # noqa: S311
    rows: dict[str, list[dict[str, str]]] = {source: [] for source in FILES}
    for number in numbers:
        for source, clean in _catalogue(number).items():
            rows[source] += [_soiled(row, random) for row in _full(source, clean)]
    folder.mkdir(parents=True)
    for source, soiled in rows.items():
        _write(folder / FILES[source], soiled, random)
    return folder


def _catalogue(number: int) -> dict[str, Rows]:
    random = Random(number)  # noqa: S311
    base = number * 1_000
    known = [base + n for n in range(random.randint(1, 4))]
    numbers = [base + n for n in range(random.randint(3, 12))]
    return {
        "artists": artists([*known, *random.choices(known, k=random.randint(0, 2))]),
        "albums": [
            row
            for n in [*numbers, *random.choices(numbers, k=2)]
            # (One that nobody knows, now and then.)
            for row in albums([n], random.choice([*known, *known, base + 9]), _day(random))
        ],
        "tracks": tracks([*numbers, *random.choices(numbers, k=1)], random.randint(0, 100)),
        "features": features(random.sample(numbers, k=random.randint(1, len(numbers)))),
    }


def _day(random: Random) -> str:
    return (
        f"{random.randint(1950, 2023)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d} 00:00:00 UTC"
    )


def _full(source: str, rows: Rows) -> Rows:
    empty = dict.fromkeys(OPTIONAL.get(source, ()), "")
    return [{**empty, **row} for row in rows]


def _soiled(row: dict[str, object], random: Random) -> dict[str, str]:
    return {
        name: random.choice(_DIRTY.get(name, _NUMBERS)) if random.randrange(100) < _DIRT else str(value)
        for name, value in row.items()
    }


def _write(path: Path, rows: Sequence[dict[str, str]], random: Random) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0])
    for row in rows:
        values = list(row.values())
        # Fields too few, or too many.
        ragged: Callable[[list[str]], list[str]] = random.choice((lambda v: v[:-2], lambda v: [*v, "more"]))
        writer.writerow(ragged(values) if random.randrange(100) < _DIRT else values)
    path.write_bytes(text.getvalue().encode())
