"""Functions of numbers that compute as doubles, and numbers as texts of another base.

https://trino.io/docs/current/functions/math.html
"""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.core.errors import QueryError
from wavehouse.query.arithmetic import calculated
from wavehouse.query.functions.function import Function
from wavehouse.query.trino_types import element_of, is_number
from wavehouse.query.typed import Typed

_NAN, _INFINITY = "CAST('NaN' AS DOUBLE)", "CAST('Infinity' AS DOUBLE)"
_LOGARITHM = "DuckDB refuses what Trino gives as NaN or -Infinity"
_ANGLE = "DuckDB refuses an infinity, Trino gives NaN"


def _logarithm(name: str, hole: str = "{0}") -> str:
    return (
        f"CASE WHEN {hole} < 0 THEN {_NAN} WHEN {hole} = 0 THEN CAST('-Infinity' AS DOUBLE) "
        f"ELSE {name}({hole}) END"
    )


def _remainder(arguments: Sequence[Typed]) -> Typed:
    return calculated("%", *arguments)


_DIGITS = "'0123456789abcdefghijklmnopqrstuvwxyz'"
_BASE = "WHEN {1} NOT BETWEEN 2 AND 36 THEN error('Radix must be between 2 and 36')"
_PLACES = (
    "list_transform(string_split(regexp_replace(lower({0}), '^[+-]', ''), ''), "
    f"lambda digit_: CAST(strpos({_DIGITS}, digit_) - 1 AS HUGEINT))"
)
_FROM_BASE = (
    f"CASE {_BASE} WHEN regexp_full_match({{0}}, '[+-]?[0-9a-zA-Z]+') AND list_max({_PLACES}) < {{1}} "
    f"THEN CAST(list_reduce({_PLACES}, lambda sum_, digit_: sum_ * {{1}} + digit_) "
    "* CASE WHEN starts_with({0}, '-') THEN -1 ELSE 1 END AS BIGINT) "
    "WHEN {0} IS NOT NULL AND {1} IS NOT NULL "
    "THEN error('Not a valid base-' || {1} || ' number: ' || {0}) END"
)
_TO_BASE = (
    f"CASE {_BASE} WHEN {{0}} < 0 "
    "THEN '-' || lower(to_base(- CAST({0} AS BIGINT), CAST({1} AS INTEGER))) "
    "ELSE lower(to_base(CAST({0} AS BIGINT), CAST({1} AS INTEGER))) END"
)

# Of bound1 > bound2 the buckets are counted from the other side.
_BUCKET = (
    "CASE WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL OR {3} IS NULL THEN NULL "
    "WHEN {3} <= 0 THEN error('bucketCount must be greater than 0') "
    "WHEN isnan({0}) THEN error('operand must not be NaN') "
    "WHEN NOT isfinite({1}) THEN error('first bound must be finite') "
    "WHEN NOT isfinite({2}) THEN error('second bound must be finite') "
    "WHEN {1} = {2} THEN error('bounds cannot equal each other') "
    "ELSE CAST({up} AS BIGINT) END"
)
_UP = "CASE WHEN {{0}} < {low} THEN {below} WHEN {{0}} >= {high} THEN {above} ELSE {within} END"


def _bucket() -> str:
    inside = "trunc(CAST({{3}} AS DOUBLE) * ({{0}} - {low}) / ({high} - {low}) + 1)"
    rising = _UP.format(
        low="{1}", high="{2}", below="0", above="{3} + 1", within=inside.format(low="{1}", high="{2}")
    )
    falling = _UP.format(
        low="{2}",
        high="{1}",
        below="{3} + 1",
        above="0",
        within="{3} - " + inside.format(low="{2}", high="{1}") + " + 1",
    )
    return _BUCKET.replace("{up}", f"CASE WHEN {{1}} < {{2}} THEN {rising} ELSE {falling} END")


_BINS = (
    "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL "
    "WHEN len({1}) = 0 THEN error('Bins cannot be an empty array') "
    "WHEN isnan({0}) THEN error('Operand cannot be NaN') "
    "WHEN list_count({1}) < len({1}) OR list_bool_or(list_transform({1}, lambda bin_: NOT isfinite(bin_))) "
    "THEN error('Bin value must be finite') "
    "WHEN list_sort({1}) <> {1} THEN error('Bin values are not sorted in ascending order') "
    "ELSE len(list_filter({1}, lambda bin_: bin_ <= {0})) END"
)


