"""Statements that may stop in the middle: at a row that a query of the flow cannot take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from wavehouse.core.errors import DefinitionError
from wavehouse.engines.engine import Engine
from wavehouse.flow.graph import Graph


@contextmanager
def named_where_it_stops(graph: Graph, id_: str, engine: Engine) -> Iterator[None]:
    """Turn what `engine` says inside into a `DefinitionError` at a node."""
    try:
        yield
    except engine.errors as error:
        first = str(error).partition("\n")[0]
        kind, _, said = first.partition(" Error: ")
        raise DefinitionError(
            f"node '{id_}', or one that it comes from, stops at its rows: {said or kind}",
            where=graph.where(id_),
            remedy="Let the query pass over such values, for instance by try_cast",
        ) from error
