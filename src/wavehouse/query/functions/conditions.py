"""Functions that choose between values."""

from __future__ import annotations

from wavehouse.query.functions.function import Function

_NULLS = "DuckDB skips NULL, Trino gives NULL"
_ANY_NULL = "CASE WHEN {nulls} THEN NULL ELSE "
_ANY_NAN = "CASE WHEN {nulls} THEN NULL WHEN {nans} THEN error('NaN in greatest() or least()') ELSE "


CONDITIONS: tuple[Function, ...] = (
    Function("if", ("boolean", "same"), "same", "CASE WHEN {0} THEN {1} END"),
    Function("if", ("boolean", "same", "same"), "same", "CASE WHEN {0} THEN {1} ELSE {2} END"),
    Function("coalesce", ("same", "same"), "same", "coalesce({all})", more=True),
    Function("nullif", ("exact", "first"), "first", "nullif({0}, {1})"),
    Function("nullif", ("double", "constant double"), "first", "nullif({0}, {1})"),
    Function(
        "greatest", ("exact same", "exact same"), "same", _ANY_NULL + "greatest({all}) END", _NULLS, more=True
    ),
    Function(
        "least", ("exact same", "exact same"), "same", _ANY_NULL + "least({all}) END", _NULLS, more=True
    ),
    Function("greatest", ("number", "number"), "double", _ANY_NAN + "greatest({all}) END", _NULLS, more=True),
    Function("least", ("number", "number"), "double", _ANY_NAN + "least({all}) END", _NULLS, more=True),
)