def _in_bins(arguments: Sequence[Typed]) -> str:
    operand, bins = arguments
    element = element_of(bins.type) or ""
    if not is_number(element):
        raise QueryError(f"width_bucket() with {bins.type} is not covered yet")
    return _BINS.format(operand.sql, f"CAST({bins.sql} AS DOUBLE[])")


NUMBERS: tuple[Function, ...] = (
    Function(
        "sqrt",
        ("number",),
        "double",
        f"CASE WHEN {{0}} < 0 THEN {_NAN} ELSE sqrt({{0}}) END",
        "DuckDB refuses a negative number, Trino gives NaN",
    ),
    Function(
        "cbrt",
        ("number",),
        "double",
        "CASE WHEN round(cbrt({0})) * round(cbrt({0})) * round(cbrt({0})) = {0} THEN round(cbrt({0})) "
        "ELSE cbrt({0}) END",
        "DuckDB's cbrt(27) is 3.0000000000000004",
    ),
    Function("exp", ("number",), "double", "exp({0})"),
    Function(
        "power",
        ("number", "number"),
        "double",
        "CASE WHEN abs({0}) = 1 AND NOT isfinite({1}) OR {0} = 1 AND isnan({1}) "
        f"THEN {_NAN} ELSE power({{0}}, {{1}}) END",
        "Java gives NaN for 1 to the power of NaN or an infinity",
    ),
    Function("ln", ("number",), "double", _logarithm("ln"), _LOGARITHM),
    Function("log2", ("number",), "double", f'"/"({_logarithm("ln")}, ln(2e0))', _LOGARITHM),
    Function("log10", ("number",), "double", _logarithm("log10"), _LOGARITHM),
    Function(
        "log",
        ("number", "number"),
        "double",
        f'"/"({_logarithm("ln", "{1}")}, {_logarithm("ln")})',
        _LOGARITHM,
    ),
    Function("e", (), "double", "2.718281828459045e0"),
    Function("pi", (), "double", "pi()"),
    Function("infinity", (), "double", _INFINITY),
    Function("nan", (), "double", _NAN),
    Function("is_nan", ("number",), "boolean", "isnan({0})"),
    Function("is_finite", ("number",), "boolean", "isfinite({0})"),
    Function("is_infinite", ("number",), "boolean", "isinf({0})"),
    Function("degrees", ("number",), "double", "degrees({0})"),
    Function("radians", ("number",), "double", "radians({0})"),
    *(
        Function(
            name, ("number",), "double", f"CASE WHEN isinf({{0}}) THEN {_NAN} ELSE {name}({{0}}) END", _ANGLE
        )
        for name in ("sin", "cos", "tan")
    ),
    *(
        Function(
            name,
            ("number",),
            "double",
            f"CASE WHEN abs({{0}}) > 1 THEN {_NAN} ELSE {name}({{0}}) END",
            "DuckDB refuses what Trino gives as NaN",
        )
        for name in ("asin", "acos")
    ),
    *(Function(name, ("number",), "double", f"{name}({{0}})") for name in ("atan", "sinh", "cosh", "tanh")),
    Function("atan2", ("number", "number"), "double", "atan2({0}, {1})"),
    Function(
        "mod", ("any", "any"), lambda arguments: _remainder(arguments).type, lambda it: _remainder(it).sql
    ),
    Function("to_base", ("whole", "whole"), "varchar", _TO_BASE, "DuckDB knows no negative number"),
    Function("from_base", ("varchar", "whole"), "bigint", _FROM_BASE, "DuckDB has none"),
    Function("width_bucket", ("number", "number", "number", "whole"), "bigint", _bucket(), "DuckDB has none"),
    Function("width_bucket", ("number", "array"), "bigint", _in_bins, "DuckDB has none"),
)
NUMBERS += tuple(
    Function("pow", one.takes, one.gives, one.duckdb, one.why) for one in NUMBERS if one.name == "power"
)
