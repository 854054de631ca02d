"""Functions of numbers."""

from __future__ import annotations

from wavehouse.query.functions.function import Function

_LOGARITHM = "DuckDB refuses what Trino gives as NaN or -Infinity"


def _logarithm(name: str) -> str:
    return (
        f"CASE WHEN {{0}} < 0 THEN CAST('NaN' AS DOUBLE) WHEN {{0}} = 0 THEN CAST('-Infinity' AS DOUBLE) "
        f"ELSE {name}({{0}}) END"
    )


NUMBERS: tuple[Function, ...] = (
    Function("abs", ("whole",), "first", "abs({0})"),
    Function("abs", ("decimal",), "first", "abs({0})"),
    Function("abs", ("double",), "double", "abs({0})"),
    Function("round", ("whole",), "first", "{0}"),
    Function("round", ("whole", "'digits'"), "first", "{0}"),
    Function("round", ("double",), "double", "round({0})"),
    Function("round", ("double", "'digits'"), "double", "round({0}, {1})"),
    *(
        function
        for name, duckdb in (("floor", "floor"), ("ceil", "ceil"), ("ceiling", "ceil"))
        for function in (
            Function(name, ("whole",), "first", "{0}", "DuckDB gives a double"),
            Function(name, ("double",), "double", f"{duckdb}({{0}})"),
        )
    ),
    Function(
        "sqrt",
        ("number",),
        "double",
        "CASE WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt({0}) END",
        "DuckDB refuses a negative number, Trino gives NaN",
    ),
    Function("power", ("number", "number"), "double", "power({0}, {1})"),
    Function("pow", ("number", "number"), "double", "power({0}, {1})"),
    Function("ln", ("number",), "double", _logarithm("ln"), _LOGARITHM),
    Function("log10", ("number",), "double", _logarithm("log10"), _LOGARITHM),
)
