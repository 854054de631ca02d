"""Calls of aggregates, with DISTINCT, ORDER BY, WITHIN GROUP and FILTER."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.calls import called, is_aggregate
from wavehouse.query.functions import AGGREGATES
from wavehouse.query.ordering import SortKey, sorted_by
from wavehouse.query.refusals import place, refuse_calls, uncovered
from wavehouse.query.syntax.syntax import Binder
from wavehouse.query.typed import Typed, made


class RowBinder(Binder, Protocol):
    """Binds the expressions of a place at which there are rows to aggregate (`Expressions`)."""

    def condition(self, node: exp.Expr, clause: str) -> Typed:
        """A boolean expression of rows."""

    def sort_key(self, node: exp.Ordered) -> SortKey:
        """One key of an ORDER BY."""


@dataclass(frozen=True)
class _Call:
    """An aggregate as it was written: its arguments, and what stands in its brackets with them."""

    name: str
    arguments: Sequence[exp.Expr]
    order: exp.Order | None
    distinct: bool


def aggregate(binder: RowBinder, node: exp.Expr, where: exp.Expr | None = None) -> Typed:
    """The call of an aggregate, over the rows for which `where` (of FILTER) is true."""
    call = _call(node)
    tail, parts = filtered(binder, where)
    arguments = [binder.bind(argument) for argument in call.arguments]
    keys = [binder.sort_key(key) for key in call.order.expressions] if call.order else []
    order = f" ORDER BY {sorted_by(keys)}" if keys else ""
    if order and call.distinct and any(key.value.sql != arguments[0].sql for key in keys):
        raise uncovered(node, f"DISTINCT with ORDER BY in {call.name}()", "Sort by the same expression")
    parts = [*parts, *(key.value for key in keys)]
    for part in (*arguments, *parts):
        _refuse_elsewhere(part, call.name, node)
    value = called(AGGREGATES, call.name, arguments, node, distinct=call.distinct, order=order, tail=tail)
    value = made(value.sql, value.type, value, *parts)
    return replace(value, aggregate=True, loose=frozenset())


def filtered(binder: RowBinder, where: exp.Expr | None) -> tuple[str, list[Typed]]:
    """FILTER as text, and what is in it."""
    if where is None:
        return "", []
    condition = binder.condition(where.this, "FILTER")
    return f" FILTER (WHERE {condition.sql})", [condition]


def _call(node: exp.Expr) -> _Call:
    within, call = None, node
    if isinstance(node, exp.WithinGroup):
        within, call = node.expression, node.this
    name = call.name.lower() if isinstance(call, exp.Anonymous) else ""
    if not is_aggregate(name):
        raise uncovered(node, "FILTER or WITHIN GROUP behind anything but an aggregate")
    if (within is not None) != (name == "listagg"):
        if within is None:
            raise QueryError("listagg() needs WITHIN GROUP (ORDER BY …)", where=place(node))
        raise uncovered(node, f"WITHIN GROUP in {name}()", "Write ORDER BY into the brackets")
    order, distinct, arguments = within, False, list(call.expressions)
    if arguments and isinstance(arguments[-1], exp.Order):
        order, arguments = arguments[-1], [*arguments[:-1], arguments[-1].this]
    if len(arguments) == 1 and isinstance(arguments[0], exp.Distinct):
        distinct, arguments = True, list(arguments[0].expressions)
    if name == "count" and [type(argument) for argument in arguments] == [exp.Star]:
        arguments = []
    return _Call(name, arguments, order, distinct)


def _refuse_elsewhere(part: Typed, name: str, node: exp.Expr) -> None:
    if part.outer:
        raise QueryError(f"a column of the outer query in {name}() is not covered yet", where=place(node))
    if part.output:
        raise QueryError(
            f"ORDER BY cannot use a name of the SELECT list in {name}()",
            where=place(node),
            remedy="Give the column of the SELECT list another alias",
        )
    refuse_calls(part, f"{name}()", node)
