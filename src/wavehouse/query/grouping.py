"""GROUP BY: plain, and with ROLLUP, CUBE and GROUPING SETS; and grouping(), which tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.nested import is_field
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.syntax.syntax import Binder
from wavehouse.query.typed import Typed, made

_SEVERAL: dict[type[exp.Expr], str] = {
    exp.Rollup: "ROLLUP",
    exp.Cube: "CUBE",
    exp.GroupingSets: "GROUPING SETS",
}
# More arguments make a bigint of it.
_MOST_BITS = 31


class KeyBinder(Binder, Protocol):
    """Binds the expressions of a place with groups (`Expressions`)."""

    @property
    def keys(self) -> frozenset[str]:
        """The SQL texts of the expressions of GROUP BY."""


@dataclass
class Grouping:
    """A GROUP BY while it is bound.

    `key` binds an expression of it, to the text that stands in GROUP BY and to its value. `texts` are the
    elements of the clause, `keys` the texts of all its expressions.
    """

    key: Callable[[exp.Expr], tuple[str, Typed]]
    texts: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def add(self, elements: Iterable[exp.Expr]) -> None:
        """Bind the elements; `()` is the group of all rows, `(a, b)` the same as `a, b`."""
        for element in elements:
            several = _SEVERAL.get(type(element))
            if several:
                sets = ", ".join(self._set(one, several) for one in element.expressions)
                self.texts.append(f"{several} ({sets})")
            elif isinstance(element, exp.Tuple) and not element.expressions:
                self.texts.append("GROUPING SETS (())")
            elif isinstance(element, exp.Tuple):
                self.add(element.expressions)
            else:
                text, value = self.key(element)
                self.texts.append(text)
                self.keys.add(value.sql)

    def _set(self, node: exp.Expr, several: str) -> str:
        if type(node) in _SEVERAL:
            raise uncovered(node, f"{_SEVERAL[type(node)]} in {several}")
        while isinstance(node, exp.Paren):
            node = node.this
        columns = node.expressions if isinstance(node, exp.Tuple) else [node]
        return f"({', '.join(self._column(column, several) for column in columns)})"

    def _column(self, node: exp.Expr, several: str) -> str:
        """Trino takes no expressions here: they would be other values where their columns are NULL."""
        _, value = self.key(node)
        if not isinstance(node, (exp.Column, exp.Literal)) or not value.loose or is_field(value.sql):
            raise uncovered(node, f"{several} of anything but columns", "Compute it in a subquery")
        self.keys.add(value.sql)
        return value.sql


def grouping(binder: KeyBinder, node: exp.Anonymous) -> Typed:
    """`grouping(a, b)`: a bit for each column, the last one lowest, 1 where the group has it not."""
    columns = [binder.bind(column) for column in node.expressions]
    if not columns or any(column.sql not in binder.keys for column in columns):
        raise QueryError("grouping() takes columns of GROUP BY", where=place(node))
    if len(columns) > _MOST_BITS:
        raise uncovered(node, f"grouping() of more than {_MOST_BITS} columns")
    sql = f"CAST(grouping({', '.join(column.sql for column in columns)}) AS INTEGER)"
    # Like an aggregate it is a value of a group, and cannot stand in a row of it.
    return replace(made(sql, "integer", *columns), aggregate=True)
