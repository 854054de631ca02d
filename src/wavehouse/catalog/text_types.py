"""The type of a column of texts: what each value looks like, and the first type that all of them are.

Each value is of one kind, the narrowest that it is. A census says of a column how many values are of each
kind, and which was the first; from that alone the type is judged, so that the reason given is the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal[
    "boolean",
    "int",
    "bigint",
    "padded",  # digits only, with zeros in front
    "fraction",  # digits on both sides of a point
    "exponent",  # any other way to write a double
    "date",
    "timestamp",
    "timestamptz",
    "array",
    "object",
    "string",
]

_DATE = r"(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}"
_TIME = r"[ T](?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
# Regular expressions in the syntax that Python and RE2 share; the whole value must match.
PATTERNS: Mapping[Kind, str] = {
    "boolean": "(?i:true|false)",
    "bigint": r"0|-?[1-9][0-9]{0,18}",
    "padded": r"-?0[0-9]+",
    "fraction": r"-?(?:0|[1-9][0-9]*)\.[0-9]+",
    "exponent": r"-?(?:(?:0|[1-9][0-9]*)\.?[0-9]*[eE][+-]?[0-9]{1,3}|\.[0-9]+|(?:0|[1-9][0-9]*)\.)",
    "date": _DATE,
    "timestamp": _DATE + _TIME,
    "timestamptz": _DATE + _TIME + r"(?:Z| UTC|[+-][0-9]{2}(?::?[0-9]{2})?)",
}
# What a value of any other kind than boolean and string begins with.
FIRST_SIGNS = "-.0123456789"
# The kinds that values of a type may be of, from the first type that is tried to the last.
ACCEPTED: Mapping[str, frozenset[Kind]] = {
    "boolean": frozenset({"boolean"}),
    "int": frozenset({"int"}),
    "bigint": frozenset({"int", "bigint"}),
    "decimal": frozenset({"fraction"}),
    "double": frozenset({"int", "bigint", "fraction", "exponent"}),
    "date": frozenset({"date"}),
    "timestamp": frozenset({"date", "timestamp"}),
    "timestamptz": frozenset({"timestamptz"}),
}
_MEANING = {
    "boolean": "true or false",
    "int": "whole numbers within ±2,147,483,647",
    "bigint": "whole numbers",
    "decimal": "numbers with a fixed count of digits after the point, some ending in 0",
    "double": "numbers",
    "date": "dates",
    "timestamp": "dates or times without a zone",
    "timestamptz": "times with a zone",
}
_MOST_DIGITS = 38


def kind_of(text: str) -> Kind:
    """The kind of a text that is not empty."""
    for kind, pattern in PATTERNS.items():
        if re.fullmatch(pattern, text):
            return _checked(kind, text)
    return "string"


def _checked(kind: Kind, text: str) -> Kind:
    if kind == "bigint":
        number = int(text)
        if -(2**31) <= number < 2**31:
            return "int"
        return "bigint" if -(2**63) <= number < 2**63 else "string"
    if kind == "exponent":
        return kind if abs(float(text)) != float("inf") else "string"
    if kind in ("date", "timestamp", "timestamptz"):
        bare = re.sub(r"(?: UTC|Z)$", "", text).replace("T", " ")
        zone = re.search(r"[+-]([0-9]{2}):?([0-9]{2})?$", bare[10:])
        if zone:
            if int(zone[1]) > 15 or int(zone[2] or 0) > 59:
                return "string"
            bare = bare[: 10 + zone.start()]
        try:
            datetime.fromisoformat(bare)
        except ValueError:
            return "string"
    return kind


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


@dataclass(frozen=True)
class Against:
    """A type that a column has not: `fitting` values are of it; `counter` is the first that is not."""

    type: str
    fitting: int
    counter: Seen


@dataclass(frozen=True)
class Judgement:
    """The type of a column, of how many values, why, and what spoke against narrower types.

    `cloud` is what the cloud's crawler would make of it where that is another type, else ''.
    """

    type: str
    values: int
    why: str
    against: tuple[Against, ...] = ()
    cloud: str = ""


def judge(census: Census) -> Judgement:
    """The first type that all values are (docs/decisions/013), with the evidence."""
    values = census.values
    if not values:
        return Judgement("string", 0, "it has no values, so nothing speaks for another type")
    kinds = frozenset(census.seen)
    if kinds == {"array"}:
        inner = judge(census.elements or Census())
        return Judgement(
            f"array<{inner.type}>",
            values,
            f"all {values:,} values are lists; of their elements: {inner.why}",
            inner.against,
        )
    for type_, accepted in ACCEPTED.items():
        if kinds <= accepted and (type_ != "decimal" or _fixed(census)):
            name = _decimal(census) if type_ == "decimal" else type_
            return Judgement(
                name, values, f"all {values:,} values are {_MEANING[type_]}", _tried(census), _cloud(census)
            )
    return Judgement("string", values, _why_text(census), _tried(census), _cloud(census))


def _why_text(census: Census) -> str:
    tried = max(_tried(census), key=lambda one: one.fitting, default=None)
    values = census.values
    if set(census.seen) == {"padded"}:
        return f"all {values:,} values are digits with zeros in front, which a number would lose"
    if tried is None or not tried.fitting:
        first = next(iter(census.seen.values()))
        return f"none of {values:,} values is of another type; the first: {_shown(first)}"
    return (
        f"{tried.fitting:,} of {values:,} values are of the type {tried.type}; "
        f"the first that is not: {_shown(tried.counter)}"
    )


def _shown(seen: Seen) -> str:
    value = seen.value if len(seen.value) <= 40 else f"{seen.value[:39]}…"
    return f"{value!r} ({seen.place})"


def _tried(census: Census) -> tuple[Against, ...]:
    """The types that some values are of, and others not; in the order of trying."""
    found = []
    for type_, accepted in ACCEPTED.items():
        others = [one for kind, one in census.seen.items() if kind not in accepted]
        fitting = sum(one.count for kind, one in census.seen.items() if kind in accepted)
        if fitting and others:
            first = min(others, key=lambda one: (one.place, one.value))
            found.append(Against(type_, fitting, first))
    return tuple(found)


def _fixed(census: Census) -> bool:
    facts = census.fractions
    return bool(
        facts
        and facts.least == facts.most
        and facts.zero
        and facts.most
        and facts.whole + facts.most <= _MOST_DIGITS
    )


def _decimal(census: Census) -> str:
    facts = census.fractions or Fractions(0, 0, 1, zero=False)
    return f"decimal({facts.whole + facts.most},{facts.most})"


def _cloud(census: Census) -> str:
    """What the cloud's crawler makes of numbers (docs/decisions/013): a bigint or a double."""
    kinds = set(census.seen)
    if kinds == {"int"} or ("padded" in kinds and kinds <= {"int", "padded", "bigint"}):
        return "bigint"
    if kinds == {"fraction"} and _fixed(census):
        return "double"
    return "double" if "padded" in kinds and kinds <= ACCEPTED["double"] | {"padded"} else ""
