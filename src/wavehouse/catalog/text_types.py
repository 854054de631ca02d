"""The type of a column of texts: the first that all its values are, judged from the census alone.

So the reason that is given is the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wavehouse.catalog.census import Census, Fractions, Seen
from wavehouse.catalog.text_kinds import Kind

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
# That tell any double from all others.
_DIGITS_OF_DOUBLE = 17


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
            name, why = type_, f"all {values:,} values are {_MEANING[type_]}"
            if type_ == "decimal":
                name = _decimal(census)
            elif type_ == "double" and _is_long(census):
                name = _exact(census)
                why += ", some with more digits than a double keeps"
            return Judgement(name, values, why, _tried(census), _cloud(census))
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


def _is_long(census: Census) -> bool:
    """Whether a double would lose digits: it has 17, and zeros before them that count as digits here."""
    facts = census.fractions
    if facts is None or "exponent" in census.seen:
        return False
    return facts.whole + facts.most > (_DIGITS_OF_DOUBLE if facts.whole > 1 else _DIGITS_OF_DOUBLE + 4)


def _exact(census: Census) -> str:
    """A decimal for all of these numbers; a string where none has so many digits."""
    facts = census.fractions or Fractions(0, 0, 1, zero=False)
    whole = max(facts.whole, 10 if "int" in census.seen else 0, 19 if "bigint" in census.seen else 0)
    digits = whole + facts.most
    return f"decimal({digits},{facts.most})" if digits <= _MOST_DIGITS else "string"


def _cloud(census: Census) -> str:
    """What the cloud's crawler makes of numbers (docs/decisions/013): a bigint or a double."""
    kinds = set(census.seen)
    if kinds == {"int"} or ("padded" in kinds and kinds <= {"int", "padded", "bigint"}):
        return "bigint"
    if kinds == {"fraction"} and _fixed(census):
        return "double"
    return "double" if "padded" in kinds and kinds <= ACCEPTED["double"] | {"padded"} else ""
