"""Expressions: each node of the tree to a piece of DuckDB SQL with its type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query import operators
from wavehouse.query.aggregates import aggregate
from wavehouse.query.arithmetic import calculated
from wavehouse.query.bound import Bound
from wavehouse.query.calls import called, is_aggregate, is_window
from wavehouse.query.casts import cast
from wavehouse.query.constants import constant, is_whole, whole_constant
from wavehouse.query.functions import SCALARS
from wavehouse.query.grouping import grouping
from wavehouse.query.names import Field, Scope, field_of
from wavehouse.query.ordering import SortKey
from wavehouse.query.parse import too_deep
from wavehouse.query.refusals import place, refuse_calls, uncovered
from wavehouse.query.subqueries import is_in, is_quantified, only, quantified
from wavehouse.query.syntax import SYNTAX
from wavehouse.query.syntax.lambdas import LAMBDAS, takes_lambda
from wavehouse.query.trino_types import is_nested
from wavehouse.query.typed import Typed, coerced
from wavehouse.query.windows import windowed

# Characters of one expression: far more than a query of the longest kind needs.
_LONGEST = 4_000_000


@dataclass(frozen=True)
class Expressions:
    """Binds the expressions of one place in a query.

    `subquery` binds a query inside of it; `now` is the statement's one moment; `keys` are the SQL texts of
    the GROUP BY expressions, which count as grouped wherever they stand.
    """

    scope: Scope
    subquery: Callable[[exp.Expr, Scope], Bound]
    now: datetime
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
        return self._loosened(value)

    def _loosened(self, value: Typed) -> Typed:
        return replace(value, loose=frozenset()) if value.sql in self.keys else value

    def _column(self, node: exp.Column) -> Typed:
        value, fields = self.scope.column(node)
        for name in fields:
            value = field_of(self._loosened(value), name)
        return value

    def within(self, fields: Sequence[Field]) -> Expressions:
        """The same place, in which these fields can be named as well, before all others."""
        return replace(self, scope=replace(self.scope, arguments=[*fields, *self.scope.arguments]))

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
        if is_nested(value.type):
            raise uncovered(node, "ORDER BY an array, a map or a row")
        if value.type == "json":
            raise QueryError(
                "Athena cannot sort by json", where=place(node), remedy="Use json_extract_scalar()"
            )
        return SortKey(value, bool(node.args.get("desc")), bool(node.args.get("nulls_first")), position)

    def _bound(self, node: exp.Expr) -> Typed:  # noqa: PLR0911, PLR0912
        match node:
            case exp.Column() if not isinstance(node.this, exp.Star):
                return self._column(node)
            case exp.Identifier():
                # So the parser writes an argument of a lambda.
                return self._column(exp.Column(this=node.copy()))
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
                return is_in(self, node)
            case exp.Like() | exp.Escape():
                return self._like(node)
            case exp.Exists():
                inner = self.subquery(node.this, self.scope)
                return Typed(f"EXISTS ({inner.sql})", "boolean", reads=inner.reads)
            case exp.Subquery():
                return self._scalar(node)
            case exp.Neg() if is_whole(node.this):
                # The sign belongs to the digits: the smallest integer has no positive one.
                return whole_constant(f"-{node.this.name}")
            case exp.Neg():
                return operators.negative(self.bind(node.this))
            case exp.DPipe():
                return operators.joined(self.bind(node.this), self.bind(node.expression))
            case exp.Cast():
                return cast(self.bind(node.this), node)
            case exp.Anonymous():
                return self._call(node)
            case exp.Filter():
                return aggregate(self, node.this, node.expression)
            case exp.WithinGroup():
                return aggregate(self, node)
            case exp.Window():
                return windowed(self, node)
        if syntax := SYNTAX.get(type(node)):
            return syntax.bind(self, node)
        if type(node) in operators.COMPARISONS and is_quantified(node.expression):
            return quantified(self, operators.COMPARISONS[type(node)], node)
        if type(node) in operators.COMPARISONS:
            return operators.compared(
                operators.COMPARISONS[type(node)], self.bind(node.this), self.bind(node.expression)
            )
        if type(node) in operators.ARITHMETIC:
            return calculated(
                operators.ARITHMETIC[type(node)], self.bind(node.this), self.bind(node.expression)
            )
        raise uncovered(node, f"{type(node).__name__.upper()} here")

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
        output = only(inner, "a subquery that stands for a value")
        return Typed(f"({inner.sql})", output.type, reads=inner.all_reads)

    def _call(self, node: exp.Anonymous) -> Typed:
        name = node.name.lower()
        if name == "now" and not node.expressions:
            return self.bind(exp.CurrentTimestamp())
        if name in LAMBDAS and takes_lambda(name, node):
            return LAMBDAS[name](self, node)
        if any(isinstance(one, exp.Lambda) for one in node.expressions):
            raise uncovered(node, f"the function '{name}' with a lambda", did_you_mean(name, LAMBDAS))
        if is_aggregate(name):
            return aggregate(self, node)
        if name == "grouping":
            return grouping(self, node)
        if is_window(name):
            raise QueryError(f"{name}() needs OVER (…)", where=place(node))
        return called(SCALARS, name, [self.bind(argument) for argument in node.expressions], node)


def _chain(node: exp.Expr) -> list[exp.Expr]:
    """The operands of `a OR b OR c`, whose tree would be as deep as it is long."""
    kind, operands = type(node), []
    while type(node) is kind:
        operands.append(node.args["expression"])
        node = node.this
    return [node, *reversed(operands)]
