"""What can be wrong with a row: each trap changes one record and says what should become of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from wavehouse.samples import layout

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# How a byte that is not UTF-8 stands in a text until it is encoded with `surrogateescape`.
_BROKEN_BYTE = "\udcff"

Fields = dict[str, str]


@dataclass(frozen=True)
class Source:
    """What the traps need to know of one of the four source files."""

    name: str
    file: str
    key: tuple[str, ...]
    numbers: tuple[str, ...]
    # Numbers with limits, with values outside them.
    limited: Mapping[str, tuple[str, ...]]
    # A number that may change without the row becoming wrong.
    judged: str
    text: str


_NO_PERCENTAGE = ("101", "-1")
SOURCES = (
    Source(
        name="albums",
        file=layout.ALBUM,
        key=("album_id", "track_id"),
        numbers=("track_number", "duration_ms", "total_tracks", "album_popularity"),
        limited={"album_popularity": _NO_PERCENTAGE},
        judged="album_popularity",
        text="track_name",
    ),
    Source(
        name="artists",
        file=layout.ARTIST,
        key=("id",),
        numbers=("artist_popularity", "followers"),
        limited={"artist_popularity": _NO_PERCENTAGE},
        judged="artist_popularity",
        text="name",
    ),
    Source(
        name="tracks",
        file=layout.TRACKS,
        key=("id",),
        numbers=("track_popularity",),
        limited={"track_popularity": _NO_PERCENTAGE},
        judged="track_popularity",
        text="explicit",
    ),
    Source(
        name="features",
        file=layout.FEATURES,
        key=("id",),
        numbers=("danceability", "energy", "loudness", "tempo", "key", "duration_ms"),
        limited={"danceability": ("1.5", "-0.2"), "energy": ("1.5",), "valence": ("2.0",)},
        judged="danceability",
        text="type",
    ),
)


@dataclass(frozen=True)
class Trap:
    """`spring` changes the fields of a record and returns the column, if it is about one."""

    name: str
    expect: str
    spring: Callable[[Fields, Source, Random, date], str | None]
    sources: frozenset[str] = frozenset(source.name for source in SOURCES)


def traps_for(source: Source, *, must_stay: bool) -> list[Trap]:
    """The traps for a row of `source`; for one that must stay only those that leave a row with its key."""
    fitting = [trap for trap in TRAPS if source.name in trap.sources]
    return [trap for trap in fitting if not must_stay or trap.expect == "superseded"]


def differing(fields: Fields, source: Source) -> Fields:
    """Another row with the same key, as valid, that says something else."""
    value = fields[source.judged]
    other = "0.5" if value != "0.5" else "0.6"
    if "." not in value:
        other = str(int(value) + 1 if int(value) < 100 else int(value) - 1)
    return fields | {source.judged: other}


def _wrong_type(fields: Fields, source: Source, chance: Random, _: date) -> str:
    column = chance.choice(source.numbers)
    fields[column] = chance.choice(("many", "n/a", "12 bars", "1,5", "0x1F"))
    return column


def _undecodable(fields: Fields, source: Source, chance: Random, _: date) -> str:
    at = chance.randint(0, len(fields[source.text]))
    fields[source.text] = fields[source.text][:at] + _BROKEN_BYTE + fields[source.text][at:]
    return source.text


def _impossible_date(fields: Fields, _: Source, chance: Random, as_of: date) -> str:
    day = chance.choice(("02-30", "13-01", "04-31", "00-10"))
    fields["release_date"] = f"{as_of.year - chance.randint(0, 30)}-{day} 00:00:00 UTC"
    return "release_date"


def _future_date(fields: Fields, _: Source, chance: Random, as_of: date) -> str:
    # A mistyped century: the files may be loaded years after the day of the catalogue.
    day = as_of + timedelta(days=chance.randint(36_525, 90_000))
    fields["release_date"] = f"{day.isoformat()} 00:00:00 UTC"
    return "release_date"


def _partial_date(fields: Fields, _: Source, chance: Random, __: date) -> str:
    fields["release_date"] = fields["release_date"][: chance.choice((4, 7))]
    return "release_date"


def _out_of_range(fields: Fields, source: Source, chance: Random, _: date) -> str:
    column = chance.choice(sorted(source.limited))
    fields[column] = chance.choice(source.limited[column])
    return column


def _blank_key(fields: Fields, source: Source, chance: Random, _: date) -> str:
    column = chance.choice(source.key)
    fields[column] = ""
    return column


def _short_id(fields: Fields, source: Source, chance: Random, _: date) -> str:
    column = chance.choice(source.key)
    fields[column] = fields[column][: chance.randint(5, 21)]
    return column


def _orphan(fields: Fields, _: Source, chance: Random, __: date) -> str:
    fields["artist_id"] = "".join(chance.choices(BASE62, k=22))
    return "artist_id"


def _without_name(fields: Fields, _: Source, __: Random, ___: date) -> str:
    fields["album_name"] = ""
    return "album_name"


def _as_it_is(_: Fields, __: Source, ___: Random, ____: date) -> None:
    return None


RAGGED_SHORT, RAGGED_LONG = "ragged_short", "ragged_long"
IDENTICAL, DIFFERING = "identical_duplicate", "differing_duplicate"
MISSING_FEATURES = "missing_features"

_ALBUMS = frozenset({"albums"})
TRAPS = (
    Trap("wrong_type", "quarantined", _wrong_type),
    Trap(RAGGED_SHORT, "quarantined", _as_it_is),
    Trap(RAGGED_LONG, "quarantined", _as_it_is),
    Trap("undecodable", "quarantined", _undecodable),
    Trap("impossible_date", "quarantined", _impossible_date, _ALBUMS),
    Trap("future_date", "quarantined", _future_date, _ALBUMS),
    Trap("out_of_range", "quarantined", _out_of_range),
    Trap("blank_key", "quarantined", _blank_key),
    Trap("short_id", "quarantined", _short_id),
    Trap(IDENTICAL, "superseded", _as_it_is),
    Trap(DIFFERING, "superseded", _as_it_is),
    Trap("orphan", "orphan", _orphan, _ALBUMS),
    Trap("partial_date", "accepted", _partial_date, _ALBUMS),
    Trap("missing_album_name", "accepted", _without_name, _ALBUMS),
    Trap(MISSING_FEATURES, "accepted", _as_it_is, frozenset({"features"})),
)
