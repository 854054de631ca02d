"""What the editor proposes: tables with their columns, and functions with what they take."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from wavehouse.query.calls import signature
from wavehouse.query.functions import AGGREGATES, SCALARS, WINDOWS


def words(tables: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> dict[str, Any]:
    """`tables[{database, table, columns[[name, type]]}], functions[[name, signature]]`, for editor.js."""
    told = []
    for name, columns in tables:
        database, _, table = name.partition(".")
        told.append({"database": database, "table": table, "columns": [[*column] for column in columns]})
    return {"tables": told, "functions": _functions()}


@cache
def _functions() -> list[list[str]]:
    found = {one.name: signature(one) for one in reversed((*SCALARS, *AGGREGATES, *WINDOWS))}
    return [[name, found[name]] for name in sorted(found)]
