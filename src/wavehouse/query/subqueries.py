"""Comparisons with the rows of a query: IN, ANY and ALL; and IN with rows of several fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.query import operators
from wavehouse.query.bound import Bound, Output
from wavehouse.query.names import Scope
from wavehouse.query.nested import field_at
from wavehouse.query.refusals import place, refuse_calls, uncovered
from wavehouse.query.syntax.syntax import Binder
from wavehouse.query.trino_types import FLOATING, as_type, common_type, fields_of
from wavehouse.query.typed import Typed, coerced, made, mixing_remedy

# DuckDB's word, and how three-valued logic sums up the comparisons with all rows.
_ANY = ("ANY", "CASE WHEN bool_or(c) THEN TRUE WHEN count(c) < count(*) THEN NULL ELSE FALSE END")
_ALL = ("ALL", "CASE WHEN NOT bool_and(c) THEN FALSE WHEN count(c) < count(*) THEN NULL ELSE TRUE END")


class QueryBinder(Binder, Protocol):
    """Binds expressions that have queries inside (`Expressions`)."""

    @property
    def scope(self) -> Scope:
        """What the queries may see of what they stand in."""

    @property
    def keys(self) -> frozenset[str]:
        """The SQL texts of the expressions of GROUP BY."""

    @property
    def subquery(self) -> Callable[[exp.Expr, Scope], Bound]:
        """Binds a query."""


def is_in(binder: QueryBinder, node: exp.In) -> Typed:
    """`value IN (…)`, also of a row and of a query."""
    query = node.args.get("query")
    if query is None and [type(one) for one in node.expressions] == [exp.Values]:
        query = node.expressions[0]
    if query is None and not node.expressions:
        raise QueryError("IN () is empty")
    if query is not None:
        values = _fields(binder, node.this)
        return _compared_with_rows(
            "=", values, binder.subquery(query, binder.scope), binder.keys, _ANY, node, "IN"
        )
    if not all(isinstance(one, exp.Tuple) for one in (node.this, *node.expressions)):
        return operators.among(binder.bind(node.this), [binder.bind(choice) for choice in node.expressions])
    # Plain comparisons of the fields, by which files can be left out.
    values = _fields(binder, node.this)
    choices = []
    for choice in node.expressions:
        others = _fields(binder, choice)
        if len(others) != len(values):
            raise QueryError(f"IN of a row needs rows of {len(values)} fields", where=place(node))
        choices.append(_equal(values, others))
    return operators.both("OR", choices) if len(choices) > 1 else choices[0]


def _fields(binder: QueryBinder, node: exp.Expr) -> list[Typed]:
    """What is compared with the columns of a query: the fields of a row, or a value."""
    if isinstance(node, exp.Tuple):
        return [binder.bind(field) for field in node.expressions]
    value = binder.bind(node)
    fields = fields_of(value.type)
    if fields is None:
        return [value]
    return [made(field_at(value.sql, at), type_, value) for at, (_, type_) in enumerate(fields, start=1)]


def is_quantified(node: exp.Expr) -> bool:
    """Whether it is ALL, ANY or SOME (…): before VALUES and brackets the parser reads them as functions."""
    if isinstance(node, exp.Anonymous) and len(node.expressions) == 1:
        query = isinstance(node.expressions[0], (exp.Query, exp.Values))
        return query and node.name.lower() in ("all", "any", "some")
    return isinstance(node, (exp.All, exp.Any))


def quantified(binder: QueryBinder, operator: str, node: exp.Expr) -> Typed:
    """`value operator ANY (query)` or ALL."""
    quantifier = node.expression
    called = isinstance(quantifier, exp.Anonymous)
    query = quantifier.expressions[0] if called else quantifier.this
    is_all = quantifier.name.lower() == "all" if called else isinstance(quantifier, exp.All)
    way = _ALL if is_all else _ANY
    while isinstance(query, exp.Paren):
        query = query.this
    if not isinstance(query, (exp.Query, exp.Values)):
        raise QueryError(f"{way[0]} takes a query", where=place(node), remedy="Use contains(array, x)")
    inner = binder.subquery(query, binder.scope)
    what = f"{operator} {way[0]} (…)"
    return _compared_with_rows(operator, [binder.bind(node.this)], inner, binder.keys, way, node, what)


def only(inner: Bound, what: str) -> Output:
    """The one column of a query that stands for a value."""
    if len(inner.outputs) != 1:
        raise QueryError(f"{what} must have one column, not {len(inner.outputs)}")
    return inner.outputs[0]


def _compared_with_rows(
    operator: str,
    values: Sequence[Typed],
    inner: Bound,
    keys: frozenset[str],
    way: tuple[str, str],
    node: exp.Expr,
    what: str,
) -> Typed:
    if len(values) == 1:
        only(inner, what)
    elif len(inner.outputs) != len(values):
        raise QueryError(
            f"{what} has {len(values)} fields and the query {len(inner.outputs)} columns", where=place(node)
        )
    types = [
        _common(value.type, output.type, what) for value, output in zip(values, inner.outputs, strict=True)
    ]
    for type_ in types:
        operators.refuse_nested(Typed("", type_), f"{what} of arrays, maps or rows")
    lefts = [coerced(value, type_) for value, type_ in zip(values, types, strict=True)]
    columns = [
        as_type(f"choices.{identifier(output.column)}", output.type, type_)
        for output, type_ in zip(inner.outputs, types, strict=True)
    ]
    reads = Typed("", "boolean", reads=inner.all_reads)
    if len(lefts) == 1 and types[0] not in FLOATING:
        sql = f"({lefts[0].sql} {operator} {way[0]} (SELECT {columns[0]} FROM ({inner.sql}) AS choices))"
        return made(sql, "boolean", *lefts, reads)
    # To DuckDB NaN is a number like others, and a NULL in a row is equal to NULL.
    for value in values:
        refuse_calls(value, f"{what} of {value.type} or of rows", node)
        # In the subquery the engine would not know an expression of GROUP BY for one.
        if any(key in value.sql for key in keys if "(" in key):
            raise uncovered(node, f"{what} of an expression of GROUP BY", "Use a subquery")
    rights = [Typed(column, type_) for column, type_ in zip(columns, types, strict=True)]
    condition = (
        operators.compared(operator, lefts[0], rights[0]) if len(lefts) == 1 else _equal(lefts, rights)
    )
    rows = f"SELECT {condition.sql} AS c FROM ({inner.sql}) AS choices"
    return made(f"(SELECT {way[1]} FROM ({rows}) AS comparisons)", "boolean", *lefts, reads)


def _equal(lefts: Sequence[Typed], rights: Sequence[Typed]) -> Typed:
    return operators.both(
        "AND", [operators.compared("=", left, right) for left, right in zip(lefts, rights, strict=True)]
    )


def _common(left: str, right: str, what: str) -> str:
    type_ = common_type(left, right)
    if type_ is None:
        raise QueryError(f"{what} mixes {left} and {right}", remedy=mixing_remedy(left, right))
    return type_
