"""Arrays, maps and rows on DuckDB: built, read and brought to another type, whatever they hold.

A row is a STRUCT. Its fields are always found by position, as Trino finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wavehouse.core.sql_text import identifier
from wavehouse.query.trino_types import duckdb_type, element_of, fields_of, kind_of, map_of, parts_of

# The names that lambdas of our own bind: no relation has one of them.
BOUND = (
    *(
        "bin_",
        "cell",
        "digit_",
        "document",
        "element",
        "entry",
        "found",
        "held",
        "it_",
        "item",
        "lists",
        "n",
        "name",
        "node",
        "nth",
    ),
    *("once", "pair", "parsed", "part", "percentage", "place", "sum_", "text", "url", "whole"),
)
_FIELD = "struct_extract_at"

Leaf = Callable[[str, str, str], str]


def struct(names: Sequence[str], values: Sequence[str]) -> str:
    """The SQL of a row; a field without a name is called as DuckDB's type of it calls it."""
    fields = (
        f"{identifier(name or f'field{at}')} := {value}"
        for at, (name, value) in enumerate(zip(names, values, strict=True))
    )
    return f"struct_pack({', '.join(fields)})"


def field_at(row: str, position: int) -> str:
    """The SQL of a row's field, counted from 1."""
    return f"{_FIELD}({row}, {position})"


def is_field(sql: str) -> bool:
    """Whether it is the SQL of a row's field."""
    return sql.startswith(f"{_FIELD}(")


def zipped(lists: Sequence[str]) -> str:
    """The SQL of the lists side by side, as rows; the shorter are filled with NULL, and NULL is an empty one.

    Not the engine's list_zip(): a field of a row with which that fills up may be a row of another element's.
    """
    held = [field_at("lists", at) for at in range(1, len(lists) + 1)]
    names = [""] * len(lists)
    longest = f"greatest({', '.join(f'len({one})' for one in held)}, 0)"
    row = struct(names, [f"list_extract({one}, nth)" for one in held])
    rows = f"list_transform(range(1, {longest} + 1), lambda nth: {row})"
    return f"list_extract(list_transform([{struct(names, lists)}], lambda lists: {rows}), 1)"


def same_shape(from_: str, to: str) -> bool:
    """Whether two types are nested in the same way, whatever stands in them."""
    parts, wanted = parts_of(from_), parts_of(to)
    if "unknown" in (from_, to):
        return True
    if kind_of(from_) != kind_of(to) or len(parts) != len(wanted):
        return False
    return all(same_shape(one, other) for one, other in zip(parts, wanted, strict=True))


def reshaped(sql: str, from_: str, to: str, leaf: Leaf) -> str:
    """A nested value as another nested type of the same shape; `leaf` casts what is not nested."""
    if from_ == to:
        return sql
    if from_ == "unknown":
        return f"CAST(NULL AS {duckdb_type(to)})"
    element, pair, fields = element_of(from_), map_of(from_), fields_of(from_)
    if element is not None:
        inside = reshaped("part", element, element_of(to) or "", leaf)
        return f"CAST(list_transform({sql}, lambda part: {inside}) AS {duckdb_type(to)})"
    if pair is not None:
        wanted = map_of(to) or ("", "")
        key = reshaped("part.key", pair[0], wanted[0], leaf)
        value = reshaped("part.value", pair[1], wanted[1], leaf)
        entries = f"list_transform(map_entries({sql}), lambda part: {struct(('key', 'value'), (key, value))})"
        return f"CAST(map_from_entries({entries}) AS {duckdb_type(to)})"
    if fields is not None:
        wanted_fields = fields_of(to) or []
        parts = [
            reshaped(field_at("held", at), one[1], other[1], leaf)
            for at, (one, other) in enumerate(zip(fields, wanted_fields, strict=True), start=1)
        ]
        made = struct([name for name, _ in wanted_fields], parts)
        kept = f"CASE WHEN held IS NOT NULL THEN {made} END"
        return f"list_extract(list_transform([{sql}], lambda held: {kept}), 1)"
    return leaf(sql, from_, to)
