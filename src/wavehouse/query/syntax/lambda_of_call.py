"""A lambda as it stands in a call, `x -> x + 1`, on the engine's.

https://trino.io/docs/current/functions/lambda.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.query.names import Field
from wavehouse.query.nested import field_at
from wavehouse.query.refusals import place, refuse_calls, uncovered
from wavehouse.query.syntax.syntax import Binder
from wavehouse.query.typed import Typed, coerced


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

    def around(self, value: Typed) -> Typed:
        """`value`, the first argument of the call, such that the engine finds what the lambda uses.

        It finds a column of a query around its own only where one of that table stands outside of a lambda.
        """
        used = (self._column(one) for one in self.node.this.find_all(exp.Column))
        outside = dict.fromkeys(f"[{one.sql}] IS NOT NULL" for one in used if one is not None and one.outer)
        if not outside:
            return value
        return replace(value, sql=f"CASE WHEN {' AND '.join(outside)} THEN {value.sql} END")

    def _column(self, node: exp.Column) -> Typed | None:
        try:
            return self.binder.bind(node)
        except QueryError:
            # An argument of this lambda, or of one inside.
            return None

    def of_entry(self, types: Sequence[str]) -> tuple[str, Typed]:
        """The one argument that it has in the SQL, a row of what it takes, and its body."""
        parameter = identifier(f"entry{self.mark}")
        texts = [field_at(parameter, at) for at in range(1, len(types) + 1)]
        return parameter, self.body(types, texts)


def _around(node: exp.Expr) -> list[exp.Expr]:
    found, parent = [], node.parent
    while parent is not None:
        found.append(parent)
        parent = parent.parent
    return found


def arguments_of(node: exp.Anonymous, form: str, count: int) -> list[exp.Expr]:
    """The arguments of a call, of which there must be `count`; `form` shows them."""
    if len(node.expressions) != count:
        raise QueryError(f"{node.name.lower()}{form} has other arguments", where=place(node))
    return list(node.expressions)


def condition(body: Typed, node: exp.Expr) -> Typed:
    """The body of a lambda that is a condition."""
    if body.type not in ("boolean", "unknown"):
        raise QueryError(f"the lambda must give a condition, not {body.type}", where=place(node))
    return coerced(body, "boolean")
