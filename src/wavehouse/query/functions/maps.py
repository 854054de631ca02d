"""Functions of maps.

https://trino.io/docs/current/functions/map.html . The entries of a map keep the order in which they are put
in, as in Trino. Two entries of one key stop the query on both engines, as a key that is NULL does.
"""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.query.functions.function import Function
from wavehouse.query.nested import field_at, struct
from wavehouse.query.once import once
from wavehouse.query.trino_types import array_of, element_of, fields_of, map_of, map_type, row_of
from wavehouse.query.typed import Typed

_KEY_VALUE = ("key", "value")


def _of_arrays(arguments: Sequence[Typed]) -> str:
    return map_type(element_of(arguments[0].type) or "unknown", element_of(arguments[1].type) or "unknown")


def _pair(arguments: Sequence[Typed]) -> tuple[str, str]:
    return map_of(arguments[0].type) or ("unknown", "unknown")


def _entries(arguments: Sequence[Typed]) -> str:
    return array_of(row_of([("", one) for one in _pair(arguments)]))


def _of_entries(arguments: Sequence[Typed]) -> str:
    fields = fields_of(element_of(arguments[0].type) or "") or []
    return map_type(fields[0][1], fields[1][1])


def _of_many_entries(arguments: Sequence[Typed]) -> str:
    key, value = map_of(_of_entries(arguments)) or ("", "")
    return map_type(key, array_of(value))


_ROW = struct(("", ""), ("part.key", "part.value"))
_ENTRY = struct(_KEY_VALUE, (field_at("part", 1), field_at("part", 2)))
_NULL_ENTRY = "list_count({0}) < len({0}) THEN error('map entry cannot be null') "
_NULL_KEY = "error('map key cannot be null')"
_KEYS = f"list_transform({{0}}, lambda part: coalesce({field_at('part', 1)}, {_NULL_KEY}))"
_VALUES_OF_KEY = (
    f"list_transform(list_filter({{0}}, lambda part: {field_at('part', 1)} = name), "
    f"lambda part: {field_at('part', 2)})"
)
_FIRST_ONES = f"list_filter({_KEYS}, lambda name, nth: list_position({_KEYS}, name) = nth)"
_MANY = (
    f"map_from_entries(list_transform({_FIRST_ONES}, "
    f"lambda name: {struct(_KEY_VALUE, ('name', _VALUES_OF_KEY))}))"
)


def _concatenated(arguments: Sequence[Typed]) -> str:
    """The last map first, then what is new in those before it: Trino's order."""
    given = " AND ".join(f"{one.sql} IS NOT NULL" for one in arguments)
    merged = arguments[-1].sql
    for one in reversed(arguments[:-1]):
        more = "list_filter(map_entries(held.b), lambda part: NOT map_contains(held.a, part.key))"
        both = f"map_from_entries(list_concat(map_entries(held.a), {more}))"
        merged = (
            f"list_extract(list_transform([{struct(('a', 'b'), (merged, one.sql))}], lambda held: {both}), 1)"
        )
    return f"CASE WHEN {given} THEN {merged} END"


MAPS: tuple[Function, ...] = (
    Function("map", (), "map(unknown,unknown)", "map(CAST([] AS INTEGER[]), CAST([] AS INTEGER[]))"),
    Function(
        "map",
        ("array(exact)", "array"),
        _of_arrays,
        once(
            "CASE WHEN len({0}) <> len({1}) THEN error('Key and value arrays must be the same length') "
            "WHEN list_count({0}) < len({0}) THEN error('map key cannot be null') "
            "WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN map({0}, {1}) END"
        ),
    ),
    Function("cardinality", ("map",), "bigint", "len(map_keys({0}))"),
    Function("element_at", ("map", "key"), lambda all_: _pair(all_)[1], "map_extract_value({0}, {1})"),
    Function("map_keys", ("map",), lambda all_: array_of(_pair(all_)[0]), "map_keys({0})"),
    Function("map_values", ("map",), lambda all_: array_of(_pair(all_)[1]), "map_values({0})"),
    Function("map_entries", ("map",), _entries, f"list_transform(map_entries({{0}}), lambda part: {_ROW})"),
    Function("map_concat", ("map same", "map same"), "first", _concatenated, "DuckDB skips NULL", more=True),
    Function(
        "map_from_entries",
        ("array of entries",),
        _of_entries,
        once(
            f"CASE WHEN {_NULL_ENTRY}ELSE map_from_entries(list_transform({{0}}, lambda part: {_ENTRY})) END"
        ),
    ),
    Function(
        "multimap_from_entries",
        ("array of entries",),
        _of_many_entries,
        once(f"CASE WHEN {_NULL_ENTRY}WHEN {{0}} IS NOT NULL THEN {_MANY} END"),
    ),
)
