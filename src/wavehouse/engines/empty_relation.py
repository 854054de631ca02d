"""A relation that has columns and no rows: what stands for a table without files."""

from __future__ import annotations

from collections.abc import Iterable

from wavehouse.core.columns import Column
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Engine


def empty_relation(engine: Engine, columns: Iterable[Column]) -> str:
    """SQL text for FROM."""
    nulls = ", ".join(f"{engine.null(column.type)} AS {identifier(column.name)}" for column in columns)
    return f"(SELECT {nulls} WHERE false)"
