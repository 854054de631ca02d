"""ORDER BY as Trino sorts: NULL and NaN last in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wavehouse.query.trino_types import FLOATING
from wavehouse.query.typed import Typed


@dataclass(frozen=True)
class SortKey:
    """One key; `position` is its place (from 1) in the SELECT list, where it is a column of it."""

    value: Typed
    descending: bool
    nulls_first: bool
    position: int | None = None


def sorted_by(keys: Iterable[SortKey]) -> str:
    """The text behind ORDER BY."""
    texts = []
    for key in keys:
        nulls = "NULLS FIRST" if key.nulls_first else "NULLS LAST"
        direction = "DESC" if key.descending else "ASC"
        written = str(key.position) if key.position else key.value.sql
        if key.descending and key.value.type in FLOATING:
            # To DuckDB NaN is the largest number, so that it would come first.
            texts.append(f"isnan({key.value.sql}) ASC {nulls}")
        texts.append(f"{written} {direction} {nulls}")
    return ", ".join(texts)
