"""A table of the catalog as JSON text, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, CsvReading
from wavehouse.core.table_name import TableName


def table_text(table: CatalogTable) -> str:
    """One text for one state of a table: the same state gives the same text."""
    return json.dumps(
        asdict(table) | {"properties": dict(table.properties)}, ensure_ascii=False, sort_keys=True
    )


def read_table(text: str) -> CatalogTable:
    """The table that `table_text` wrote."""
    told: Mapping[str, Any] = json.loads(text)
    return CatalogTable(
        **{
            **told,
            "name": TableName(**told["name"]),
            "columns": _columns(told["columns"]),
            "partition_by": _columns(told["partition_by"]),
            "csv": CsvReading(**told["csv"]) if told["csv"] else None,
            "left_out": tuple(told["left_out"]),
        }
    )


def _columns(told: Sequence[Mapping[str, Any]]) -> tuple[CatalogColumn, ...]:
    return tuple(CatalogColumn(**one) for one in told)
