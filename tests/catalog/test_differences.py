"""What is told of two states of a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from wavehouse.catalog.differences import Difference, differences
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, CsvReading
from wavehouse.core.table_name import TableName

A, B = CatalogColumn("a", "int", "first"), CatalogColumn("b", "string")
OLD = CatalogTable(
    TableName("d", "t"),
    "csv",
    "s3://x/y",
    (A, B),
    csv=CsvReading(),
    left_out=("z",),
    rows=1,
    properties={"p": "1"},
)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"columns": (A, B, CatalogColumn("c", "int"))}, [("column", "c", None, "int")]),
        ({"columns": (B,)}, [("column", "a", "int", None), ("comment of column", "a", "first", None)]),
        ({"columns": (replace(A, type="bigint"), B)}, [("column", "a", "int", "bigint")]),
        ({"columns": (A, replace(B, comment="x"))}, [("comment of column", "b", None, "x")]),
        ({"columns": (B, A)}, [("order of columns", "", "a, b", "b, a")]),
        ({"partition_by": (B,)}, [("key", "b", None, "string")]),
        ({"csv": CsvReading(delimiter=";")}, [("reading", "delimiter", ",", ";")]),
        ({"left_out": ("q",)}, [("left out", "z", "file", None), ("left out", "q", None, "file")]),
        ({"rows": None}, [("table", "rows", "1", None)]),
        ({"deprecated": True}, [("table", "deprecated", "false", "true")]),
        ({"properties": {"p": "2"}}, [("property", "p", "1", "2")]),
    ],
)
def test_each_difference_is_told_once(change: dict[str, Any], told: list[tuple[Any, ...]]) -> None:
    assert differences(OLD, replace(OLD, **change)) == [Difference(*one) for one in told]
