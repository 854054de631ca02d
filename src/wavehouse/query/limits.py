"""OFFSET, LIMIT and FETCH FIRST, and the ORDER BY that they count along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.ordering import SortKey, sorted_by
from wavehouse.query.refusals import place, uncovered


def limited(node: exp.Expr, at_most: int | None) -> str:
    """The text of LIMIT and OFFSET of a query, which gives no more rows than `at_most`."""
    limit = None if _with_ties(node) else _limit(node)
    offset = _count(node.args.get("offset"), "OFFSET", "expression")
    limits = [one for one in (limit, at_most) if one is not None]
    text = f" LIMIT {min(limits)}" if limits else ""
    if _with_ties(node) and not node.args.get("order"):
        raise QueryError("FETCH FIRST … WITH TIES needs ORDER BY", where=place(node))
    return text + (f" OFFSET {offset}" if offset is not None else "")


def ordered(node: exp.Expr, keys: Sequence[SortKey]) -> str:
    """The text of ORDER BY of a query; before it, with FETCH FIRST … WITH TIES, which rows there are."""
    order = f" ORDER BY {sorted_by(keys)}"
    if not _with_ties(node):
        return order
    if any(key.value.window for key in keys):
        raise uncovered(
            node, "a window function in the ORDER BY of FETCH FIRST … WITH TIES", "Use a subquery"
        )
    # Peers have the rank of the first of them: the last one wanted and its peers are within.
    last = (_limit(node) or 0) + (_count(node.args.get("offset"), "OFFSET", "expression") or 0)
    by_value = sorted_by(replace(key, position=None) for key in keys)
    return f" QUALIFY rank() OVER (ORDER BY {by_value}) <= {last}{order}"


def _with_ties(node: exp.Expr) -> bool:
    limit = node.args.get("limit")
    options = limit.args.get("limit_options") if isinstance(limit, exp.Fetch) else None
    return options is not None and bool(options.args.get("with_ties"))


def _limit(node: exp.Expr) -> int | None:
    limit = node.args.get("limit")
    if isinstance(limit, exp.Fetch):
        count = _count(limit, "FETCH FIRST", "count") if limit.args.get("count") else 1
        if count == 0:
            raise QueryError("the number of FETCH FIRST must be positive", where=place(node))
        return count
    if isinstance(limit, exp.Limit) and isinstance(limit.expression, exp.Var):
        return None if limit.expression.name.upper() == "ALL" else _count(limit, "LIMIT", "expression")
    return _count(limit, "LIMIT", "expression")


def _count(node: exp.Expr | None, clause: str, part: str) -> int | None:
    if node is None:
        return None
    value = node.args.get(part)
    if not (isinstance(value, exp.Literal) and not value.is_string and value.name.isdigit()):
        raise uncovered(node, f"{clause} of anything but a whole number")
    return int(value.name)
