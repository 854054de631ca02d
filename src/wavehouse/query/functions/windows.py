"""Window functions, and which aggregates may be one."""

from __future__ import annotations

from wavehouse.query.functions.aggregates import AGGREGATES
from wavehouse.query.functions.function import Function

# Only with OVER. {ignoring} is where IGNORE NULLS may stand.
WINDOWS: tuple[Function, ...] = (
    Function("row_number", (), "bigint", "row_number(){tail}"),
    Function("rank", (), "bigint", "rank(){tail}"),
    Function("dense_rank", (), "bigint", "dense_rank(){tail}"),
    Function("percent_rank", (), "double", "percent_rank(){tail}"),
    Function("cume_dist", (), "double", "cume_dist(){tail}"),
    Function("ntile", ("'count'",), "bigint", "ntile({0}){tail}"),
    *(
        function
        for name in ("lag", "lead")
        for function in (
            Function(name, ("any",), "first", f"{name}({{0}}{{ignoring}}){{tail}}"),
            Function(name, ("any", "'offset'"), "first", f"{name}({{0}}, {{1}}{{ignoring}}){{tail}}"),
            Function(
                name,
                ("any", "'offset'", "first"),
                "first",
                f"{name}({{0}}, {{1}}, {{2}}{{ignoring}}){{tail}}",
            ),
        )
    ),
    Function("first_value", ("any",), "first", "first_value({0}{ignoring}){tail}"),
    Function("last_value", ("any",), "first", "last_value({0}{ignoring}){tail}"),
    Function("nth_value", ("any", "'count'"), "first", "nth_value({0}, {1}{ignoring}){tail}"),
)
# https://trino.io/docs/current/functions/aggregate.html#listagg : it has no frames.
AGGREGATES_OVER = tuple(sorted({function.name for function in AGGREGATES} - {"listagg"}))
FRAMED = (*AGGREGATES_OVER, "first_value", "last_value", "nth_value")
