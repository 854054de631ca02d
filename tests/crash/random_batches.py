"""Batches nobody thought of: few keys, so that rows meet; times in any order; rows that wait or are wrong."""

from __future__ import annotations

from random import Random

from tests.crash.catalogue import Cells, Given, albums, artists, given, tracks, without

_TIMES = [f"2024-{month:02d}-01T00:00:00+00:00" for month in range(1, 13)]
_ARTISTS, _TRACKS = 4, 16


def random_of(seed: int) -> Random:
    """The random numbers of that seed."""
    return Random(seed)  # noqa: S311


def random_batch(random: Random, number: int) -> tuple[Given, ...]:
    """The batch with that number: one to three files of one time, no two of them alike."""
    time = random.choice(_TIMES)
    sources = random.sample(["artists", "tracks", "albums"], random.randint(1, 3))
    return tuple(_file(random, source, number, time) for source in sorted(sources))


def _file(random: Random, source: str, number: int, time: str) -> Given:
    optional = {"artists": "followers", "tracks": "plays", "albums": "label"}[source]
    rows = [_row(random, source, number, optional) for _ in range(random.randint(1, 6))]
    # No file is like another one, by a row that no other has; and it fits, or all of it is refused.
    rows.append(_row(random, source, number, optional, key=100 + number))
    if source == "artists" and random.random() < 0.3:
        rows = [{**row, "country": random.choice(["SE", "NO"])} for row in rows]
    if random.random() < 0.25:
        rows = without(rows, optional)
    return given(f"{source}_{random.randint(1, 3)}.csv", rows, time)


def _row(random: Random, source: str, number: int, optional: str, key: int = -1) -> Cells:
    value = random.randint(0, 99)
    if source == "artists":
        (row,) = artists([random.randrange(_ARTISTS) if key < 0 else key], name=f"Name {value}")
    elif source == "tracks":
        (row,) = tracks([random.randrange(_TRACKS) if key < 0 else key], title=f"Title {value}")
    else:
        track = random.randrange(_TRACKS) if key < 0 else key
        (row,) = albums([track], artist=random.randrange(_ARTISTS), label=f"label {number}")
    row[optional] = {"artists": value, "tracks": value, "albums": f"label {value}"}[source]
    if key < 0 and random.random() < 0.05:
        row[{"artists": "followers", "tracks": "plays", "albums": "popularity"}[source]] = "many"
    return row
