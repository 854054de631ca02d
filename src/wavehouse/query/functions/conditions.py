"""Functions that choose between values, or tell of one.

https://trino.io/docs/current/functions/conditional.html
"""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.functions.function import Function
from wavehouse.query.operators import compared
from wavehouse.query.stops import caught, holds
from wavehouse.query.trino_types import element_of, is_exact, is_number
from wavehouse.query.typed import Typed

_NULLS = "DuckDB skips NULL, Trino gives NULL"
_ANY_NULL = "CASE WHEN {nulls} THEN NULL ELSE "
_ANY_NAN = (
    "CASE WHEN {nulls} THEN NULL "
    "WHEN {nans} THEN error('NaN in greatest() or least() is not answered here') ELSE "
)


def _nullif(arguments: Sequence[Typed]) -> str:
    """NULL where the two are equal in the type that both coerce to; else the first in its own type."""
    value, other = arguments
    if value.type == other.type and is_exact(value.type):
        return f"nullif({value.sql}, {other.sql})"
    return f"CASE WHEN {compared('=', value, other).sql} THEN NULL ELSE {value.sql} END"


def _try(arguments: Sequence[Typed]) -> str:
    (value,) = arguments
    within_rows = "Compute it in a subquery, and write TRY around what is made of its columns"
    if value.aggregate or value.window:
        raise QueryError("an aggregate inside of TRY is not covered yet", remedy=within_rows)
    if holds(value.sql, "SELECT"):
        raise QueryError("a subquery inside of TRY is not covered yet", remedy=within_rows)
    return caught(value.sql)


def _typeof(arguments: Sequence[Typed]) -> str:
    (value,) = arguments
    type_ = value.type
    while element := element_of(type_):
        type_ = element
    if not (is_number(type_) or type_ in ("boolean", "date", "unknown")):
        raise QueryError(
            f"typeof() of {value.type} is not covered yet", remedy="Its length is not known here"
        )
    name = literal(value.type)
    # The value stands in it: an aggregate stays one.
    return f"CASE WHEN {value.sql} IS NULL THEN {name} ELSE {name} END"


CONDITIONS: tuple[Function, ...] = (
    Function("if", ("boolean", "same"), "same", "CASE WHEN {0} THEN {1} END"),
    Function("if", ("boolean", "same", "same"), "same", "CASE WHEN {0} THEN {1} ELSE {2} END"),
    Function("coalesce", ("same", "same"), "same", "coalesce({all})", more=True),
    Function(
        "nullif", ("any", "any"), "first", _nullif, "Trino compares in the common type, and NaN with nothing"
    ),
    Function(
        "greatest", ("exact same", "exact same"), "same", _ANY_NULL + "greatest({all}) END", _NULLS, more=True
    ),
    Function(
        "least", ("exact same", "exact same"), "same", _ANY_NULL + "least({all}) END", _NULLS, more=True
    ),
    *(
        Function(
            name,
            ("floating same", "floating same"),
            "same",
            f"{_ANY_NAN}{name}({{all}}) END",
            _NULLS,
            more=True,
        )
        for name in ("greatest", "least")
    ),
    Function("try", ("any",), "first", _try, "error() of DuckDB cannot stand in its TRY"),
    Function("typeof", ("any",), "varchar", _typeof, "DuckDB's own names of types"),
)
