"""Aggregate functions."""

from __future__ import annotations

from wavehouse.query.functions.function import Function

_NAN = "DuckDB takes NaN for the largest number, Trino for none"
_OVERFLOW = "DuckDB widens to HUGEINT; in Trino it is a bigint that may overflow"


def _extreme(name: str) -> str:
    return f"coalesce({name}(CASE WHEN NOT isnan({{0}}) THEN {{0}} END){{tail}}, {name}({{0}}){{tail}})"


def _extreme_by(name: str, last: str) -> str:
    return f"{name}({{0}}, CASE WHEN {{1}} IS NOT NULL THEN row({last}, {{1}}) END){{tail}}"


AGGREGATES: tuple[Function, ...] = (
    Function("count", (), "bigint", "count(*){tail}"),
    Function("count", ("any",), "bigint", "count({distinct}{0}){tail}"),
    Function(
        "count_if", ("boolean",), "bigint", "count(CASE WHEN {0} THEN 1 END){tail}", "DuckDB gives a HUGEINT"
    ),
    Function("sum", ("whole",), "bigint", "CAST(sum({distinct}{0}){tail} AS BIGINT)", _OVERFLOW),
    Function("sum", ("double",), "double", "sum({distinct}{0}){tail}"),
    Function("sum", ("decimal",), "sum of decimals", "sum({distinct}{0}){tail}"),
    Function("avg", ("whole",), "double", "avg({distinct}{0}){tail}"),
    Function("avg", ("double",), "double", "avg({distinct}{0}){tail}"),
    Function("min", ("exact",), "first", "min({0}){tail}"),
    Function("min", ("double",), "double", _extreme("min"), _NAN),
    Function("max", ("exact",), "first", "max({0}){tail}"),
    Function("max", ("double",), "double", _extreme("max"), _NAN),
    Function("max_by", ("any", "double"), "first", _extreme_by("arg_max_null", "NOT isnan({1})"), _NAN),
    Function("min_by", ("any", "double"), "first", _extreme_by("arg_min_null", "isnan({1})"), _NAN),
    Function(
        "max_by", ("any", "exact"), "first", "arg_max_null({0}, {1}){tail}", "arg_max() skips a NULL result"
    ),
    Function(
        "min_by", ("any", "exact"), "first", "arg_min_null({0}, {1}){tail}", "arg_min() skips a NULL result"
    ),
    *(
        Function(name, ("number",), "double", f"{duckdb}({{0}}){{tail}}")
        for name, duckdb in (
            ("stddev", "stddev_samp"),
            ("stddev_samp", "stddev_samp"),
            ("stddev_pop", "stddev_pop"),
            ("variance", "var_samp"),
            ("var_samp", "var_samp"),
            ("var_pop", "var_pop"),
        )
    ),
    Function("bool_and", ("boolean",), "boolean", "bool_and({0}){tail}"),
    Function("every", ("boolean",), "boolean", "bool_and({0}){tail}"),
    Function("bool_or", ("boolean",), "boolean", "bool_or({0}){tail}"),
    Function("array_agg", ("any",), "array(first)", "array_agg({0}{order}){tail}"),
)
