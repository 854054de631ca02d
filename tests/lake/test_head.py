"""The head of the lake without PyIceberg: what it says of lakes that are new, odd or damaged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.table_name import TableName
from wavehouse.lake.head import LakeHead, catalog_type
from wavehouse.lake.layout import LakeLayout, lake_at


def test_a_lake_without_a_catalog_has_no_tables(tmp_path: Path) -> None:
    head = LakeHead(LakeLayout(tmp_path))
    assert list(head.names()) == []
    assert head.head(TableName("a", "b")) is None


def test_a_catalog_without_tables(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "catalog.db")
    connection.execute("CREATE TABLE other (x)")
    connection.close()
    assert list(LakeHead(lake_at(tmp_path)).names()) == []


def test_metadata_that_is_gone_says_why(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "catalog.db")
    connection.execute("CREATE TABLE iceberg_tables (table_namespace, table_name, metadata_location)")
    connection.execute("INSERT INTO iceberg_tables VALUES ('a', 'b', 'file:///gone/x.metadata.json')")
    connection.commit()
    connection.close()
    with pytest.raises(OutsideError, match="moved"):
        LakeHead(lake_at(tmp_path)).head(TableName("a", "b"))


def test_a_damaged_catalog_says_so(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(OutsideError, match="damaged"):
        LakeHead(lake_at(tmp_path)).names()


def test_what_is_not_a_lake_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with pytest.raises(CallError, match="not a lake"):
        lake_at(tmp_path, create=True)
    with pytest.raises(CallError, match="no lake here"):
        lake_at(tmp_path)
    with pytest.raises(CallError, match="this is a file"):
        lake_at(tmp_path / "x")
    with pytest.raises(CallError, match=r"cannot have '\*'"):
        lake_at(tmp_path / "a*b", create=True)


def test_types_of_iceberg_in_the_catalogs_words() -> None:
    assert catalog_type("long") == "bigint"
    assert catalog_type("decimal(9, 2)") == "decimal(9,2)"
    assert catalog_type({"type": "list", "element-id": 3, "element": "long"}) == "array<bigint>"
