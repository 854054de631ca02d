"""Statistical aggregates.

https://trino.io/docs/current/functions/aggregate.html#statistical-aggregate-functions
"""

from __future__ import annotations

from wavehouse.query.functions.function import Function

_SAME = "DuckDB gives NULL where all values are the same, Trino 0 / 0"
_NAN = "CAST('NaN' AS DOUBLE)"


def _finite(name: str) -> str:
    call = f"{name}({{0}}, {{1}}){{tail}}"
    return f"CASE WHEN isfinite({call}) THEN {call} END"


def _moment(least: int, value: str) -> str:
    return (
        f"CASE WHEN count({{0}}){{tail}} < {least} THEN NULL WHEN min({{0}}){{tail}} = max({{0}}){{tail}} "
        f"THEN {_NAN} ELSE {value} END"
    )


_NUMBER = "CAST(count({0}){tail} AS DOUBLE)"

STATISTICS: tuple[Function, ...] = (
    *(
        Function(name, ("number",), "double", f"{duckdb}({{distinct}}{{0}}){{tail}}")
        for name, duckdb in (
            ("stddev", "stddev_samp"),
            ("stddev_samp", "stddev_samp"),
            ("stddev_pop", "stddev_pop"),
            ("variance", "var_samp"),
            ("var_samp", "var_samp"),
            ("var_pop", "var_pop"),
        )
    ),
    *(
        Function(name, ("number", "number"), "double", f"{name}({{0}}, {{1}}){{tail}}")
        for name in ("covar_pop", "covar_samp")
    ),
    *(
        Function(name, ("number", "number"), "double", _finite(name), "DuckDB gives NaN, Trino NULL")
        for name in ("corr", "regr_slope", "regr_intercept")
    ),
    Function("kurtosis", ("number",), "double", _moment(4, "kurtosis({0}){tail}"), _SAME),
    Function(
        "skewness",
        ("number",),
        "double",
        _moment(3, f"skewness({{0}}){{tail}} * ({_NUMBER} - 2) / sqrt({_NUMBER} * ({_NUMBER} - 1))"),
        "DuckDB gives that of a sample, Trino that of a population",
    ),
    Function(
        "geometric_mean",
        ("number",),
        "double",
        f"exp(avg(CASE WHEN {{0}} < 0 THEN {_NAN} WHEN {{0}} = 0 THEN CAST('-Infinity' AS DOUBLE) "
        "ELSE ln({0}) END){tail})",
        "DuckDB refuses 0 and what is below",
    ),
)
