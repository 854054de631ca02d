"""Where a table stands in a query, and which conditions hold for its rows there.

A table inside of WITH is read wherever its query is named, as Trino does, which writes the text of WITH there
(https://trino.io/docs/current/sql/select.html#with-clause). Conditions of an enclosing query count where they
can be taken inside: through a subquery or WITH query that only chooses columns and rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlglot import exp

from wavehouse.core.columns import Column
from wavehouse.query.calls import is_aggregate, is_window
from wavehouse.query.certain import Condition, Look, conditions_rule_out, conjuncts

# With more places than this no conditions are looked for: the places alone are counted.
_MANY = 64
# The parts of a query that neither make one row of several nor leave rows out by their order.
_CHOOSING = frozenset({"expressions", "from_", "joins", "where", "order", "with_", "this", "alias"})
# What may stand in the SELECT list of such a one.
_BY_ROW = (
    *(exp.Alias, exp.Column, exp.Star, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren),
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.DPipe, exp.Case, exp.If, exp.TableAlias),
    *(exp.Cast, exp.DataType, exp.DataTypeParam, exp.And, exp.Or, exp.Not, exp.Is),
    *(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.Like),
)
# The column of the table that a name means which the query gives.
Names = Callable[[str], Column | None]


@dataclass(frozen=True)
class Place:
    """A place where a table is read (`times` times): a row is wanted if all conditions are true for it."""

    conditions: tuple[Condition, ...] = ()
    times: int = 1

    def wants(self, look: Look) -> bool:
        """Whether a row may be wanted of which `look` tells what is known."""
        return not conditions_rule_out(self.conditions, look)


def places_of(table: exp.Table, columns: Sequence[Column]) -> list[Place]:
    """The places where a table is read that stands in FROM; none in a WITH query that is named nowhere."""
    times = _times(table, {})
    if times > _MANY:
        return [Place(times=times)]
    known = {column.name.lower(): column for column in columns}
    return list(_places(table, known.get))


def _places(item: exp.Expr, names: Names) -> Iterator[Place]:
    """The places of what stands in FROM as `item`."""
    select = _select_of(item)
    if select is None:
        yield from _enclosing(item, _nothing)
        return
    alias = item.args.get("alias")
    # An alias that names columns anew takes away those that are meant here.
    if alias is not None and alias.args.get("columns"):
        names = _nothing
    here = _Here(select, item, names)
    own = here.conditions()
    for place in _enclosing(select, here.given):
        conditions = [*own, *place.conditions]
        if here.has_outer_join:
            # It makes rows of NULLs: a condition that one of these can pass needs all rows of the table.
            conditions = [one for one in conditions if one.rejects_nulls]
        yield replace(place, conditions=tuple(conditions))


def _enclosing(query: exp.Expr, names: Names) -> Iterator[Place]:
    """The places of a query that gives `names`, or of something in one."""
    above = query.parent
    if isinstance(query, exp.Select) and isinstance(above, exp.Subquery) and not _cuts(above):
        yield from _places(above, names)
        return
    if isinstance(query, exp.Select) and isinstance(above, exp.CTE):
        within: exp.CTE | None = above
        if above.args["alias"].args.get("columns"):
            names = _nothing
    else:
        within, names = query.find_ancestor(exp.CTE), _nothing
    if within is None:
        yield Place()
        return
    for one in _named(within):
        yield from _places(one, names)


@dataclass(frozen=True)
class _Here:
    """A SELECT, in whose FROM `item` stands that gives `names`."""

    select: exp.Select
    item: exp.Expr
    names: Names

    @property
    def has_outer_join(self) -> bool:
        return any(join.args.get("side") for join in self._joins)

    @property
    def _joins(self) -> Sequence[exp.Expr]:
        return self.select.args.get("joins") or []

    def conditions(self) -> list[Condition]:
        """What WHERE says, and ON where all joins are inner ones."""
        where = self.select.args.get("where")
        said = [where.this] if where is not None else []
        if not self.has_outer_join:
            said += [on for join in self._joins if (on := join.args.get("on")) is not None]
        found = [one for node in said for one in conjuncts(node, self._column)]
        # One that knows no column of the table may still be false for every row: WHERE false.
        return [one for one in found if one.columns or one.rules_out(lambda _: None)]

    def given(self, name: str) -> Column | None:
        """The column of the table that the SELECT gives under a name."""
        if _cuts(self.select) or not self._only_chooses:
            return None
        stars = []
        found = []
        for one in self.select.expressions:
            if isinstance(one, exp.Star) or (isinstance(one, exp.Column) and isinstance(one.this, exp.Star)):
                stars.append(one)
            elif one.alias_or_name.lower() == name:
                found.append(one.this if isinstance(one, exp.Alias) else one)
        if found:
            (only, *others) = found
            return self._column(only) if isinstance(only, exp.Column) and not others else None
        for star in stars:
            if isinstance(star, exp.Star) or self._belongs(star):
                return None if name in self._shared else self.names(name)
        return None

    @cached_property
    def _only_chooses(self) -> bool:
        return all(
            not (is_aggregate(one.name.lower()) or is_window(one.name.lower()))
            if isinstance(one, exp.Anonymous)
            else isinstance(one, _BY_ROW)
            for value in self.select.expressions
            for one in value.walk()
        )

    def _column(self, node: exp.Column) -> Column | None:
        if isinstance(node.this, exp.Star) or not self._belongs(node):
            return None
        name = node.name.lower()
        return None if not node.table and name in self._shared else self.names(name)

    def _belongs(self, node: exp.Column) -> bool:
        """Whether a name can mean something of `item`; without a table it does where that has such a column.

        (Of two that have one, the binder refuses the name.)
        """
        if node.db and (self.item.alias or node.db.lower() != self.item.text("db").lower()):
            return False
        return not node.table or node.table.lower() == self.item.alias_or_name.lower()

    @property
    def _shared(self) -> set[str]:
        """The columns of USING: which table such a name means hangs on the join."""
        return {one.name.lower() for join in self._joins for one in join.args.get("using") or []}


def _select_of(item: exp.Expr) -> exp.Select | None:
    above = item.parent
    query = above.parent if isinstance(above, (exp.From, exp.Join)) else None
    return query if isinstance(query, exp.Select) else None


def _cuts(query: exp.Expr) -> bool:
    """Whether other rows may come out of a query when some are left out before."""
    return any(value and part not in _CHOOSING for part, value in query.args.items())


def _nothing(_: str) -> None:
    return None


def _times(node: exp.Expr, known: dict[int, int]) -> int:
    """How often what stands at `node` is read."""
    within = node.find_ancestor(exp.CTE)
    if within is None:
        return 1
    if id(within) not in known:
        known[id(within)] = sum(_times(one, known) for one in _named(within))
    return known[id(within)]


def _named(cte: exp.CTE) -> list[exp.Table]:
    """Where in FROM a WITH query is named."""
    query = cte.parent.parent if cte.parent else None
    name = cte.alias.lower()
    if query is None:
        return []
    return [
        one
        for one in query.find_all(exp.Table)
        if not one.db and one.name.lower() == name and _meant(one, name) is cte
    ]


def _meant(table: exp.Table, name: str) -> exp.CTE | None:
    """The WITH query that a name means at its place: the nearest, of those that stand before it."""
    node: exp.Expr = table
    own: exp.Expr | None = None
    while node.parent is not None:
        if isinstance(node, exp.CTE):
            own = node
        node = node.parent
        with_ = node.args.get("with_")
        if isinstance(node, exp.With) or with_ is None:
            continue
        before: list[exp.CTE] = with_.expressions
        if own is not None and any(one is own for one in before):
            before = before[: next(at for at, one in enumerate(before) if one is own)]
        own = None
        for one in reversed(before):
            if one.alias.lower() == name:
                return one
    return None
