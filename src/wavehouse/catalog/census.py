"""What the values of a column look like: how many are of each kind, and which was the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wavehouse.catalog.text_kinds import Kind, kind_of


@dataclass(frozen=True, order=True)
class Place:
    """Where a value stands: the file, relative to what is crawled, and its line (0: not in a line)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Seen:
    """How many values of a kind were seen, and the first of them."""

    count: int
    place: Place
    value: str


@dataclass(frozen=True)
class Fractions:
    """The fractions of a column: digits after the point, most digits before it, and whether one ends in 0."""

    least: int
    most: int
    whole: int
    zero: bool


@dataclass(frozen=True)
class Census:
    """What the values of a column look like; empty values are none. `elements`: those of its arrays."""

    seen: Mapping[Kind, Seen] = field(default_factory=dict)
    fractions: Fractions | None = None
    elements: Census | None = None

    @property
    def values(self) -> int:
        """How many values there are."""
        return sum(one.count for one in self.seen.values())


def census_of(values: Iterable[tuple[str, Place]]) -> Census:
    """The census of a few texts; large files are counted by an engine."""
    seen: dict[Kind, Seen] = {}
    fractions: Fractions | None = None
    for text, place in values:
        kind = kind_of(text)
        if kind == "fraction":
            whole, _, after = text.lstrip("-").partition(".")
            one = Fractions(len(after), len(after), len(whole), after.endswith("0"))
            fractions = one if fractions is None else _both(fractions, one)
        before = seen.get(kind)
        seen[kind] = Seen(before.count + 1, before.place, before.value) if before else Seen(1, place, text)
    return Census(seen, fractions)


def counted_together(censuses: Iterable[Census]) -> Census:
    """The census of the values of all; the first value is that of the first file and line."""
    seen: dict[Kind, Seen] = {}
    fractions: Fractions | None = None
    elements: list[Census] = []
    for census in censuses:
        for kind, one in census.seen.items():
            other = seen.get(kind, one)
            first = min(one, other, key=lambda seen: (seen.place, seen.value))
            count = one.count + (other.count if kind in seen else 0)
            seen[kind] = Seen(count, first.place, first.value)
        if census.fractions:
            fractions = _both(fractions, census.fractions) if fractions else census.fractions
        if census.elements:
            elements.append(census.elements)
    return Census(seen, fractions, counted_together(elements) if elements else None)


def _both(one: Fractions, other: Fractions) -> Fractions:
    return Fractions(
        min(one.least, other.least),
        max(one.most, other.most),
        max(one.whole, other.whole),
        one.zero or other.zero,
    )
