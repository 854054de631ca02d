"""Aggregates that give a map.

https://trino.io/docs/current/functions/aggregate.html#map-aggregate-functions . Rows whose key is NULL count
nothing. Where a key has several values Trino keeps one of them, and which one is left to chance: here such a
query stops. The order of the entries is left to chance as well; here it is that of the keys.
"""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.query.functions.function import Function
from wavehouse.query.nested import struct
from wavehouse.query.trino_types import array_of, map_type
from wavehouse.query.typed import Typed

_PAIR = f"CASE WHEN {{0}} IS NOT NULL THEN {struct(('key', 'value'), ('{0}', '{1}'))} END"
_SEVERAL = "error('a key has several values in {name}(), and which one Athena keeps is left to chance')"


def _one_value(pairs: str, name: str) -> str:
    """A map of pairs that are distinct; NULL where there is none."""
    several = _SEVERAL.format(name=name)
    keys = "list_transform(held, lambda part: part.key)"
    made = f"CASE WHEN len(list_distinct({keys})) < len(held) THEN {several} ELSE map_from_entries(held) END"
    given = f"list_filter({pairs}, lambda part: part IS NOT NULL)"
    return f"list_extract(list_transform([{given}], lambda held: CASE WHEN len(held) > 0 THEN {made} END), 1)"


def _many_values(pairs: str) -> str:
    values = "list_transform(list_filter(held, lambda part: part.key = name), lambda part: part.value)"
    keys = "list_sort(list_distinct(list_transform(held, lambda part: part.key)))"
    made = (
        f"map_from_entries(list_transform({keys}, lambda name: {struct(('key', 'value'), ('name', values))}))"
    )
    given = f"list_filter({pairs}, lambda part: part IS NOT NULL)"
    return f"list_extract(list_transform([{given}], lambda held: CASE WHEN len(held) > 0 THEN {made} END), 1)"


def _map_of_two(arguments: Sequence[Typed]) -> str:
    return map_type(arguments[0].type, arguments[1].type)


MAP_AGGREGATES: tuple[Function, ...] = (
    Function(
        "map_agg",
        ("exact", "comparable"),
        _map_of_two,
        _one_value(f"list(DISTINCT {_PAIR} ORDER BY {_PAIR}){{tail}}", "map_agg"),
    ),
    Function(
        "multimap_agg",
        ("exact", "any"),
        lambda all_: map_type(all_[0].type, array_of(all_[1].type)),
        _many_values(f"list({_PAIR}){{tail}}"),
    ),
    Function(
        "histogram",
        ("exact",),
        lambda all_: map_type(all_[0].type, "bigint"),
        "map_from_entries(list_transform(map_entries(histogram({0}){tail}), "
        f"lambda part: {struct(('key', 'value'), ('part.key', 'CAST(part.value AS BIGINT)'))}))",
    ),
    Function(
        "map_union",
        ("map(exact)",),
        "first",
        _one_value(
            "list_sort(list_distinct(flatten(list(map_entries({0})){tail})))",
            "map_union",
        ),
    ),
)
