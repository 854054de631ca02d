"""Aggregates that are approximate in Athena and exact here: the exact answer is within what it promises.

https://trino.io/docs/current/functions/aggregate.html#approximate-aggregate-functions : Trino's sketches
depend on how rows are spread over its nodes, so there is no one answer that could be repeated.
With few values they are exact in Trino too, and that is what is given here.
"""

from __future__ import annotations

from wavehouse.query.functions.function import Function

_EXACT = "exact where Athena is approximate"


def _check(value: str) -> str:
    """Percentiles of Trino have no place for NaN and infinite numbers."""
    return (
        f"CASE WHEN bool_or(NOT isfinite({value})){{tail}} THEN error('approx_percentile() of NaN or of "
        "infinity') ELSE "
    )


def _percentiles(
    kind: str, gives: str, value: str, before: str = "", after: str = ""
) -> tuple[Function, ...]:
    # As Trino counts while it still knows every value: from 0, the product rounded down.
    values, number = f"array_agg({value} ORDER BY {value} ASC NULLS LAST){{tail}}", f"count({value}){{tail}}"
    place = f"CAST(least(floor({{}} * {number}), {number} - 1) AS BIGINT) + 1"
    one = f"list_extract({values}, {place.replace('{}', '{1}')})"
    checked = (
        f"CASE WHEN percentage BETWEEN 0 AND 1 THEN {place.replace('{}', 'percentage')} "
        "ELSE error('a percentage is between 0 and 1') END"
    )
    several = (
        f"CASE WHEN {number} > 0 THEN list_select({values}, "
        f"list_transform({{1}}, lambda percentage: {checked})) END"
    )
    return tuple(
        Function("approx_percentile", (kind, percentages), type_, f"{before}{sql}{after}", _EXACT)
        for percentages, type_, sql in (
            ("'percentage'", gives, one),
            ("'percentages'", f"array({gives})", several),
        )
    )


APPROXIMATIONS: tuple[Function, ...] = (
    Function("approx_distinct", ("comparable",), "bigint", "count(DISTINCT {0}){tail}", _EXACT),
    Function(
        "approx_distinct", ("comparable", "'standard error'"), "bigint", "count(DISTINCT {0}){tail}", _EXACT
    ),
    *_percentiles("whole", "bigint", "CAST({0} AS BIGINT)"),
    *_percentiles("real", "real", "{0}", _check("{0}"), " END"),
    *_percentiles("number", "double", "{0}", _check("{0}"), " END"),
)
