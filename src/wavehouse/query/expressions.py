"""Expressions: each node of the tree to a piece of DuckDB SQL with its type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.query import operators
from wavehouse.query.arithmetic import calculated
from wavehouse.query.bound import Bound, Output
from wavehouse.query.calls import called, is_aggregate, is_window
from wavehouse.query.casts import cast
from wavehouse.query.constants import constant
from wavehouse.query.frames import frame
from wavehouse.query.functions import AGGREGATES, AGGREGATES_OVER, SCALARS, WINDOWS
from wavehouse.query.names import Field, Scope
from wavehouse.query.ordering import SortKey, sorted_by
from wavehouse.query.parse import too_deep
from wavehouse.query.refusals import place, refuse_calls, uncovered
from wavehouse.query.syntax import SYNTAX
from wavehouse.query.trino_types import FLOATING, common_type, element_of
from wavehouse.query.typed import Typed, coerced, converted, made, mixing_remedy

# Characters of one expression: far more than a query of the longest kind needs.
_LONGEST = 4_000_000


@dataclass(frozen=True)
class Expressions:
    """Binds the expressions of one place in a query.

    `subquery` binds a query inside of it; `keys` are the SQL texts of the GROUP BY expressions, which count
    as grouped wherever they stand.
    """

    scope: Scope
    subquery: Callable[[exp.Expr, Scope], Bound]
    keys: frozenset[str] = field(default=frozenset())

    def bind(self, node: exp.Expr) -> Typed:
        """The expression as typed SQL; raises `QueryError` with the place for what is not covered."""
        try:
            value = self._bound(node)
        except QueryError as error:
            if error.where:
                raise
            raise QueryError(error.what, where=place(node), remedy=error.remedy) from None
        if len(value.sql) > _LONGEST:
            # Some rewrites name an operand twice: what is nested in what is nested grows with each level.
            raise too_deep()
        return replace(value, loose=frozenset()) if value.sql in self.keys else value

    def within(self, fields: Sequence[Field]) -> Expressions:
        """The same place, in which these fields can be named as well, before all others."""
        names = {one.name for one in fields}
        others = [one for one in self.scope.fields if one.name not in names]
        return replace(self, scope=replace(self.scope, fields=[*fields, *others]))

    def condition(self, node: exp.Expr, clause: str) -> Typed:
        """A boolean expression of rows: no aggregates and no windows."""
        value = self.bind(node)
        if value.type not in ("boolean", "unknown"):
            raise QueryError(f"{clause} needs a condition, not {value.type}", where=place(node))
        refuse_calls(value, clause, node)
        return coerced(value, "boolean")

    def sort_key(self, node: exp.Ordered, value: Typed | None = None, position: int | None = None) -> SortKey:
        """One key of an ORDER BY, at `position` of the SELECT list where it is one of its columns."""
        value = value or self.bind(node.this)
        if element_of(value.type) is not None:
            raise uncovered(node, "ORDER BY an array")
        return SortKey(value, bool(node.args.get("desc")), bool(node.args.get("nulls_first")), position)

    def _bound(self, node: exp.Expr) -> Typed:  # noqa: PLR0911, PLR0912
        match node:
            case exp.Column() if not isinstance(node.this, exp.Star):
                return self.scope.column(node)
            case exp.Literal():
                return constant(node)
            case exp.Boolean():
                return Typed("TRUE" if node.this else "FALSE", "boolean")
            case exp.Null():
                return Typed("NULL", "unknown")
            case exp.Paren():
                return self.bind(node.this)
            case exp.And() | exp.Or():
                word = "AND" if isinstance(node, exp.And) else "OR"
                return operators.both(word, [self.bind(operand) for operand in _chain(node)])
            case exp.Not():
                return operators.inverted(self.bind(node.this))
            case exp.NullSafeEQ() | exp.NullSafeNEQ():
                left, right = self.bind(node.this), self.bind(node.expression)
                return operators.distinct_from(left, right, negated=isinstance(node, exp.NullSafeEQ))
            case exp.Between():
                return operators.between(
                    self.bind(node.this), self.bind(node.args["low"]), self.bind(node.args["high"])
                )
            case exp.In():
                return self._in(node)
            case exp.Like() | exp.Escape():
                return self._like(node)
            case exp.Exists():
                inner = self.subquery(node.this, self.scope)
                return Typed(f"EXISTS ({inner.sql})", "boolean", reads=inner.reads)
            case exp.Subquery():
                return self._scalar(node)
            case exp.Neg():
                return operators.negative(self.bind(node.this))
            case exp.DPipe():
                return operators.joined(self.bind(node.this), self.bind(node.expression))
            case exp.Cast():
                return cast(self.bind(node.this), node)
            case exp.Anonymous():
                return self._call(node)
            case exp.Filter():
                return self._aggregate(node.this, node.expression)
            case exp.Window():
                return self._window(node)
        if syntax := SYNTAX.get(type(node)):
            return syntax.bind(self, node)
        if type(node) in operators.COMPARISONS:
            return operators.compared(
                operators.COMPARISONS[type(node)], self.bind(node.this), self.bind(node.expression)
            )
        if type(node) in operators.ARITHMETIC:
            return calculated(
                operators.ARITHMETIC[type(node)], self.bind(node.this), self.bind(node.expression)
            )
        what = (
            "a row of values (a, b)" if isinstance(node, exp.Tuple) else f"{type(node).__name__.upper()} here"
        )
        raise uncovered(node, what)

    def _in(self, node: exp.In) -> Typed:
        value = self.bind(node.this)
        query = node.args.get("query")
        if query is None:
            if not node.expressions:
                raise QueryError("IN () is empty")
            return operators.among(value, [self.bind(choice) for choice in node.expressions])
        inner = self.subquery(query, self.scope)
        output = _only(inner, "IN")
        type_ = common_type(value.type, output.type)
        if type_ is None:
            raise QueryError(
                f"IN mixes {value.type} and {output.type}", remedy=mixing_remedy(value.type, output.type)
            )
        operators.refuse_array(Typed("", type_), "IN of arrays")
        if type_ in FLOATING and value.number is None:
            raise QueryError(f"IN (subquery) of {type_} is not covered yet", remedy="Use EXISTS with =")
        column = converted(identifier(output.column), output.type, type_)
        left = coerced(value, type_)
        sql = f"({left.sql} IN (SELECT {column} FROM ({inner.sql}) AS choices))"
        return made(sql, "boolean", left, Typed("", "boolean", reads=inner.all_reads))

    def _like(self, node: exp.Expr) -> Typed:
        escape = None
        if isinstance(node, exp.Escape):
            escape, node = self.bind(node.expression), node.this
        if not isinstance(node, exp.Like):
            raise uncovered(node, "ESCAPE here")
        value = operators.like(self.bind(node.this), self.bind(node.expression), escape)
        return operators.inverted(value) if node.args.get("negate") else value

    def _scalar(self, node: exp.Subquery) -> Typed:
        inner = self.subquery(node, self.scope)
        output = _only(inner, "a subquery that stands for a value")
        return Typed(f"({inner.sql})", output.type, reads=inner.all_reads)

    def _call(self, node: exp.Anonymous) -> Typed:
        name = node.name.lower()
        if is_aggregate(name):
            return self._aggregate(node, None)
        if is_window(name):
            raise QueryError(f"{name}() needs OVER (…)", where=place(node))
        return called(SCALARS, name, [self.bind(argument) for argument in node.expressions], node)

    def _aggregate(self, node: exp.Expr, where: exp.Expr | None) -> Typed:
        if not (isinstance(node, exp.Anonymous) and is_aggregate(node.name.lower())):
            raise uncovered(node, "FILTER behind anything but an aggregate")
        tail, parts = "", []
        if where is not None:
            condition = self.condition(where.this, "FILTER")
            tail, parts = f" FILTER (WHERE {condition.sql})", [condition]
        value = self._aggregated(node, parts, tail)
        return replace(value, aggregate=True, loose=frozenset())

    def _aggregated(self, node: exp.Anonymous, parts: Sequence[Typed], tail: str) -> Typed:
        name, nodes = node.name.lower(), list(node.expressions)
        distinct, order = False, ""
        if len(nodes) == 1 and isinstance(nodes[0], exp.Order):
            keys = [self.sort_key(key) for key in nodes[0].expressions]
            order, nodes = f" ORDER BY {sorted_by(keys)}", [nodes[0].this]
            parts = [*parts, *(key.value for key in keys)]
        if len(nodes) == 1 and isinstance(nodes[0], exp.Distinct):
            if order:
                raise QueryError(f"DISTINCT with ORDER BY in {name}() is not covered yet", where=place(node))
            distinct, nodes = True, list(nodes[0].expressions)
        if name == "count" and len(nodes) == 1 and isinstance(nodes[0], exp.Star):
            nodes = []
        arguments = [self.bind(argument) for argument in nodes]
        for part in (*arguments, *parts):
            if part.outer:
                raise QueryError(
                    f"a column of the outer query in {name}() is not covered yet", where=place(node)
                )
            if part.output:
                raise QueryError(
                    f"ORDER BY cannot use a name of the SELECT list in {name}()",
                    where=place(node),
                    remedy="Give the column of the SELECT list another alias",
                )
            refuse_calls(part, f"{name}()", node)
        value = called(AGGREGATES, name, arguments, node, distinct=distinct, order=order, tail=tail)
        return made(value.sql, value.type, value, *parts)

    def _window(self, node: exp.Window) -> Typed:
        call = node.this
        name = call.name.lower() if isinstance(call, exp.Anonymous) else ""
        if isinstance(call, exp.Filter):
            raise uncovered(node, "FILTER with OVER", "Use sum(CASE WHEN … THEN x END) OVER (…)")
        if not is_window(name) and name not in AGGREGATES_OVER:
            raise uncovered(node, f"{name or 'this'}() with OVER")
        nodes = [] if any(isinstance(one, exp.Star) for one in call.expressions) else call.expressions
        if any(isinstance(one, (exp.Distinct, exp.Order)) for one in nodes):
            raise uncovered(node, f"DISTINCT or ORDER BY in {name}() with OVER")
        arguments = [self.bind(argument) for argument in nodes]
        partition = [self.bind(key) for key in node.args.get("partition_by") or []]
        order = node.args.get("order")
        keys = [self.sort_key(key) for key in order.expressions] if order else []
        over = [f"PARTITION BY {', '.join(key.sql for key in partition)}"] if partition else []
        over += [f"ORDER BY {sorted_by(keys)}"] if keys else []
        if spec := node.args.get("spec"):
            over.append(frame(spec, name, ordered=bool(keys)))
        functions = WINDOWS if is_window(name) else AGGREGATES
        value = called(functions, name, arguments, node, tail=f" OVER ({' '.join(over)})")
        parts = [*arguments, *partition, *(key.value for key in keys)]
        if any(part.window for part in parts):
            raise QueryError("a window inside of a window", where=place(node), remedy="Use a subquery")
        return replace(made(value.sql, value.type, *parts), window=True)


def _chain(node: exp.Expr) -> list[exp.Expr]:
    """The operands of `a OR b OR c`, whose tree would be as deep as it is long."""
    kind, operands = type(node), []
    while type(node) is kind:
        operands.append(node.args["expression"])
        node = node.this
    return [node, *reversed(operands)]


def _only(inner: Bound, what: str) -> Output:
    if len(inner.outputs) != 1:
        raise QueryError(f"{what} must have one column, not {len(inner.outputs)}")
    return inner.outputs[0]
