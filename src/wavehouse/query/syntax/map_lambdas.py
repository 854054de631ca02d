"""Functions of maps that take a lambda.

https://trino.io/docs/current/functions/map.html
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.nested import field_at, struct
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.syntax.lambda_of_call import Lambda, arguments_of, condition
from wavehouse.query.syntax.syntax import Binder
from wavehouse.query.trino_types import is_exact, map_of, map_type
from wavehouse.query.typed import Typed, made


def _map(binder: Binder, node: exp.Expr, call: str) -> tuple[Typed, tuple[str, str]]:
    value = binder.bind(node)
    pair = map_of(value.type)
    if pair is None:
        raise QueryError(f"{call}() needs a map, not {value.type}", where=place(node))
    return value, pair


def _map_filter(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second = arguments_of(node, "(map, (k, v) -> …)", 2)
    value, pair = _map(binder, first, "map_filter")
    function = Lambda(binder, second, "map_filter", 2)
    value = function.around(value)
    parameter, body = function.of_entry(pair)
    body = condition(body, second)
    sql = f"map_from_entries(list_filter(map_entries({value.sql}), lambda {parameter}: {body.sql}))"
    return made(sql, value.type, value, body)


def _transform_entries(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second = arguments_of(node, "(map, (k, v) -> …)", 2)
    name = node.name.lower()
    value, pair = _map(binder, first, name)
    function = Lambda(binder, second, name, 2)
    value = function.around(value)
    parameter, body = function.of_entry(pair)
    of_keys = name == "transform_keys"
    if of_keys:
        _refuse_key(body.type, node)
    key = body.sql if of_keys else field_at(parameter, 1)
    kept = field_at(parameter, 2) if of_keys else body.sql
    entry = struct(("key", "value"), (key, kept))
    sql = f"map_from_entries(list_transform(map_entries({value.sql}), lambda {parameter}: {entry}))"
    type_ = map_type(body.type, pair[1]) if of_keys else map_type(pair[0], body.type)
    return made(sql, type_, value, body)


def _map_zip_with(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second, third = arguments_of(node, "(map, map, (k, x, y) -> …)", 3)
    (left, one), (right, other) = _map(binder, first, "map_zip_with"), _map(binder, second, "map_zip_with")
    if one[0] != other[0]:
        raise uncovered(node, f"map_zip_with() of keys {one[0]} and {other[0]}", "CAST one of the maps")
    function = Lambda(binder, third, "map_zip_with", 3)
    left = function.around(left)
    parameter, body = function.of_entry([one[0], one[1], other[1]])
    both = struct(("one", "other"), (left.sql, right.sql))
    keys = (
        "list_concat(map_keys(held.one), list_filter(map_keys(held.other), "
        "lambda name: NOT map_contains(held.one, name)))"
    )
    values = ("name", "map_extract_value(held.one, name)", "map_extract_value(held.other, name)")
    rows = f"list_transform({keys}, lambda name: {struct(('key', 'one', 'other'), values)})"
    rows = f"list_extract(list_transform([{both}], lambda held: {rows}), 1)"
    entry = struct(("key", "value"), (field_at(parameter, 1), body.sql))
    sql = (
        f"CASE WHEN {left.sql} IS NOT NULL AND {right.sql} IS NOT NULL THEN "
        f"map_from_entries(list_transform({rows}, lambda {parameter}: {entry})) END"
    )
    return made(sql, map_type(one[0], body.type), left, right, body)


def _refuse_key(type_: str, node: exp.Expr) -> None:
    if not is_exact(type_):
        raise uncovered(node, f"a map with keys of type {type_}")


MAP_LAMBDAS: dict[str, Callable[[Binder, exp.Anonymous], Typed]] = {
    "map_filter": _map_filter,
    "transform_keys": _transform_entries,
    "transform_values": _transform_entries,
    "map_zip_with": _map_zip_with,
}
