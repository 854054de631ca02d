"""Rows as they are written, and what is taken out of rows, arrays and maps: (a, b), r.x and a[1]."""

from __future__ import annotations

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.calls import called
from wavehouse.query.functions import SCALARS
from wavehouse.query.names import field_of
from wavehouse.query.nested import field_at
from wavehouse.query.once import once
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.syntax.syntax import Binder, Syntax
from wavehouse.query.trino_types import WHOLE, common_type, element_of, fields_of, map_of
from wavehouse.query.typed import Typed, coerced, made

_ELEMENT = once(
    "CASE WHEN {1} = 0 THEN error('SQL array indices start at 1') "
    "WHEN {1} < 0 THEN error('Array subscript is negative: ' || {1}) "
    "WHEN {1} > len({0}) THEN error("
    "'Array subscript must be less than or equal to array length: ' || {1} || ' > ' || len({0})) "
    "ELSE list_extract({0}, {1}) END"
)
_VALUE = once(
    "CASE WHEN NOT map_contains({0}, {1}) THEN error('Key not present in map: ' || {1}) "
    "ELSE map_extract_value({0}, {1}) END"
)


def _row(binder: Binder, node: exp.Tuple) -> Typed:
    return called(SCALARS, "row", [binder.bind(value) for value in node.expressions], node)


def _dot(binder: Binder, node: exp.Dot) -> Typed:
    if isinstance(node.expression, exp.Star):
        raise QueryError("a star stands for several columns: in the SELECT list", where=place(node))
    if not isinstance(node.expression, exp.Identifier):
        raise uncovered(node, "a name before a function")
    return field_of(binder.bind(node.this), node.expression.name)


def fields_in(value: Typed, node: exp.Expr) -> list[tuple[str, Typed]]:
    """The fields of `value` for which `value.*` stands, with their names ('' for none).

    Raises `QueryError` where it is no row.
    """
    fields = fields_of(value.type)
    if fields is None:
        raise QueryError(f"a star stands behind a row, not {value.type}", where=place(node))
    return [
        (name, made(field_at(value.sql, at), type_, value))
        for at, (name, type_) in enumerate(fields, start=1)
    ]


def _subscript(binder: Binder, node: exp.Bracket) -> Typed:
    value, index = binder.bind(node.this), [binder.bind(one) for one in node.expressions]
    if len(index) != 1:
        raise QueryError("a subscript is one value", where=place(node))
    element, pair, fields = element_of(value.type), map_of(value.type), fields_of(value.type)
    if element is not None:
        if index[0].type not in (*WHOLE, "unknown"):
            raise QueryError(f"the subscript of an array is a whole number, not {index[0].type}")
        parts = [value, coerced(index[0], "bigint")]
        return made(_ELEMENT(parts), element, *parts)
    if pair is not None:
        if common_type(pair[0], index[0].type) != pair[0]:
            raise QueryError(f"the keys of this map are {pair[0]}, not {index[0].type}")
        parts = [value, coerced(index[0], pair[0])]
        return made(_VALUE(parts), pair[1], *parts)
    if fields is not None:
        number = index[0].number
        if number is None or index[0].type not in WHOLE:
            raise QueryError("the subscript of a row is a constant whole number", where=place(node))
        if not 1 <= int(number) <= len(fields):
            raise QueryError(f"{value.type} has {len(fields)} fields", where=place(node))
        return made(field_at(value.sql, int(number)), fields[int(number) - 1][1], value)
    raise QueryError(f"a subscript needs an array, a map or a row, not {value.type}", where=place(node))


ROWS: dict[type[exp.Expr], Syntax] = {
    exp.Tuple: Syntax("expressions", _row),
    exp.Dot: Syntax("this expression", _dot),
    exp.Bracket: Syntax("this expressions", _subscript),
}
