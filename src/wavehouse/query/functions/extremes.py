"""Aggregates that take the largest or smallest, or what belongs to it."""

from __future__ import annotations

from wavehouse.query.functions.function import Function

_NAN = "DuckDB takes NaN for the largest number, Trino for none"
_NULLS = "DuckDB skips a NULL that belongs to a large value"


def _one(name: str) -> str:
    return f"coalesce({name}(CASE WHEN NOT isnan({{0}}) THEN {{0}} END){{tail}}, {name}({{0}}){{tail}})"


def _one_by(name: str, last: str) -> str:
    return f"{name}({{0}}, CASE WHEN {{1}} IS NOT NULL THEN row({last}, {{1}}) END){{tail}}"


def _several(value: str, key: str, order: str, count: str) -> str:
    """The first `count` of `value` in the order of `key`; NULL where there is no key."""
    return (
        f"CASE WHEN count({key}){{tail}} > 0 THEN list_slice(array_agg({value} ORDER BY {order}){{tail}}, 1, "
        f"least({count}, count({key}){{tail}})) END"
    )


# NaN comes behind all numbers, whether the largest or the smallest are wanted.
_FALLING = "isnan({key}) ASC NULLS LAST, {key} DESC NULLS LAST"

EXTREMES: tuple[Function, ...] = (
    *(
        function
        for name in ("min", "max")
        for function in (
            Function(name, ("exact",), "first", f"{name}({{distinct}}{{0}}){{tail}}"),
            Function(name, ("floating",), "first", _one(name), _NAN),
            Function(name, ("exact", "'how many'"), "array(first)", f"{name}({{0}}, {{1}}){{tail}}"),
        )
    ),
    Function(
        "max",
        ("floating", "'how many'"),
        "array(first)",
        _several("{0}", "{0}", _FALLING.format(key="{0}"), "{1}"),
        _NAN,
    ),
    Function("min", ("floating", "'how many'"), "array(first)", "min({0}, {1}){tail}"),
    Function("max_by", ("any", "floating"), "first", _one_by("arg_max_null", "NOT isnan({1})"), _NAN),
    Function("min_by", ("any", "floating"), "first", _one_by("arg_min_null", "isnan({1})"), _NAN),
    Function("max_by", ("any", "exact"), "first", "arg_max_null({0}, {1}){tail}", _NULLS),
    Function("min_by", ("any", "exact"), "first", "arg_min_null({0}, {1}){tail}", _NULLS),
    Function(
        "max_by",
        ("any", "exact", "'how many'"),
        "array(first)",
        _several("{0}", "{1}", "{1} DESC NULLS LAST", "{2}"),
        _NULLS,
    ),
    Function(
        "max_by",
        ("any", "floating", "'how many'"),
        "array(first)",
        _several("{0}", "{1}", _FALLING.format(key="{1}"), "{2}"),
        _NAN,
    ),
    *(
        Function(
            "min_by",
            ("any", kind, "'how many'"),
            "array(first)",
            _several("{0}", "{1}", "{1} ASC NULLS LAST", "{2}"),
            _NULLS,
        )
        for kind in ("exact", "floating")
    ),
)
