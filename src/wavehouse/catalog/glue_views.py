"""Views in Glue's words, as Athena keeps them: a Presto view, its definition as JSON in Base64.

No page of AWS specifies it; what writes such views from outside relies on the same:
https://github.com/trinodb/trino/blob/master/plugin/trino-hive/src/main/java/io/trino/plugin/hive/ViewReaderUtil.java
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, View
from wavehouse.core.table_name import TableName

Words = Mapping[str, Any]

KIND = "VIRTUAL_VIEW"
_CATALOG = "awsdatacatalog"
_TEXT = re.compile(r"\s*/\*\s*Presto View:\s*([A-Za-z0-9+/=\s]+?)\s*\*/\s*")
# What is not as in Trino's own names of today.
_PRECISION = re.compile(r"\b(varchar|char|timestamp|time)\(\d+\)")


def view_input(table: CatalogTable, view: View, version: str, number: int) -> dict[str, Any]:
    """Glue's `TableInput` of a view; its `number` stands in the parameter `version`."""
    definition = {
        "originalSql": view.sql,
        "catalog": _CATALOG,
        "schema": view.database,
        "columns": [{"name": one.name, "type": one.type} for one in view.columns],
    }
    text = base64.b64encode(json.dumps(definition, ensure_ascii=False).encode()).decode()
    return {
        "Name": table.name.table,
        "Description": table.comment,
        "TableType": KIND,
        "Parameters": {"presto_view": "true", "comment": "Presto View", version: str(number)},
        "PartitionKeys": [],
        "ViewOriginalText": f"/* Presto View: {text} */",
        "ViewExpandedText": "/* Presto View */",
        "StorageDescriptor": {
            "Columns": [{"Name": one.name.lower(), "Type": one.type} for one in table.columns],
            "Location": "",
            "SerdeInfo": {},
        },
    }


def read_view(name: TableName, told: Words) -> CatalogTable | None:
    """The view that Glue describes; None for one that is no Presto view (Hive's and Spark's are not read)."""
    found = _TEXT.fullmatch(told.get("ViewOriginalText") or "")
    try:
        definition = json.loads(base64.b64decode(found[1])) if found else {}
        columns = tuple(
            Column(one["name"], _PRECISION.sub(r"\1", one["type"])) for one in definition["columns"]
        )
        view = View(definition["originalSql"], definition.get("schema") or "", columns)
    except (KeyError, TypeError, ValueError, binascii.Error):
        return None
    types = [
        CatalogColumn(one["Name"], one.get("Type", ""), one.get("Comment") or "")
        for one in told.get("StorageDescriptor", {}).get("Columns", [])
    ]
    comment = told.get("Description") or ""
    return CatalogTable(name, "view", "", tuple(types), comment=comment, view=view)
