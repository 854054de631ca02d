"""Statements in the dialect that all engines are given, DuckDB's, as Spark says them.

Where the two call one thing by two names, sqlglot knows it. Here stands what it does not: where they mean two
things by one name, and what only our own statements have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlglot
from sqlglot import exp

from wavehouse.engines.spark_patterns import java_pattern

# How an expression is told that only Spark itself can evaluate: SPARK_CAST(text, 'type').
SPARK_CAST = "spark_cast"
# How a query is told that a user wrote in Spark's SQL: SELECT * FROM SPARK_QUERY(number).
SPARK_QUERY = "spark_query"

_NTZ = exp.DataType.build("TIMESTAMP_NTZ", dialect="spark")


def parsed(sql: str) -> exp.Expr:
    """A statement in the dialect of all engines."""
    return sqlglot.parse_one(sql, read="duckdb")


def in_spark(statement: exp.Expr, query: Callable[[int], exp.Expr]) -> str:
    """The text for Spark; `query` finds what `SPARK_QUERY` names. The statement is changed on the way."""
    # The innermost first: what is said of a part may move it.
    for node in reversed(list(statement.walk(bfs=False))):
        said = _table(node, query) if isinstance(node, exp.Table) else _said(node)
        if said is not node:
            node.replace(said)
    return str(statement.sql("spark", copy=False))


def _table(node: exp.Table, query: Callable[[int], exp.Expr]) -> exp.Expr:
    call = node.this
    if isinstance(call, exp.Anonymous) and call.name.lower() == SPARK_QUERY:
        return exp.Subquery(this=query(int(call.expressions[0].name)))
    return node


def _said(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.CTE):
        node.set("materialized", None)
        return node
    if isinstance(node, exp.Anonymous):
        said = _BY_NAME.get(node.name.lower())
        return said(node.expressions) if said else node
    by_class = _BY_CLASS.get(type(node))
    return by_class(node) if by_class else node


def _hash(values: Sequence[exp.Expr]) -> exp.Expr:
    # Spark's passes over NULL: (NULL, 1) and (1, NULL) would be the same.
    told = [part for value in values for part in (exp.Is(this=value.copy(), expression=exp.null()), value)]
    return _call("xxhash64", *told)


def _cast_as_spark(values: Sequence[exp.Expr]) -> exp.Expr:
    text, type_ = values[0], values[1].name
    if type_ == "timestamp":
        # A time zone at its end counts, and what is left has none.
        return exp.Cast(this=exp.cast(text, _moment()), to=_NTZ.copy())
    return exp.Cast(this=text, to=exp.DataType.build(type_, dialect="hive"))


def _call(name: str, *values: exp.Expr) -> exp.Expr:
    # (By a name alone: what the parser knows of a function it may say in other words.)
    return exp.Anonymous(this=name, expressions=list(values))


def _moment() -> exp.DataType:
    return exp.DataType.build("TIMESTAMPTZ")


_BY_NAME: dict[str, Callable[[Sequence[exp.Expr]], exp.Expr]] = {
    "hash": _hash,
    SPARK_CAST: _cast_as_spark,
}


def _whole_match(node: exp.Expr) -> exp.Expr:
    return _matching(node, whole=True)


def _part_match(node: exp.Expr) -> exp.Expr:
    return _matching(node, whole=False)


def _matching(node: exp.Expr, *, whole: bool) -> exp.Expr:
    pattern = node.expression
    if isinstance(pattern, exp.Literal):
        pattern = exp.Literal.string(java_pattern(pattern.name, whole=whole))
    return exp.RegexpLike(this=node.this, expression=pattern)


def _last(node: exp.Expr) -> exp.Expr:
    order = node.this
    if not isinstance(order, exp.Order):
        return node
    return _call("max_by", order.this, _call("struct", *(one.this for one in order.expressions)))


def _truncated(node: exp.Expr) -> exp.Expr:
    # Spark's cast cuts a fraction off by itself; in two steps, what is too large would become the largest.
    if not isinstance(node.this, exp.Trunc):
        return node
    return exp.TryCast(this=node.this.this, to=node.args["to"], safe=True)


def _minute(node: exp.Expr) -> exp.Expr:
    return exp.Cast(
        this=_call("date_trunc", exp.Literal.string(node.text("unit")), node.this), to=_NTZ.copy()
    )


def _seconds_between(node: exp.Expr) -> exp.Expr:
    if node.text("unit").upper() != "SECOND":
        return node
    # (Spark's own counts whole seconds from moment to moment, not those that have begun.)
    later, earlier = (_call("unix_seconds", exp.cast(one, _moment())) for one in (node.this, node.expression))
    return exp.paren(exp.Sub(this=later, expression=earlier))


def _elsewhere(node: exp.Expr) -> exp.Expr:
    there = node.this.unnest()
    if not isinstance(there, exp.AtTimeZone):
        return node
    # What has no zone is a time of the first, and becomes what clocks show then in the second.
    return _call("convert_timezone", there.args["zone"], node.args["zone"], there.this)


_BY_CLASS: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.RegexpFullMatch: _whole_match,
    exp.RegexpLike: _part_match,
    exp.Last: _last,
    exp.TryCast: _truncated,
    exp.TimestampTrunc: _minute,
    exp.DateDiff: _seconds_between,
    exp.AtTimeZone: _elsewhere,
}
