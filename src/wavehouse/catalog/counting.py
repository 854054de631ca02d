"""The census of the columns of a text file, counted by an engine in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from wavehouse.catalog.census import Census, Fractions, Place, Seen
from wavehouse.catalog.text_kinds import FIRST_SIGNS, PATTERNS, Kind
from wavehouse.core.sql_text import literal
from wavehouse.engines.engine import Engine, Row

# A first value is shown, not kept whole.
_SHOWN = 200


def kind_sql(engine: Engine, text: str) -> str:
    """An expression for the kind of a text expression, as `kind_of` says it; NULL for NULL."""

    def when(kind: Kind, then: str) -> str:
        return f"WHEN {engine.matches(text, PATTERNS[kind])} THEN {then} "

    def checked(kind: Kind, type_: str, otherwise: str = "'string'") -> str:
        return f"CASE WHEN {engine.parsed(text, type_)} IS NOT NULL THEN '{kind}' ELSE {otherwise} END"

    signs = ", ".join(literal(sign) for sign in FIRST_SIGNS)
    return (
        f"CASE WHEN {text} IS NULL THEN NULL "
        # Most texts are seen to be no numbers by their first sign, for a tenth of the time.
        f"WHEN left({text}, 1) NOT IN ({signs}) "
        f"THEN CASE WHEN lower({text}) IN ('true', 'false') THEN 'boolean' ELSE 'string' END "
        + when("bigint", checked("int", "int", checked("bigint", "bigint")))
        + when("padded", "'padded'")
        + when("fraction", "'fraction'")
        + when("exponent", checked("exponent", "double"))
        + when("date", checked("date", "date"))
        + when("timestamp", checked("timestamp", "timestamp"))
        + when("timestamptz", checked("timestamptz", "timestamptz"))
        + "ELSE 'string' END"
    )


def counted(group_by: str, values: str, more: str = "") -> str:
    """A query over a relation of `record`, `kind` and `value`, and the columns of `group_by`.

    Per group and kind: how many, the first record and its value, what fractions look like, and `more`.
    """
    after = "CASE WHEN kind = 'fraction' THEN length(split_part(value, '.', 2)) END"
    whole = "CASE WHEN kind = 'fraction' THEN length(ltrim(split_part(value, '.', 1), '-')) END"
    zero = "bool_or(kind = 'fraction' AND right(value, 1) = '0')"
    return (
        f"SELECT {group_by}, kind, count(*), min(record), arg_min(left(value, {_SHOWN}), record), "
        f"min({after}), max({after}), max({whole}), {zero}{more and ', ' + more} "
        f"FROM {values} GROUP BY {group_by}, kind"
    )


@dataclass(frozen=True)
class KindCount:
    """What `counted` says of one kind of a column; a kind of None are the values that are NULL."""

    kind: Kind | None
    count: int
    record: int
    value: str
    fractions: Fractions | None

    @classmethod
    def of(cls, row: Row) -> KindCount:
        """From the values behind those of `group_by`."""
        kind, count, record, value, least, most, whole, zero = row
        fractions = Fractions(least, most, whole, zero) if kind == "fraction" else None
        return cls(cast("Kind | None", kind), count, record, value or "", fractions)


def census_from(counts: Iterable[KindCount], file: str, lines: Mapping[int, int]) -> Census:
    """The census of a column; `lines` has, by record, the line on which it begins."""
    seen: dict[Kind, Seen] = {}
    fractions = None
    for one in counts:
        if one.kind is not None:
            seen[one.kind] = Seen(one.count, Place(file, lines.get(one.record, 0)), one.value)
            fractions = one.fractions or fractions
    return Census(seen, fractions)
