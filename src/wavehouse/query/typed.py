"""A piece of DuckDB SQL that knows its Athena type and which stored columns it reads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName
from wavehouse.query.nested import reshaped
from wavehouse.query.trino_times import is_instant
from wavehouse.query.trino_types import (
    WHOLE,
    as_type,
    common_type,
    is_array_of_instants,
    is_decimal,
    is_nested,
    is_number,
)


@dataclass(frozen=True)
class Version:
    """A table as of one of its snapshots, else the current one of `metadata`, the file that knows them.

    `place` tells apart where it stands in a query; 0 is none of these places.
    """

    table: TableName
    metadata: str
    snapshot_id: int | None = None
    place: int = 0


Read = tuple[Version, str]


@dataclass(frozen=True)
class Typed:
    """SQL text that is safe to put anywhere an operand may stand.

    `literal` is the text of a constant (a string's content, a number's digits); `nonzero` says that the
    value can never be 0; `aggregate` and `window` say that such a call is inside, `outer` that a column of
    an enclosing query is, `output` that a column of the SELECT list is meant (in ORDER BY); `loose` names the
    columns that stand outside of every aggregate.
    """

    sql: str
    type: str
    reads: frozenset[Read] = frozenset()
    literal: str | None = None
    nonzero: bool = False
    aggregate: bool = False
    window: bool = False
    outer: bool = False
    output: bool = False
    loose: frozenset[str] = frozenset()

    @property
    def number(self) -> str | None:
        """The digits of a constant number."""
        return self.literal if is_number(self.type) else None

    @property
    def text(self) -> str | None:
        """The content of a constant string."""
        return self.literal if self.type == "varchar" else None


def made(sql: str, type_: str, *parts: Typed) -> Typed:
    """SQL composed of `parts`: it reads what they read and holds what they hold."""
    return Typed(
        sql,
        type_,
        reads=frozenset().union(*(part.reads for part in parts)),
        aggregate=any(part.aggregate for part in parts),
        window=any(part.window for part in parts),
        outer=any(part.outer for part in parts),
        output=any(part.output for part in parts),
        loose=frozenset().union(*(part.loose for part in parts)),
    )


def coerced(value: Typed, type_: str) -> Typed:
    """`value` as `type_`, to which it must coerce; the cast is always written out."""
    if value.type == type_:
        return value
    if value.type in WHOLE and type_ in WHOLE and value.number is not None:
        return replace(value, type=type_)
    if type_ == "double" and value.number is not None and (value.type in WHOLE or is_decimal(value.type)):
        # As a double from the start: shorter, and DuckDB can prune files by it.
        digits = f"{value.number}e0".replace(".e", "e")
        return replace(value, sql=f"({digits})" if digits.startswith("-") else digits, type=type_)
    inside = "row(" in value.type or "unknown" in value.type[1:] or is_array_of_instants(type_)
    if inside or (is_nested(type_) and "decimal(" in value.type):
        return made(reshaped(value.sql, value.type, type_, as_type), type_, value)
    cast = made(as_type(value.sql, value.type, type_), type_, value)
    return replace(cast, nonzero=value.nonzero)


def together(values: list[Typed], what: str) -> list[Typed]:
    """All `values` as their common type; raises `QueryError` where they have none. `what` names the place."""
    type_ = values[0].type
    for value in values[1:]:
        common = common_type(type_, value.type)
        if common is None:
            raise QueryError(
                f"{what} mixes {type_} and {value.type}",
                remedy=mixing_remedy(type_, value.type),
            )
        type_ = common
    return [coerced(value, type_) for value in values]


def mixing_remedy(left: str, right: str) -> str:
    """What to write where two types do not go together."""
    pair = {left, right}
    if pair == {"date", "varchar"}:
        return "Athena does not compare a date with a string: write DATE '2020-12-31'"
    if is_instant(left) and is_instant(right):
        return "Values of two time zones in one column are not covered: put them AT TIME ZONE 'UTC'"
    if "real" in pair and is_number(left) and is_number(right):
        return "CAST the real to double"
    return "CAST one of them, as Athena needs it too"
