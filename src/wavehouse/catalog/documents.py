"""Tables and partitions of the catalog as JSON text, and back.

The text is ASCII: a name of a file need not be UTF-8, and a database may refuse what is not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import (
    CatalogColumn,
    CatalogTable,
    CsvReading,
    Partition,
    PartitionValues,
    View,
)
from wavehouse.core.table_name import TableName


def table_text(table: CatalogTable) -> str:
    """One text for one state of a table: the same state gives the same text."""
    told = asdict(table) | {"properties": dict(table.properties)}
    if table.view is None:
        del told["view"]  # (the text of a table is what it was before there were views)
    return json.dumps(told, sort_keys=True)


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
            "view": _view(told["view"]) if told.get("view") else None,
        }
    )


def values_text(values: PartitionValues) -> str:
    """The values of a partition's keys."""
    return json.dumps(values)


def partition_text(partition: Partition) -> str:
    """All that is known of a partition but its values."""
    return json.dumps({name: told for name, told in asdict(partition).items() if name != "values"})


def read_partition(values: str, text: str) -> Partition:
    """The partition that the other two wrote."""
    return Partition(tuple(json.loads(values)), **json.loads(text))


def _columns(told: Sequence[Mapping[str, Any]]) -> tuple[CatalogColumn, ...]:
    return tuple(CatalogColumn(**one) for one in told)


def _view(told: Mapping[str, Any]) -> View:
    return View(told["sql"], told["database"], tuple(Column(**one) for one in told["columns"]))
