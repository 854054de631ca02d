"""From which columns of its inputs a query makes each of its columns, and which decide about its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

# A table as the query calls it, and a column of it.
Leaf = tuple[str, str]

_SETS: dict[type[exp.Expr], str] = {exp.Except: "difference", exp.Intersect: "intersection"}
_CLAUSES = {"where": "filter", "group": "groups", "having": "filter", "qualify": "filter"}


@dataclass(frozen=True)
class QueryOrigins:
    """`columns` has, in the query's order, what each column is made of, and whether it stays as it is.

    `rows` are the columns that decide which rows there are, with the word for how.
    """

    columns: Sequence[tuple[frozenset[Leaf], bool]]
    rows: Sequence[tuple[str, frozenset[Leaf]]]


def query_origins(query: exp.Query, tables: Mapping[str, Sequence[str]], dialect: str) -> QueryOrigins | None:
    """The origins of a query over `tables` (columns by table name); None where it cannot be followed.

    Names come back as `tables` has them.
    """
    # Their names are compared in lower case: in Spark and Athena letters' case does not count.
    schema = MappingSchema(
        {name.lower(): {column.lower(): "string" for column in columns} for name, columns in tables.items()},
        normalize=False,
        dialect=dialect,
    )
    try:
        qualified = qualify(query.copy(), schema=schema, dialect=dialect, validate_qualify_columns=False)
        scopes = traverse_scope(qualified)
        found = _Query({id(scope.expression): scope for scope in scopes}, _spellings(tables))
        columns = found.outputs(scopes[-1])
        rows = [row for scope in scopes for row in found.rows(scope)]
    except (SqlglotError, RecursionError, KeyError, IndexError):
        return None
    return QueryOrigins(columns, rows)


def _spellings(tables: Mapping[str, Sequence[str]]) -> dict[Leaf, Leaf]:
    return {(name.lower(), one.lower()): (name, one) for name, columns in tables.items() for one in columns}


@dataclass
class _Query:
    """The scopes of a query by their SELECT, and its leaves as they are written."""

    scopes: Mapping[int, Scope]
    spellings: Mapping[Leaf, Leaf]
    # Columns that are being followed: a recursive WITH reads itself.
    following: set[tuple[int, int]] = field(default_factory=set)

    def outputs(self, scope: Scope) -> list[tuple[frozenset[Leaf], bool]]:
        return [self._output(scope, place) for place in range(len(_query(scope).named_selects))]

    def rows(self, scope: Scope) -> Iterator[tuple[str, frozenset[Leaf]]]:
        """The columns that decide which rows one SELECT gives."""
        select = scope.expression
        if isinstance(select, exp.SetOperation):
            word = _SETS.get(type(select), "duplicates" if select.args.get("distinct") else "")
            if word:
                yield word, self._of_all(scope)
        if not isinstance(select, exp.Select):
            return
        for name, word in _CLAUSES.items():
            if part := select.args.get(name):
                yield word, self._leaves(part)
        for join in select.args.get("joins") or ():
            if on := join.args.get("on"):
                yield "join", self._leaves(on)
        for lateral in select.args.get("laterals") or ():
            yield "rows made of a list", self._leaves(lateral)
        if select.args.get("distinct"):
            yield "duplicates", frozenset().union(*(self._leaves(one) for one in select.expressions))
        if select.args.get("limit") and (order := select.args.get("order")):
            yield "limit", self._leaves(order)

    def _of_all(self, scope: Scope) -> frozenset[Leaf]:
        """What all sides of a set operation are made of."""
        sides = scope.set_operation_scopes or []
        return frozenset().union(*(leaves for side in sides for leaves, _ in self.outputs(side)))

    def _output(self, scope: Scope, place: int) -> tuple[frozenset[Leaf], bool]:
        key = (id(scope.expression), place)
        if key in self.following:
            return frozenset(), False
        self.following.add(key)
        try:
            if scope.set_operation_scopes:
                # The rows of a difference, and of what is common, are those of its first side.
                first_alone = isinstance(scope.expression, exp.Except | exp.Intersect)
                given = scope.set_operation_scopes[:1] if first_alone else scope.set_operation_scopes
                sides = [self._output(side, place) for side in given]
                return frozenset().union(*(leaves for leaves, _ in sides)), all(plain for _, plain in sides)
            value = _query(scope).selects[place].unalias()
            if isinstance(value, exp.Column):
                return self._column(value)
            return self._leaves(value), False
        finally:
            self.following.discard(key)

    def _leaves(self, expression: exp.Expr) -> frozenset[Leaf]:
        parts = [expression, *_named_windows(expression)]
        found = (self._column(column)[0] for part in parts for column in part.find_all(exp.Column))
        return frozenset().union(*found)

    def _column(self, column: exp.Column) -> tuple[frozenset[Leaf], bool]:
        """What a column of the query is made of, and whether it is a column of a table as it is."""
        select = column.find_ancestor(exp.Query)
        scope = self.scopes.get(id(select))
        while scope is not None and column.table not in scope.sources:
            scope = scope.parent
        if scope is None:
            # An alias of the same SELECT, in ORDER BY or HAVING.
            return self._alias(column, select)
        source = scope.sources[column.table]
        if isinstance(source, exp.Table):
            leaf = (source.name.lower(), column.name.lower())
            return frozenset({self.spellings[leaf]} if leaf in self.spellings else ()), True
        if not isinstance(source.expression, exp.Query):
            return self._leaves(source.expression), False
        names = [name.casefold() for name in source.expression.named_selects]
        return self._output(source, names.index(column.name.casefold()))

    def _alias(self, column: exp.Column, select: exp.Expr | None) -> tuple[frozenset[Leaf], bool]:
        scope = self.scopes.get(id(select))
        names = [name.casefold() for name in select.named_selects] if isinstance(select, exp.Query) else []
        if scope is None or column.name.casefold() not in names:
            return frozenset(), False
        return self._output(scope, names.index(column.name.casefold()))


def _named_windows(expression: exp.Expr) -> Iterator[exp.Expr]:
    """The windows that an expression calls by their names (OVER w)."""
    for window in expression.find_all(exp.Window):
        name, select = window.alias.casefold(), window.find_ancestor(exp.Select)
        for named in select.args.get("windows") or () if select is not None and name else ():
            if named.name.casefold() == name:
                yield named


def _query(scope: Scope) -> exp.Query:
    assert isinstance(scope.expression, exp.Query)  # noqa: S101 - other scopes are expressions of theirs
    return scope.expression
