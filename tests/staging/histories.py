"""Histories of one source: random files, in random order and groups, and what must become of their rows.

What must become of them is said by plain Python, which knows nothing of SQL and merges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from hypothesis import strategies as st
from tests.staging.tables import FIRST

from wavehouse.staging.landed_file import LandedFile

OPTIONAL = ("a", "b", "c")


@dataclass(frozen=True)
class Row:
    """A row of a file: its key and its values by column. It waits until the merge `comes`."""

    key: str
    values: tuple[int | None, int | None, int | None]
    comes: int = 0


@dataclass(frozen=True)
class File:
    """A file: which of the columns it has, the hour of its batch, its name, and in which merge it is read."""

    columns: str
    rows: tuple[Row, ...]
    hours: float
    name: str
    merge: int
    salt: int

    @property
    def landed(self) -> LandedFile:
        """Its record."""
        time = (FIRST + timedelta(hours=self.hours)).isoformat()
        hashed = sha256(repr(self).encode()).hexdigest()
        return LandedFile(
            "things",
            self.name,
            "",
            hashed,
            0,
            "",
            len(self.rows),
            normalise=False,
            has_nul=False,
            ascii=True,
            batch=f"batch-{self.hours}",
            batch_time=time,
        )

    @property
    def absent(self) -> tuple[str, ...]:
        """The columns that it does not have."""
        return tuple(name for name in OPTIONAL if name not in self.columns)

    def waits(self, row: Row) -> bool:
        """Whether a row is not merged together with the file."""
        return row.comes > self.merge


# What decides which of two versions of a row is later: hour, name, hash and line.
Rank = tuple[float, str, str, int]


@dataclass(frozen=True)
class Version:
    """A row that comes in; `values` has the columns of its file."""

    rank: Rank
    key: str
    values: dict[str, int | None]
    absent: tuple[str, ...]


@dataclass(frozen=True)
class Stored:
    """A row as it must stand in the table."""

    rank: Rank
    values: tuple[int | None, ...]
    absent: tuple[str, ...]


def versions_in(files: Iterable[File], merge: int) -> list[Version]:
    """The rows that come in with a merge, those that waited among them."""
    found = []
    for file in files:
        for line, row in enumerate(file.rows):
            if max(file.merge, row.comes) == merge:
                rank = (file.hours, file.name, file.landed.sha256, line)
                named = zip(OPTIONAL, row.values, strict=True)
                values = {name: value for name, value in named if name in file.columns}
                found.append(Version(rank, row.key, values, file.absent))
    return found


def folded(versions: Iterable[Version]) -> dict[str, Stored]:
    """The rows that versions make, by key: of each column the last value that a file had for it."""
    stored: dict[str, Stored] = {}
    for one in sorted(versions, key=lambda one: one.rank):
        before = stored[one.key].values if one.key in stored else (None,) * len(OPTIONAL)
        values = tuple(one.values.get(name, old) for name, old in zip(OPTIONAL, before, strict=True))
        stored[one.key] = Stored(one.rank, values, one.absent)
    return stored


def doubts_about(table: dict[str, Stored], coming: Iterable[Version]) -> set[str]:
    """Why rows cannot be merged into a table."""
    found = set()
    for one in coming:
        if one.key in table:
            old = table[one.key]
            if one.rank[2] == old.rank[2]:
                found.add("another row of their file")
            elif one.rank < old.rank and old.absent:
                found.add("older than rows that leave columns open")
    return found


_VALUES = st.sampled_from([None, 0, 1])
_ROWS = st.builds(
    Row,
    st.sampled_from("klmn"),
    st.tuples(_VALUES, _VALUES, _VALUES),
    st.sampled_from([*[0] * 20, 1, 2, 3]),
)
# Most files have all columns: else nearly every late file would be refused.
_COLUMNS = st.sampled_from([*["abc"] * 8, "a", "b", "ab", "bc", ""])
# Most batches are loaded in their order, and some late.
_LATE = st.sampled_from([0, 0, 0, 0.5, 1e-6, 1.5, 3])


@st.composite
def _files(draw: st.DrawFn, salt: int) -> File:
    merge = draw(st.integers(0, 3))
    rows = tuple(draw(st.lists(_ROWS, min_size=1, max_size=4)))
    name = draw(st.sampled_from(["things.csv", "a.csv", "Ä.csv"]))
    return File(draw(_COLUMNS), rows, merge - draw(_LATE), name, merge, salt)


FILES = st.integers(2, 6).flatmap(lambda count: st.tuples(*map(_files, range(count))))
