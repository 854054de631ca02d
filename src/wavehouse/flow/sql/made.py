"""What the SQL of a node is made of: names, tables, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.flow.relation import Relation

# What the inputs of a node give, by their ids, in order.
Inputs = Mapping[str, Relation]
# From a query to the columns that it returns (an engine's DESCRIBE).
Describe = Callable[[exp.Query], tuple[Column, ...]]
# From a query over the inputs of a node to its rows.
Ask = Callable[[exp.Query], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Made:
    """The query of a node over its inputs (as tables named by their ids), and what it returns."""

    query: exp.Query
    relation: Relation


def column(name: str, table: str | None = None) -> exp.Column:
    """A column by its name, in quotes."""
    return exp.column(name, table=table, quoted=True)


def selected_from(node: str) -> exp.Select:
    """A SELECT from a node that selects nothing yet."""
    return exp.Select().from_(exp.Table(this=exp.to_identifier(node, quoted=True)))


def known(relation: Relation, names: Iterable[str]) -> None:
    """Raise `DefinitionError` for the first of the names that is not a column."""
    for name in names:
        if name not in relation.names:
            raise DefinitionError(
                f"there is no column '{name}' here", remedy=did_you_mean(name, relation.names)
            )


def kept(input_: str, relation: Relation, names: Iterable[str]) -> Made:
    """The columns of those names, in that order, and all rows."""
    names = list(names)
    known(relation, names)
    unique = relation.unique if relation.unique <= frozenset(names) else frozenset()
    columns = tuple(Column(name, relation.type_of(name)) for name in names)
    return Made(selected_from(input_).select(*map(column, names)), Relation(columns, unique))


def replaced(query: exp.Query, by: Callable[[exp.Expr], exp.Expr]) -> exp.Query:
    """The query with what `by` gives in the place of each of its parts, the innermost first."""
    made = query.copy()
    for part in reversed(list(made.walk(bfs=False))):
        new = by(part)
        if new is not part:
            part.replace(new)
    return made
