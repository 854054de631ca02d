"""Functions of arrays."""

from __future__ import annotations

from wavehouse.query.functions.function import Function

ARRAYS: tuple[Function, ...] = (
    Function("cardinality", ("array",), "bigint", "len({0})"),
    Function(
        "contains",
        ("array(exact)", "element"),
        "boolean",
        "CASE WHEN list_contains({0}, {1}) THEN TRUE "
        "WHEN {1} IS NOT NULL AND list_count({0}) = len({0}) THEN FALSE END",
        "DuckDB says false where a NULL leaves it open",
    ),
    Function("element_at", ("array", "'index'"), "element", "list_extract({0}, {1})"),
    Function("array_join", ("array(varchar)", "'string'"), "varchar", "array_to_string({0}, {1})"),
    Function("array_sort", ("array(exact)",), "first", "list_sort({0}, 'ASC', 'NULLS LAST')"),
)
