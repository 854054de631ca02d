"""Window functions, and which aggregates may be one."""

from __future__ import annotations

from wavehouse.query.functions.function import Function

# Only with OVER. `count`, `sum`, `avg`, `min` and `max` may have it too.
WINDOWS: tuple[Function, ...] = (
    Function("row_number", (), "bigint", "row_number(){tail}"),
    Function("rank", (), "bigint", "rank(){tail}"),
    Function("dense_rank", (), "bigint", "dense_rank(){tail}"),
    Function("ntile", ("'count'",), "bigint", "ntile({0}){tail}"),
    *(
        function
        for name in ("lag", "lead")
        for function in (
            Function(name, ("any",), "first", f"{name}({{0}}){{tail}}"),
            Function(name, ("any", "'offset'"), "first", f"{name}({{0}}, {{1}}){{tail}}"),
            Function(name, ("any", "'offset'", "first"), "first", f"{name}({{0}}, {{1}}, {{2}}){{tail}}"),
        )
    ),
    Function("first_value", ("any",), "first", "first_value({0}){tail}"),
    Function("last_value", ("any",), "first", "last_value({0}){tail}"),
)
AGGREGATES_OVER = ("count", "sum", "avg", "min", "max")
FRAMED = (*AGGREGATES_OVER, "first_value", "last_value")
