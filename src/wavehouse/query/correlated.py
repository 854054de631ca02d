"""LIMIT in a correlated subquery, as far as Trino decorrelates it.

Rows can be counted for each value of the outer query where these meet the inner ones by equality alone:
https://github.com/trinodb/trino/blob/master/core/trino-main/src/test/java/io/trino/sql/query/TestSubqueries.java
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.refusals import uncovered
from wavehouse.query.trino_types import FLOATING
from wavehouse.query.typed import Typed

_INSTEAD = (
    "Covered: inner columns = outer ones, and one row only with ORDER BY. Use max_by(x, y) or min_by(x, y), "
    "or a join with row_number() OVER (…)"
)


def check_limit(
    node: exp.Select,
    bind: Callable[[exp.Expr], Typed],
    values: Sequence[Typed],
    others: Sequence[Typed],
    group: Sequence[str],
) -> None:
    """Raise `QueryError` where a SELECT with LIMIT or OFFSET names outer columns in a way that Trino refuses.

    `values` are its SELECT list, `others` what else it has besides WHERE, `group` the SQL of GROUP BY.
    """
    if not any(node.args.get(part) for part in ("limit", "offset")):
        return
    where = node.args.get("where")
    conditions = [(one, bind(one)) for one in _conjuncts(where.this)] if where is not None else []
    correlated = [(one, value) for one, value in conditions if value.outer]
    named = any(value.outer for value in (*values, *others))
    if not (correlated or named):
        return
    compared = {_compared(one, bind) for one, value in correlated if value.loose}
    limit = node.args.get("limit")
    options = limit.args.get("limit_options") if isinstance(limit, exp.Fetch) else None
    ties = options is not None and options.args.get("with_ties")
    if named or ties or node.args.get("offset") or None in compared or _is_list(node):
        raise _uncovered(node)
    if _is_one(limit) and not node.args.get("order") and not isinstance(node.parent, exp.Exists):
        single = all(one.aggregate for one in values) and set(group) <= compared
        if not single and not all(one.sql in compared for one in values):
            raise _uncovered(node)


def _conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.And):
        yield from _conjuncts(node.this)
        yield from _conjuncts(node.expression)
    else:
        yield node


def _compared(node: exp.Expr, bind: Callable[[exp.Expr], Typed]) -> str | None:
    """The inner column that an equality compares with outer ones, None where it is none of that kind."""
    if not isinstance(node, exp.EQ):
        return None
    for one, other in ((node.this, node.expression), (node.expression, node.this)):
        inner, outer = bind(one), bind(other)
        # (As a double, several whole numbers may be the same.)
        widened = inner.type != outer.type and (inner.type in FLOATING or outer.type in FLOATING)
        if isinstance(one, exp.Column) and inner.loose and not outer.loose and not widened:
            return inner.sql
    return None


def _is_one(limit: exp.Expr | None) -> bool:
    if isinstance(limit, exp.Fetch):
        count = limit.args.get("count")
        return count is None or count.name == "1"
    return limit is not None and limit.expression.name == "1"


def _is_list(node: exp.Expr) -> bool:
    """Whether a query stands behind IN, ANY or ALL."""
    above = node.parent
    while isinstance(above, (exp.Subquery, exp.Paren)):
        above = above.parent
    return isinstance(above, (exp.In, exp.Any, exp.All))


def _uncovered(node: exp.Expr) -> QueryError:
    return uncovered(node, "a correlated subquery with LIMIT or OFFSET of this kind", _INSTEAD)
