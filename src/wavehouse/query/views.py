"""Views: a name in FROM that stands for a query, which is read as it was when the view was made.

As in Trino, names in it are found in the view's own database, none of the query around it; and the columns
that it has now must be those that it was made with, or coerce to them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.data_catalog import View
from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.core.table_name import TableName
from wavehouse.query.bound import Bound, Output
from wavehouse.query.coverage import check
from wavehouse.query.lake import Lake
from wavehouse.query.parse import parse
from wavehouse.query.refusals import place
from wavehouse.query.trino_types import common_type, duckdb_type

# Views of views of views: each is written out once for each time that it is named.
MOST_NESTED = 16
MOST_TIMES = 250

Bind = Callable[[exp.Expr, Lake], Bound]


def expanded(node: exp.Table, lake: Lake, bind: Bind) -> Bound | None:
    """The query of the view that is named, with the view's columns; None where it is no view.

    Raises `QueryError` for views that name each other in a circle, or that are stale.
    """
    head = lake.view(node)
    if head is None or head.view is None:
        return None
    name = head.name
    lake.viewed.append(name)
    if len(lake.viewed) > MOST_TIMES:
        raise QueryError(f"the query reads views more than {MOST_TIMES} times", where=place(node))
    if node.args.get("version") is not None:
        raise QueryError(
            f"FOR … AS OF cannot stand behind the view {name}",
            where=place(node),
            remedy="Write it behind the tables inside of it",
        )
    if name in lake.inside:
        circle = " → ".join(map(str, [*lake.inside[lake.inside.index(name) :], name]))
        raise QueryError(f"these views name each other in a circle: {circle}", where=place(node))
    if len(lake.inside) >= MOST_NESTED:
        raise QueryError(f"views of views are nested more than {MOST_NESTED} deep", where=place(node))
    try:
        tree = parse(head.view.sql)
        check(tree)
        bound = bind(tree, replace(lake, database=head.view.database, inside=(*lake.inside, name)))
    except QueryError as error:
        if lake.inside:
            raise
        what = f"the view {name} cannot be read: {error.where}{': ' if error.where else ''}{error.what}"
        raise QueryError(what, where=place(node), remedy=error.remedy) from None
    return _as_made(name, head.view, bound, lake)


def _as_made(name: TableName, view: View, bound: Bound, lake: Lake) -> Bound:
    stale = _stale(view, bound)
    if stale:
        raise QueryError(
            f"the view {name} is stale: {stale}",
            remedy=f"Make it again: CREATE OR REPLACE VIEW {name} AS …",
        )
    given, casts = [], []
    for output, column in zip(bound.outputs, view.columns, strict=True):
        given.append(replace(output, name=column.name.lower(), heading=column.name.lower(), type=column.type))
        casts.append(_cast(output, column.type))
    if all(output.type == column.type for output, column in zip(bound.outputs, view.columns, strict=True)):
        return replace(bound, outputs=tuple(given))
    sql = f"SELECT {', '.join(casts)} FROM ({bound.sql}) AS {identifier(lake.alias('q'))}"
    return replace(bound, sql=sql, outputs=tuple(given))


def _cast(output: Output, type_: str) -> str:
    name = identifier(output.column)
    return name if output.type == type_ else f"CAST({name} AS {duckdb_type(type_)}) AS {name}"


def _stale(view: View, bound: Bound) -> str:
    """What of a view's columns is not as it was; '' for nothing."""
    if len(bound.outputs) != len(view.columns):
        return f"it has {len(bound.outputs)} columns now, and was made with {len(view.columns)}"
    for output, column in zip(bound.outputs, view.columns, strict=True):
        if output.name != column.name.lower():
            return f"its column '{column.name}' is '{output.name}' now"
        if output.type != column.type and common_type(output.type, column.type) != column.type:
            return f"its column '{column.name}' was {column.type} and is {output.type} now"
    return ""
