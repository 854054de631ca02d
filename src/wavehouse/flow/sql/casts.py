"""Casts between the catalog's types, as Spark means them when it is not strict."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from wavehouse.core.errors import DefinitionError
from wavehouse.engines.engine import Engine
from wavehouse.engines.spark_calls import is_noted
from wavehouse.flow.sql.made import replaced

WHOLE = ("int", "bigint")
_TIMES = ("date", "timestamp")
# On a cast, the types that it is from and to: every dialect casts in a way of its own.
FROM, TO = "from", "to"


def data_type(type_: str) -> exp.DataType:
    """A catalog type as the parser has it."""
    return sqlglot.parse_one(type_, read="hive", into=exp.DataType)


def is_number(type_: str) -> bool:
    """Whether values of that type are numbers."""
    return type_ in (*WHOLE, "float", "double") or type_.startswith("decimal")


def family(type_: str) -> str:
    """Types of one family compare with each other without a cast."""
    return "number" if is_number(type_) else type_


def cast(value: exp.Expr, from_: str, to: str) -> exp.Expr:
    """`value` as `to`: what does not fit is NULL, and a fraction is cut off, not rounded.

    Raises `DefinitionError` for types that do not turn into each other.
    """
    if from_ == to:
        return value
    if not _castable(from_, to):
        raise DefinitionError(
            f"a {from_} cannot be cast to {to}", remedy="Cast it to string, or leave its type as it is"
        )
    made = exp.TryCast(this=value, to=data_type(to))
    made.meta.update({FROM: from_, TO: to})
    if from_ != "string" and to in WHOLE and from_ not in (*WHOLE, "boolean"):
        made.set("this", exp.Trunc(this=value))
    return made


def _castable(from_: str, to: str) -> bool:
    if from_.startswith("array") or to.startswith("array") or "timestamptz" in (from_, to):
        return False
    if from_ in _TIMES:
        return to in (*_TIMES, "string")
    return to not in _TIMES or from_ == "string"


def for_engine(query: exp.Query, engine: Engine) -> exp.Query:
    """A query as an engine runs it, which reads texts and calls functions by Spark's rules.

    Raises `DefinitionError` for a function of a user's query that the engine cannot call so.
    """

    def read(node: exp.Expr) -> exp.Expr:
        if node.meta.get(FROM) == "string":
            return exp.var(engine.spark_cast(node.this.sql(engine.dialect, copy=False), node.meta[TO]))
        if node.meta.get(FROM) in ("float", "double") and node.meta[TO].startswith("decimal"):
            text = exp.var(engine.decimal_text(node.this.sql(engine.dialect, copy=False)))
            return exp.TryCast(this=text, to=node.args["to"])
        if is_noted(node) and (said := engine.spark_function(node)) is not None:
            return exp.var(said)
        return node

    # (A user's own query may be the engine's already.)
    own = engine.spark_query(query) if is_noted(query) else None
    return replaced(query, read) if own is None else own
