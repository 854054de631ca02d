"""Which column of a file is which of a table: by field id, for names may have gone and come back.

https://iceberg.apache.org/spec/#column-projection
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavehouse.core.sql_text import literal
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import FieldIds
from wavehouse.engines.spark_types import quoted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_MAPPING = "schema.name-mapping.default"
# The note on a column by which Spark gives it an id in the files that it writes.
_NOTE = "parquet.field.id"


@dataclass(frozen=True)
class TableIds:
    """The ids of a table's columns by name, and those of the names that stand in files without ids."""

    columns: Mapping[str, int]
    mapped: Mapping[str, int]

    @classmethod
    def read(cls, metadata: str, snapshot: int | None) -> TableIds:
        """Those of a snapshot, else of the table as it is."""
        document: dict[str, Any] = json.loads(Path(metadata).read_text(encoding="utf-8"))
        wanted = document["current-schema-id"]
        for one in document["snapshots"]:
            if one["snapshot-id"] == snapshot:
                wanted = one.get("schema-id", wanted)
        schema = next(one for one in document["schemas"] if one["schema-id"] == wanted)
        columns = {field["name"]: field["id"] for field in schema["fields"]}
        mapping = document.get("properties", {}).get(_MAPPING)
        if mapping is None:
            return cls(columns, columns)
        found = json.loads(mapping)
        return cls(columns, {name: one["field-id"] for one in found for name in one["names"]})

    def names_in(self, there: Mapping[str, int | None]) -> dict[str, str]:
        """By the name of a column, what it is called in a file with these; without those that it lacks."""
        if not any(id_ is not None for id_ in there.values()):
            there = {name: self.mapped.get(name) for name in there}
        by_id = {id_: name for name, id_ in there.items() if id_ is not None}
        return {name: by_id[id_] for name, id_ in self.columns.items() if id_ in by_id}


def ids_in(location: str, files: DuckDBEngine) -> dict[str, int | None]:
    """The columns of a Parquet file with their field ids."""
    nodes = files.rows(f"SELECT name, field_id, num_children FROM parquet_schema({literal(location)})")
    found: dict[str, int | None] = {}
    # (Each node stands before what is in it; the first is the file's own.)
    inside = 0
    for name, id_, children in nodes[1:]:
        if not inside:
            found[name] = id_
        inside += (children or 0) - bool(inside)
    return found


def with_ids(rows: DataFrame, ids: FieldIds) -> DataFrame:
    """Rows whose columns keep their ids in files.

    Spark can give none to the elements of arrays, and readers would miss those where there are others: a
    table with arrays is written without ids, and read by its mapping of names.
    """
    from pyspark.sql import functions as f

    if ids.elements or not set(rows.columns) <= set(ids.columns):
        return rows
    return rows.select(
        *(f.col(quoted(name)).alias(name, metadata={_NOTE: ids.columns[name]}) for name in rows.columns)
    )
