"""CASE and IS NULL."""

from __future__ import annotations

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query import operators
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.syntax.syntax import Binder, Syntax
from wavehouse.query.typed import Typed, coerced, made, together


def _case(binder: Binder, node: exp.Case) -> Typed:
    against = binder.bind(node.this) if node.this is not None else None
    conditions, results = [], []
    for branch in node.args["ifs"]:
        when = binder.bind(branch.this)
        when = when if against is None else operators.compared("=", against, when)
        if when.type not in ("boolean", "unknown"):
            raise QueryError(f"WHEN needs a condition, not {when.type}", where=place(branch.this))
        conditions.append(coerced(when, "boolean"))
        results.append(binder.bind(branch.args["true"]))
    default = node.args.get("default")
    otherwise = binder.bind(default) if default is not None else Typed("NULL", "unknown")
    *results, otherwise = together([*results, otherwise], "CASE")
    branches = " ".join(
        f"WHEN {when.sql} THEN {then.sql}" for when, then in zip(conditions, results, strict=True)
    )
    sql = f"CASE {branches} ELSE {otherwise.sql} END"
    return made(sql, otherwise.type, *conditions, *results, otherwise)


def _is_null(binder: Binder, node: exp.Is) -> Typed:
    if not isinstance(node.expression, exp.Null):
        raise uncovered(
            node, "IS with anything but NULL", "Athena has no IS TRUE: write the condition itself"
        )
    value = binder.bind(node.this)
    return made(f"({value.sql} IS NULL)", "boolean", value)


CONDITIONS: dict[type[exp.Expr], Syntax] = {
    exp.Case: Syntax("this ifs default", _case),
    exp.Is: Syntax("this expression", _is_null),
}
