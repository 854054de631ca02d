"""WITH RECURSIVE, unrolled as Trino unrolls it.

https://trino.io/docs/current/sql/select.html#with-recursive-clause
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import column_list, identifier
from wavehouse.query.bound import Bound, Output
from wavehouse.query.lake import Lake
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.sources import Cte
from wavehouse.query.trino_types import common_type
from wavehouse.query.typed import Typed, coerced

# Trino's max-recursion-depth, which nobody can set in Athena.
# https://trino.io/docs/current/sql/select.html#with-recursive-clause
_DEPTH = 10
_CLAUSES = ("distinct", "group", "having", "order", "limit", "offset", "with_")
# Binds a query that sees, under the name of the recursive one, what is given here.
Bind = Callable[[exp.Expr, Cte | None], Bound]


def is_recursive(cte: exp.CTE) -> bool:
    """Whether a query of WITH RECURSIVE names itself."""
    return bool(_mentions(cte.this, cte.alias))


def recursive(cte: exp.CTE, bind: Bind, lake: Lake) -> tuple[Cte, list[str]]:
    """What a recursive query is under its name, and the WITH queries that it needs.

    Raises `QueryError` for what is not covered: anything but `first UNION ALL step`, in which the step is a
    plain SELECT that names the query once.
    """
    union, name = cte.this, cte.alias
    if not isinstance(union, exp.Union) or union.args.get("distinct") or _clauses(union):
        raise uncovered(cte, "WITH RECURSIVE with anything but UNION ALL")
    first, step = union.this, union.expression
    if _mentions(first, name) or len(_mentions(step, name)) != 1:
        raise QueryError(f"'{name}' must name itself once, and behind UNION ALL", where=place(cte))
    if not isinstance(step, exp.Select) or _clauses(step) or step.args.get("windows"):
        raise uncovered(cte, "WITH RECURSIVE with anything but a plain SELECT behind UNION ALL")
    base = _renamed(bind(first, None), cte)
    aliases = [lake.alias(name)]
    written = [f"{identifier(aliases[0])} AS MATERIALIZED ({_typed(base, base.outputs, lake)})"]
    reads = base.all_reads
    # One round more than there may be: it has to be empty.
    for _ in range(_DEPTH + 1):
        bound = bind(step, Cte(aliases[-1], _without_reads(base)))
        _check(bound, base, cte)
        reads |= bound.all_reads
        aliases.append(lake.alias(name))
        written.append(f"{identifier(aliases[-1])} AS MATERIALIZED ({_typed(bound, base.outputs, lake)})")
    *rounds, last = (identifier(alias) for alias in aliases)
    too_many = f"error('Recursion depth limit exceeded ({_DEPTH})')"
    sql = " UNION ALL ".join(f"SELECT * FROM {one}" for one in rounds)
    is_empty = f"CASE WHEN (SELECT count(*) FROM {last}) > 0 THEN {too_many} END"
    sql += f" UNION ALL SELECT * FROM {last} WHERE {is_empty}"
    alias = lake.alias(name)
    written.append(f"{identifier(alias)} AS ({sql})")
    return Cte(alias, replace(_without_reads(base), reads=reads)), written


def _mentions(node: exp.Expr, name: str) -> Sequence[exp.Table]:
    return [one for one in node.find_all(exp.Table) if not one.db and one.name.lower() == name.lower()]


def _clauses(node: exp.Expr) -> bool:
    return any(node.args.get(clause) for clause in _CLAUSES)


def _renamed(bound: Bound, cte: exp.CTE) -> Bound:
    columns = [column.name for column in cte.args["alias"].args.get("columns") or []]
    if len(columns) != len(bound.outputs):
        raise QueryError(
            f"the recursive query '{cte.alias}' needs names of its columns",
            where=place(cte.args["alias"]),
            remedy=f"Write WITH RECURSIVE {cte.alias}(a, b) AS (…), one name for each column",
        )
    named = zip(bound.outputs, columns, strict=True)
    return replace(bound, outputs=tuple(replace(one, name=name.lower(), heading=name) for one, name in named))


def _without_reads(bound: Bound) -> Bound:
    # What is read is counted once, for the whole.
    outputs = tuple(replace(output, reads=frozenset()) for output in bound.outputs)
    return replace(bound, outputs=outputs, reads=frozenset())


def _check(bound: Bound, base: Bound, cte: exp.CTE) -> None:
    if len(bound.outputs) != len(base.outputs):
        raise QueryError(
            f"UNION ALL of {len(base.outputs)} and {len(bound.outputs)} columns", where=place(cte)
        )
    for one, first in zip(bound.outputs, base.outputs, strict=True):
        if common_type(one.type, first.type) != first.type:
            raise QueryError(
                f"the column '{first.heading}' has the type {first.type}, and {one.type} behind UNION ALL",
                where=place(cte),
                remedy="CAST one of them",
            )


def _typed(bound: Bound, wanted: Sequence[Output], lake: Lake) -> str:
    columns = ", ".join(
        f"{coerced(Typed(identifier(one.column), one.type), other.type).sql} AS {identifier(other.column)}"
        for one, other in zip(bound.outputs, wanted, strict=True)
    )
    alias = identifier(lake.alias("q"))
    return (
        f"SELECT {columns} FROM ({bound.sql}) AS {alias}({column_list(one.column for one in bound.outputs)})"
    )
