"""Functions of arrays.

https://trino.io/docs/current/functions/array.html . A NULL argument makes the answer NULL; the engine's own
functions often take it for an empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wavehouse.query.functions.function import Function
from wavehouse.query.nested import struct, zipped
from wavehouse.query.once import once
from wavehouse.query.trino_types import WHOLE, array_of, duckdb_type, element_of, row_of
from wavehouse.query.typed import Typed

_NONE_NULL = "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN "
_ALL_NULL = "DuckDB gives NULL where all elements are"
_OPEN = "DuckDB says false where a NULL leaves it open"
_LONGEST = 10_000


def _contains(nan: str) -> str:
    return (
        f"CASE WHEN list_contains({{0}}, {{1}}){nan} THEN TRUE "
        "WHEN {1} IS NOT NULL AND list_count({0}) = len({0}) THEN FALSE END"
    )


def _joined(arguments: Sequence[Typed]) -> str:
    """The engine takes nothing but a constant between the elements."""
    array, between, *instead = arguments
    part = "CAST(part AS VARCHAR)"
    part = f"coalesce({part}, {{1}})" if instead else part
    constant = between.sql.replace("{", "{{").replace("}", "}}")
    joined = f"coalesce(array_to_string(list_transform({{0}}, lambda part: {part}), {constant}), '')"
    given = " AND ".join(f"{{{at}}} IS NOT NULL" for at in range(1 + len(instead)))
    return once(f"CASE WHEN {given} THEN {joined} END")([array, *instead])


def _extreme(name: str, *, floating: bool) -> str:
    nans = "list_bool_or(list_transform({0}, lambda part: isnan(part)))"
    stop = f"WHEN {nans} THEN error('NaN in array_{name}() is not answered here') " if floating else ""
    return f"CASE WHEN list_count({{0}}) < len({{0}}) THEN NULL {stop}ELSE list_{name}({{0}}) END"


def _repeated(arguments: Sequence[Typed]) -> str:
    nothing = f"CAST([] AS {duckdb_type(array_of(arguments[0].type))})"
    return once(
        f"CASE WHEN {{1}} > {_LONGEST} THEN error('repeat() gives {_LONGEST} elements at most') "
        "WHEN {1} < 0 THEN error('count argument of repeat function must be greater than or equal to 0') "
        f"WHEN {{1}} IS NOT NULL THEN list_resize({nothing}, {{1}}, {{0}}) END"
    )(arguments)


def _given(arguments: Sequence[Typed], made: Callable[[Sequence[str]], str]) -> str:
    """What is made of the arguments where none of them is NULL."""
    holes = [f"{{{at}}}" for at in range(len(arguments))]
    given = " AND ".join(f"{hole} IS NOT NULL" for hole in holes)
    return once(f"CASE WHEN {given} THEN {made(holes)} END")(arguments)


def _rows(arguments: Sequence[Typed]) -> str:
    return array_of(row_of([("", element_of(one.type) or "unknown") for one in arguments]))


def _row(arguments: Sequence[Typed]) -> str:
    return struct([""] * len(arguments), [one.sql for one in arguments])


# What array_join() writes as Athena does.
_WRITTEN = ("varchar", *WHOLE, "decimal", "boolean", "date")

ARRAYS: tuple[Function, ...] = (
    Function("row", ("any",), lambda all_: row_of([("", one.type) for one in all_]), _row, more=True),
    Function("cardinality", ("array",), "bigint", "len({0})"),
    Function("contains", ("array(exact same)", "exact same"), "boolean", once(_contains("")), _OPEN),
    Function(
        "contains", ("array(double)", "number"), "boolean", once(_contains(" AND NOT isnan({1})")), _OPEN
    ),
    Function(
        "contains_sequence",
        ("array(comparable same)", "array(comparable same)"),
        "boolean",
        once(
            _NONE_NULL
            + "len({1}) = 0 OR coalesce(list_bool_or(list_transform(range(1, len({0}) - len({1}) + 2), "
            "lambda nth: list_slice({0}, nth, nth + len({1}) - 1) IS NOT DISTINCT FROM {1})), FALSE) END"
        ),
    ),
    Function(
        "element_at",
        ("array", "whole"),
        "element",
        once("CASE WHEN {1} = 0 THEN error('SQL array indices start at 1') ELSE list_extract({0}, {1}) END"),
        "DuckDB gives NULL for 0",
    ),
    *(
        Function("array_join", (f"array({type_})", "'string'", *instead), "varchar", _joined, _ALL_NULL)
        for type_ in _WRITTEN
        for instead in ((), ("varchar",))
    ),
    Function("array_sort", ("array(exact)",), "first", "list_sort({0}, 'ASC', 'NULLS LAST')"),
    Function("array_sort", ("array(double)",), "first", "list_sort({0}, 'ASC', 'NULLS LAST')"),
    *(
        Function(f"array_{name}", (f"array({type_})",), "element", once(_extreme(name, floating=floating)))
        for name in ("min", "max")
        for type_, floating in (("exact", False), ("double", True))
    ),
    Function(
        "array_position",
        ("array(exact same)", "exact same"),
        "bigint",
        once(_NONE_NULL + "coalesce(list_position({0}, {1}), 0) END"),
        "DuckDB gives NULL where there is none",
    ),
    Function(
        "array_remove",
        ("array(exact same)", "exact same"),
        lambda all_: all_[0].type,
        once(_NONE_NULL + "list_filter({0}, lambda part: part IS DISTINCT FROM {1}) END"),
    ),
    Function(
        "array_remove",
        ("array(double)", "number"),
        "first",
        once(_NONE_NULL + "list_filter({0}, lambda part: isnan({1}) OR part IS DISTINCT FROM {1}) END"),
        "A NaN equals nothing",
    ),
    Function(
        "concat",
        ("array(same)", "array(same)"),
        "first",
        lambda all_: _given(all_, lambda lists: f"list_concat({', '.join(lists)})"),
        "DuckDB skips NULL",
        more=True,
    ),
    Function("flatten", ("array of arrays",), "element", "flatten({0})"),
    Function("reverse", ("array",), "first", "list_reverse({0})"),
    Function(
        "repeat",
        ("any", "whole"),
        "array(first)",
        _repeated,
    ),
    Function(
        "slice",
        ("array", "whole", "whole"),
        "first",
        once(
            "CASE WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL THEN NULL "
            "WHEN {2} < 0 THEN error('length must be greater than or equal to 0') "
            "WHEN {1} = 0 THEN error('SQL array indices start at 1') "
            "WHEN {1} < -len({0}) OR {1} > len({0}) OR {2} = 0 THEN list_slice({0}, 1, 0) "
            "WHEN {1} < 0 THEN list_slice({0}, len({0}) + {1} + 1, "
            "least(len({0}) + CAST({1} AS HUGEINT) + {2}, len({0}))) "
            "ELSE list_slice({0}, {1}, least(CAST({1} AS HUGEINT) + {2} - 1, len({0}))) END"
        ),
    ),
    Function(
        "trim_array",
        ("array", "whole"),
        "first",
        once(
            "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL "
            "WHEN {1} < 0 THEN error('size must not be negative: ' || {1}) "
            "WHEN {1} > len({0}) "
            "THEN error('size must not exceed array cardinality ' || len({0}) || ': ' || {1}) "
            "ELSE list_slice({0}, 1, len({0}) - {1}) END"
        ),
    ),
    Function(
        "ngrams",
        ("array", "integer"),
        "array(first)",
        once(
            "CASE WHEN {1} <= 0 THEN error('N must be positive') "
            "WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN "
            "list_transform(range(1, greatest(len({0}) - {1}, 0) + 2), "
            "lambda nth: list_slice({0}, nth, nth + {1} - 1)) END"
        ),
    ),
    Function(
        "zip",
        ("array", "array"),
        _rows,
        lambda all_: _given(all_, zipped),
        "DuckDB takes NULL for an empty list",
        more=True,
    ),
)
