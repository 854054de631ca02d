"""What the tables must have, in plain Python: no engine, no SQL, no code of the product.

Of the rows of one key the last by (batch time, file name, hash, line) wins; columns that its file lacks it
takes from the rows before it. A row that is wrong by itself is kept aside; one whose artist or track is not
there waits, and takes part as soon as it is. Every row of the flow's table is a row of albums, with its
artist and its track.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tests.crash.catalogue import Given

Row = tuple[object, ...]
Tables = dict[str, list[Row]]

KEYS = {"albums": ("album_id", "track_id"), "artists": ("id",), "tracks": ("id",)}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "albums": ("album_id", "track_id", "artist_id", "decade", "popularity", "label"),
    "artists": ("id", "name", "followers"),
    "tracks": ("id", "title", "plays"),
}
_NUMBERS = {"decade", "popularity", "followers", "plays"}


@dataclass(frozen=True)
class _Version:
    """One row of a file, typed; a column that the file lacks is not among its cells."""

    file: Given
    line: int
    cells: dict[str, object]
    wrong: bool

    @property
    def precedence(self) -> tuple[str, str, str, int]:
        return (self.file.time, self.file.name, self.file.sha256, self.line)


class Oracle:
    """The tables that come of some files; `columns` are those of the contracts, `snapshots` the sources each
    of whose files has all rows."""

    def __init__(
        self,
        files: Iterable[Given],
        columns: Mapping[str, tuple[str, ...]] | None = None,
        snapshots: frozenset[str] = frozenset(),
    ) -> None:
        self._columns = columns or COLUMNS
        self._versions: dict[str, list[_Version]] = {source: [] for source in KEYS}
        for file in files:
            self._versions[file.source] += [
                self._version(file, at, row) for at, row in enumerate(file.rows, start=2)
            ]
        for source in snapshots:
            # Of these, the newest file takes the place of all others.
            newest = max(((one.file.time, one.file.name) for one in self._versions[source]), default=None)
            self._versions[source] = [
                one for one in self._versions[source] if (one.file.time, one.file.name) == newest
            ]

    @cached_property
    def tables(self) -> Tables:
        """All rows of all tables, in order; of what is kept aside, only where each row stood."""
        staging = {source: self._current(source) for source in KEYS}
        aside = [
            (version.file.source, version.file.name, version.file.sha256, version.line, not version.wrong)
            for versions in self._versions.values()
            for version in versions
            if version.wrong or self._waits(version)
        ]
        waiting = [
            (version.file.sha256, version.line)
            for version in self._versions["albums"]
            if not version.wrong and self._waits(version)
        ]
        return {
            "quarantine.rows": ordered(aside),
            "spotify.tracks": ordered(self._joined()),
            **{f"staging.{source}": ordered(rows) for source, rows in staging.items()},
            "waiting.albums": ordered(waiting),
        }

    @cached_property
    def superseded(self) -> int:
        """How many rows are in no table, because a later one of their key is."""
        rows = sum(map(len, self._versions.values()))
        staged = sum(len(self.tables[f"staging.{source}"]) for source in KEYS)
        return rows - staged - len(self.tables["quarantine.rows"])

    def _version(self, file: Given, line: int, row: tuple[str, ...]) -> _Version:
        cells: dict[str, object] = {}
        wrong = False
        for name, text in zip(file.header, row, strict=True):
            if name not in self._columns[file.source]:
                continue
            cells[name] = text or None
            if name in _NUMBERS and text:
                wrong |= not text.isdecimal()
                cells[name] = int(text) if text.isdecimal() else None
        popularity = cells.get("popularity")
        wrong |= isinstance(popularity, int) and not 0 <= popularity <= 100
        return _Version(file, line, cells, wrong)

    @cached_property
    def _known(self) -> dict[str, set[object]]:
        return {
            source: {version.cells["id"] for version in self._versions[source] if not version.wrong}
            for source in ("artists", "tracks")
        }

    def _waits(self, version: _Version) -> bool:
        if version.file.source != "albums":
            return False
        return (
            version.cells["artist_id"] not in self._known["artists"]
            or version.cells["track_id"] not in self._known["tracks"]
        )

    def _latest(self, source: str) -> list[tuple[_Version, dict[str, object]]]:
        """The last version of each key, and its cells with what it lacks taken from those before it."""
        versions: dict[tuple[object, ...], list[_Version]] = defaultdict(list)
        for version in self._versions[source]:
            if not version.wrong and not self._waits(version):
                versions[tuple(version.cells[name] for name in KEYS[source])].append(version)
        latest = []
        for of_key in versions.values():
            of_key.sort(key=lambda version: version.precedence)
            cells: dict[str, object] = {}
            for version in of_key:
                cells |= version.cells
            latest.append((of_key[-1], cells))
        return latest

    def _current(self, source: str) -> list[Row]:
        names = self._columns[source]
        rows = []
        for version, cells in self._latest(source):
            moment = datetime.fromisoformat(version.file.time).replace(tzinfo=None)
            absent = ",".join(name for name in names if name not in version.file.header)
            where_from = (moment, version.file.name, version.file.sha256, absent or None)
            rows.append((*(cells.get(name) for name in names), *where_from))
        return rows

    def _joined(self) -> list[Row]:
        artists = {cells["id"]: cells for _, cells in self._latest("artists")}
        tracks = {cells["id"]: cells for _, cells in self._latest("tracks")}
        rows = []
        for _, album in self._latest("albums"):
            artist, track = artists[album["artist_id"]], tracks[album["track_id"]]
            rows.append(
                (
                    *(album.get(name) for name in COLUMNS["albums"]),
                    *(artist.get(name) for name in COLUMNS["artists"][1:]),
                    *(track.get(name) for name in COLUMNS["tracks"][1:]),
                )
            )
        return rows


def ordered(rows: Iterable[Row]) -> list[Row]:
    """Rows in an order of their own; values of a column may be missing."""
    return sorted(rows, key=lambda row: [(value is not None, value) for value in row])


NOTHING: Tables = {name: [] for name in Oracle(()).tables}
