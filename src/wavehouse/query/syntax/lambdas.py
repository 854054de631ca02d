"""Functions that take a lambda: `transform(a, x -> x + 1)`.

https://trino.io/docs/current/functions/lambda.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.query.names import Field
from wavehouse.query.nested import field_at, struct, zipped
from wavehouse.query.refusals import place, refuse_calls, uncovered
from wavehouse.query.syntax.syntax import Binder
from wavehouse.query.trino_types import (
    array_of,
    common_type,
    duckdb_type,
    element_of,
    is_exact,
    map_of,
    map_type,
)
from wavehouse.query.typed import Typed, coerced, made

# A list of true, false and NULL, named once.
_MATCHED = "list_extract(list_transform([{0}], lambda held: CASE {1} END), 1)"
_MATCHES = {
    "any_match": "WHEN list_contains(held, TRUE) THEN TRUE WHEN list_count(held) = len(held) THEN FALSE",
    "all_match": "WHEN list_contains(held, FALSE) THEN FALSE WHEN list_count(held) = len(held) THEN TRUE",
    "none_match": "WHEN list_contains(held, TRUE) THEN FALSE WHEN list_count(held) = len(held) THEN TRUE",
}


class Lambda:
    """A lambda of a call, with its arguments under names that nothing else in the SQL has."""

    def __init__(self, binder: Binder, node: exp.Expr, call: str, count: int) -> None:
        if not isinstance(node, exp.Lambda) or len(node.expressions) != count:
            shape = "x" if count == 1 else f"({', '.join('xyz'[:count])})"
            raise QueryError(f"{call}() needs a lambda {shape} -> …", where=place(node))
        self.names = [argument.name for argument in node.expressions]
        if len({name.lower() for name in self.names}) < count:
            raise QueryError("two arguments of a lambda have the same name", where=place(node))
        if inner := next(node.find_all(exp.Subquery, exp.Exists, exp.Select), None):
            raise uncovered(inner, "a subquery in a lambda", "Join it in FROM")
        self.binder, self.node = binder, node
        # Lambdas that stand within each other differ in depth, those side by side see nothing of each other.
        depth = sum(isinstance(one, exp.Lambda) for one in _around(node))
        self.mark = f"→{depth}"
        self.parameters = [identifier(name.lower() + self.mark) for name in self.names]

    def body(self, types: Sequence[str], texts: Sequence[str] | None = None) -> Typed:
        """What it gives for arguments of these types, which are written as `texts`."""
        fields = [
            Field(name.lower(), Typed(text, type_), heading=name)
            for name, text, type_ in zip(self.names, texts or self.parameters, types, strict=True)
        ]
        value = self.binder.within(fields).bind(self.node.this)
        refuse_calls(value, "a lambda", self.node)
        return replace(value, literal=None, nonzero=False)

    def of_entry(self, types: Sequence[str]) -> tuple[str, Typed]:
        """The one argument that it has in the SQL, a row of what it takes, and its body."""
        parameter = identifier(f"entry{self.mark}")
        texts = [field_at(parameter, at) for at in range(1, len(types) + 1)]
        return parameter, self.body(types, texts)


def takes_lambda(name: str, node: exp.Anonymous) -> bool:
    """Whether a call is one with a lambda: some functions have forms without."""
    return name != "array_sort" or len(node.expressions) > 1


def _around(node: exp.Expr) -> list[exp.Expr]:
    found, parent = [], node.parent
    while parent is not None:
        found.append(parent)
        parent = parent.parent
    return found


def _arguments(node: exp.Anonymous, form: str, count: int) -> list[exp.Expr]:
    if len(node.expressions) != count:
        raise QueryError(f"{node.name.lower()}{form} has other arguments", where=place(node))
    return list(node.expressions)


def _array(binder: Binder, node: exp.Expr, call: str) -> tuple[Typed, str]:
    value = binder.bind(node)
    element = "unknown" if value.type == "unknown" else element_of(value.type)
    if element is None:
        raise QueryError(f"{call}() needs an array, not {value.type}", where=place(node))
    return coerced(value, array_of(element)), element


def _map(binder: Binder, node: exp.Expr, call: str) -> tuple[Typed, tuple[str, str]]:
    value = binder.bind(node)
    pair = map_of(value.type)
    if pair is None:
        raise QueryError(f"{call}() needs a map, not {value.type}", where=place(node))
    return value, pair


def _transform(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second = _arguments(node, "(array, x -> …)", 2)
    array, element = _array(binder, first, "transform")
    function = Lambda(binder, second, "transform", 1)
    body = function.body([element])
    sql = f"list_transform({array.sql}, lambda {function.parameters[0]}: {body.sql})"
    return made(sql, array_of(body.type), array, body)


def _condition(body: Typed, node: exp.Expr) -> Typed:
    if body.type not in ("boolean", "unknown"):
        raise QueryError(f"the lambda must give a condition, not {body.type}", where=place(node))
    return coerced(body, "boolean")


def _filter(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second = _arguments(node, "(array, x -> …)", 2)
    array, element = _array(binder, first, "filter")
    function = Lambda(binder, second, "filter", 1)
    body = _condition(function.body([element]), second)
    sql = f"list_filter({array.sql}, lambda {function.parameters[0]}: {body.sql})"
    return made(sql, array.type, array, body)


def _match(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second = _arguments(node, "(array, x -> …)", 2)
    name = node.name.lower()
    array, element = _array(binder, first, name)
    function = Lambda(binder, second, name, 1)
    body = _condition(function.body([element]), second)
    found = f"list_transform({array.sql}, lambda {function.parameters[0]}: {body.sql})"
    return made(_MATCHED.format(found, _MATCHES[name]), "boolean", array, body)


def _zip_with(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second, third = _arguments(node, "(array, array, (x, y) -> …)", 3)
    (left, one), (right, other) = _array(binder, first, "zip_with"), _array(binder, second, "zip_with")
    parameter, body = Lambda(binder, third, "zip_with", 2).of_entry([one, other])
    sql = (
        f"CASE WHEN {left.sql} IS NOT NULL AND {right.sql} IS NOT NULL THEN "
        f"list_transform({zipped((left.sql, right.sql))}, lambda {parameter}: {body.sql}) END"
    )
    return made(sql, array_of(body.type), left, right, body)


def _reduce(binder: Binder, node: exp.Anonymous) -> Typed:
    first, start, third, last = _arguments(node, "(array, start, (s, x) -> …, s -> …)", 4)
    array, element = _array(binder, first, "reduce")
    state = binder.bind(start)
    step, finish = Lambda(binder, third, "reduce", 2), Lambda(binder, last, "reduce", 1)
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


def _map_filter(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second = _arguments(node, "(map, (k, v) -> …)", 2)
    value, pair = _map(binder, first, "map_filter")
    parameter, body = Lambda(binder, second, "map_filter", 2).of_entry(pair)
    body = _condition(body, second)
    sql = f"map_from_entries(list_filter(map_entries({value.sql}), lambda {parameter}: {body.sql}))"
    return made(sql, value.type, value, body)


def _transform_entries(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second = _arguments(node, "(map, (k, v) -> …)", 2)
    name = node.name.lower()
    value, pair = _map(binder, first, name)
    parameter, body = Lambda(binder, second, name, 2).of_entry(pair)
    of_keys = name == "transform_keys"
    if of_keys:
        refuse_key(body.type, node)
    key = body.sql if of_keys else field_at(parameter, 1)
    kept = field_at(parameter, 2) if of_keys else body.sql
    entry = struct(("key", "value"), (key, kept))
    sql = f"map_from_entries(list_transform(map_entries({value.sql}), lambda {parameter}: {entry}))"
    type_ = map_type(body.type, pair[1]) if of_keys else map_type(pair[0], body.type)
    return made(sql, type_, value, body)


def _map_zip_with(binder: Binder, node: exp.Anonymous) -> Typed:
    first, second, third = _arguments(node, "(map, map, (k, x, y) -> …)", 3)
    (left, one), (right, other) = _map(binder, first, "map_zip_with"), _map(binder, second, "map_zip_with")
    if one[0] != other[0]:
        raise uncovered(node, f"map_zip_with() of keys {one[0]} and {other[0]}", "CAST one of the maps")
    parameter, body = Lambda(binder, third, "map_zip_with", 3).of_entry([one[0], one[1], other[1]])
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


def _sorted(_: Binder, node: exp.Anonymous) -> Typed:
    raise uncovered(
        node,
        "array_sort() with a comparator",
        "Sort rows with array_agg(x ORDER BY y), or use reverse(array_sort(a))",
    )


def refuse_key(type_: str, node: exp.Expr) -> None:
    """Raise `QueryError` for a type of which the keys of a map cannot be here."""
    if not is_exact(type_):
        raise uncovered(node, f"a map with keys of type {type_}")


LAMBDAS: dict[str, Callable[[Binder, exp.Anonymous], Typed]] = {
    "transform": _transform,
    "filter": _filter,
    "any_match": _match,
    "all_match": _match,
    "none_match": _match,
    "zip_with": _zip_with,
    "reduce": _reduce,
    "map_filter": _map_filter,
    "transform_keys": _transform_entries,
    "transform_values": _transform_entries,
    "map_zip_with": _map_zip_with,
    "array_sort": _sorted,
}
