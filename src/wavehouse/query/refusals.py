"""What is not covered, or stands where it cannot: said with its place in the query."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.trino_types import has_map
from wavehouse.query.typed import Typed


def uncovered(node: exp.Expr | None, name: str, remedy: str = "") -> QueryError:
    """The refusal of something that is not on the tested list."""
    return QueryError(f"{name} is not covered yet", where=place(node), remedy=remedy)


def place(node: exp.Expr | None) -> str:
    """Line and column at which a node starts, as far as the parser kept it; else ''."""
    for inner in node.walk() if node is not None else ():
        meta = inner.meta
        if "line" in meta and "col" in meta:
            # The parser counts to the last character.
            column = meta["col"] - (meta.get("end", 0) - meta.get("start", 0))
            return f"line {meta['line']}, column {column}"
    return ""


def refuse_maps(values: Iterable[Typed], what: str, node: exp.Expr) -> None:
    """Raise `QueryError` where a map would be compared: the engine looks at the order of its entries too."""
    if any(has_map(value.type) for value in values):
        raise uncovered(node, f"{what} of a map", "Use map_entries(), or its keys and values")


def refuse_calls(value: Typed, where: str, node: exp.Expr) -> None:
    """Raise `QueryError` where an aggregate or a window stands and cannot."""
    if value.aggregate or value.window:
        kind = "an aggregate" if value.aggregate else "a window function"
        raise QueryError(
            f"{kind} cannot stand in {where}",
            where=place(node),
            remedy="Use HAVING or a subquery" if where == "WHERE" and value.aggregate else "Use a subquery",
        )
