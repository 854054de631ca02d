"""Iceberg field ids in DuckDB's words (https://duckdb.org/docs/data/parquet/overview: FIELD_IDS)."""

from __future__ import annotations

from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import FieldIds


def field_ids_text(ids: FieldIds) -> str:
    """The ids as COPY takes them, those of the elements of arrays inside."""
    parts = []
    for name, number in ids.columns.items():
        element = ids.elements.get(name)
        nested = (
            f"{{__duckdb_field_id: {number}, element: {element}}}" if element is not None else str(number)
        )
        parts.append(f"{identifier(name)}: {nested}")
    return "{" + ", ".join(parts) + "}"
