"""Arrays as sets: what they have in common, without duplicates.

https://trino.io/docs/current/functions/array.html . NULL and NaN count as values that equal themselves. The
order is that of the elements in Trino, for which the documentation has no word.
"""

from __future__ import annotations

from wavehouse.query.functions.function import Function
from wavehouse.query.once import once

_BOTH = ("array(comparable same)", "array(comparable same)")
_ORDER = "DuckDB drops NULL and keeps no order"
_GIVEN = "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN "


def _first_ones(of: str, condition: str = "") -> str:
    return f"list_filter({of}, lambda part, nth: {condition}list_position({of}, part) = nth)"


ARRAY_SETS: tuple[Function, ...] = (
    Function("array_distinct", ("array(comparable same)",), "first", once(_first_ones("{0}")), _ORDER),
    Function(
        "array_except",
        _BOTH,
        "first",
        # Where nothing is taken away Trino gives the first array as it is.
        once(
            _GIVEN
            + "CASE WHEN len({1}) = 0 THEN {0} ELSE "
            + _first_ones("{0}", "list_position({1}, part) IS NULL AND ")
            + " END END"
        ),
        _ORDER,
    ),
    Function(
        "array_intersect",
        _BOTH,
        "first",
        # Trino goes through the longer of the two.
        once(
            _GIVEN
            + "CASE WHEN len({0}) < len({1}) THEN "
            + _first_ones("{1}", "list_position({0}, part) IS NOT NULL AND ")
            + " ELSE "
            + _first_ones("{0}", "list_position({1}, part) IS NOT NULL AND ")
            + " END END"
        ),
        _ORDER,
    ),
    Function(
        "array_union", _BOTH, "first", once(_GIVEN + _first_ones("list_concat({0}, {1})") + " END"), _ORDER
    ),
    Function(
        "arrays_overlap",
        ("array(exact same)", "array(exact same)"),
        "boolean",
        once(
            _GIVEN
            + "CASE WHEN len({0}) = 0 OR len({1}) = 0 THEN FALSE WHEN list_has_any({0}, {1}) THEN TRUE "
            "WHEN list_count({0}) = len({0}) AND list_count({1}) = len({1}) THEN FALSE END END"
        ),
        "DuckDB says false where a NULL leaves it open",
    ),
)
