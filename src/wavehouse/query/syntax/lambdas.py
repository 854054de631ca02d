"""Functions that take a lambda: those of arrays, and the list of all.

https://trino.io/docs/current/functions/array.html
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.query.nested import field_at, struct, zipped
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.syntax.lambda_of_call import Lambda, arguments_of, condition
from wavehouse.query.syntax.map_lambdas import MAP_LAMBDAS
from wavehouse.query.syntax.syntax import Binder
from wavehouse.query.trino_types import array_of, common_type, duckdb_type, element_of
from wavehouse.query.typed import Typed, coerced, made

# A list of true, false and NULL, named once.
_MATCHED = "list_extract(list_transform([{0}], lambda held: CASE {1} END), 1)"
_MATCHES = {
    "any_match": "WHEN list_contains(held, TRUE) THEN TRUE WHEN list_count(held) = len(held) THEN FALSE",
    "all_match": "WHEN list_contains(held, FALSE) THEN FALSE WHEN list_count(held) = len(held) THEN TRUE",
    "none_match": "WHEN list_contains(held, TRUE) THEN FALSE WHEN list_count(held) = len(held) THEN TRUE",
}


def takes_lambda(name: str, node: exp.Anonymous) -> bool:
    """Whether a call is one with a lambda: some functions have forms without."""
    return name != "array_sort" or len(node.expressions) > 1


def _array(binder: Binder, node: exp.Expr, call: str) -> tuple[Typed, str]:
    value = binder.bind(node)
    element = "unknown" if value.type == "unknown" else element_of(value.type)
    if element is None:
        raise QueryError(f"{call}() needs an array, not {value.type}", where=place(node))
    return coerced(value, array_of(element)), element


def _transform(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second = arguments_of(node, "(array, x -> …)", 2)
    array, element = _array(binder, first, "transform")
    function = Lambda(binder, second, "transform", 1)
    array = function.around(array)
    body = function.body([element])
    sql = f"list_transform({array.sql}, lambda {function.parameters[0]}: {body.sql})"
    return made(sql, array_of(body.type), array, body)


def _filter(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second = arguments_of(node, "(array, x -> …)", 2)
    array, element = _array(binder, first, "filter")
    function = Lambda(binder, second, "filter", 1)
    array = function.around(array)
    body = condition(function.body([element]), second)
    sql = f"list_filter({array.sql}, lambda {function.parameters[0]}: {body.sql})"
    return made(sql, array.type, array, body)


def _match(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second = arguments_of(node, "(array, x -> …)", 2)
    name = node.name.lower()
    array, element = _array(binder, first, name)
    function = Lambda(binder, second, name, 1)
    array = function.around(array)
    body = condition(function.body([element]), second)
    found = f"list_transform({array.sql}, lambda {function.parameters[0]}: {body.sql})"
    return made(_MATCHED.format(found, _MATCHES[name]), "boolean", array, body)


def _zip_with(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second, third = arguments_of(node, "(array, array, (x, y) -> …)", 3)
    (left, one), (right, other) = _array(binder, first, "zip_with"), _array(binder, second, "zip_with")
    function = Lambda(binder, third, "zip_with", 2)
    left = function.around(left)
    parameter, body = function.of_entry([one, other])
    sql = (
        f"CASE WHEN {left.sql} IS NOT NULL AND {right.sql} IS NOT NULL THEN "
        f"list_transform({zipped((left.sql, right.sql))}, lambda {parameter}: {body.sql}) END"
    )
    return made(sql, array_of(body.type), left, right, body)


def _reduce(binder: Binder, node: exp.Anonymous) -> Typed:
    first, start, third, last = arguments_of(node, "(array, start, (s, x) -> …, s -> …)", 4)
    array, element = _array(binder, first, "reduce")
    state = binder.bind(start)
    step, finish = Lambda(binder, third, "reduce", 2), Lambda(binder, last, "reduce", 1)
    array = finish.around(step.around(array))
    # The state takes the type that holds its start as well as what the lambda makes of it.
    type_ = state.type
    parameter, other = identifier(f"state{step.mark}"), identifier(f"entry{step.mark}")
    texts = [field_at(parameter, 1), field_at(other, 2)]
    for _ in range(3):
        body = step.body([type_, element], texts)
        common = common_type(type_, body.type)
        if common == type_:
            break
        type_ = common or ""
        if not type_:
            break
    else:
        type_ = ""
    if not type_:
        raise QueryError(
            f"reduce() from {state.type} to {body.type} is not covered yet",
            where=place(node),
            remedy="CAST the start, and what the lambda gives, to one type",
        )
    state, body = coerced(state, type_), coerced(body, type_)
    # The engine's reduce() has elements and state of one type: a row of both.
    no_state, no_element = f"CAST(NULL AS {duckdb_type(type_)})", f"CAST(NULL AS {duckdb_type(element)})"
    names = ("state", "element")
    items = f"list_transform({array.sql}, lambda item: {struct(names, (no_state, 'item'))})"
    reduced = (
        f"list_reduce({items}, lambda {parameter}, {other}: {struct(names, (body.sql, no_element))}, "
        f"{struct(names, (state.sql, no_element))})"
    )
    held = finish.parameters[0]
    end = finish.body([type_])
    sql = (
        f"CASE WHEN {array.sql} IS NOT NULL THEN list_extract(list_transform([{field_at(reduced, 1)}], "
        f"lambda {held}: {end.sql}), 1) END"
    )
    return made(sql, end.type, array, state, body, end)


def _sorted(_: Binder, node: exp.Anonymous) -> Typed:
    raise uncovered(
        node,
        "array_sort() with a comparator",
        "Sort rows with array_agg(x ORDER BY y), or use reverse(array_sort(a))",
    )


LAMBDAS: dict[str, Callable[[Binder, exp.Anonymous], Typed]] = {
    "transform": _transform,
    "filter": _filter,
    "any_match": _match,
    "all_match": _match,
    "none_match": _match,
    "zip_with": _zip_with,
    "reduce": _reduce,
    "array_sort": _sorted,
    **MAP_LAMBDAS,
}
