"""Which data files a snapshot of an Iceberg table has: what readers and the next change of it go by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.table import Table
from pyiceberg.transforms import IdentityTransform

from wavehouse.core.errors import OutsideError
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.duckdb_iceberg import IcebergTables
from wavehouse.engines.engine import TableFile

_SCHEMA = pa.schema([("n", pa.int64()), ("decade", pa.int32())])


def _rows(*numbers: int, decade: int | None = None) -> pa.Table:
    return pa.table({"n": numbers, "decade": pa.array([decade] * len(numbers), pa.int32())}, schema=_SCHEMA)


@pytest.fixture(params=["file://", ""])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Table]:
    """An Iceberg table that names its files with or without a scheme."""
    warehouse = f"{request.param}{tmp_path}/a warehouse"
    catalog = SqlCatalog("test", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=warehouse)
    catalog.create_namespace("db")
    yield catalog.create_table("db.t", schema=_SCHEMA)
    catalog.close()


def _metadata(table: Table) -> str:
    return table.metadata_location.removeprefix("file://")


def _planned(table: Table, snapshot: int | None = None) -> list[TableFile]:
    """The data files as PyIceberg plans to read them."""
    files = [task.file for task in table.scan(snapshot_id=snapshot).plan_files()]
    found = [TableFile(file.file_path.removeprefix("file://"), file.record_count) for file in files]
    return sorted(found, key=lambda file: file.location)


def test_the_files_of_the_current_snapshot_by_location(engine: DuckDBEngine, table: Table) -> None:
    for count in range(1, 5):
        table.append(_rows(*range(count)))
    found = engine.iceberg_files(_metadata(table))
    assert found == _planned(table)
    assert sorted(file.rows for file in found) == [1, 2, 3, 4]
    assert all(Path(file.location).is_file() for file in found)
    assert engine.rows(f"SELECT count(*) FROM {engine.parquet([f.location for f in found])}") == [(10,)]


def test_the_files_of_every_snapshot(engine: DuckDBEngine, table: Table) -> None:
    table.append(_rows(1, 2))
    table.append(_rows(3))
    table.overwrite(_rows(4, 5, 6))
    table.delete(AlwaysTrue())
    table.append(_rows(7))
    seen = []
    for snapshot in table.snapshots():
        found = engine.iceberg_files(_metadata(table), snapshot.snapshot_id)
        assert found == _planned(table, snapshot.snapshot_id)
        seen.append(sum(file.rows for file in found))
    assert seen == [2, 3, 0, 3, 0, 1]


def test_a_file_that_went_is_not_among_those_that_came_with_it(engine: DuckDBEngine, table: Table) -> None:
    """One manifest names both, each with its status."""
    table.append(pa.concat_tables([_rows(1, 2), _rows(3)]))
    (before,) = engine.iceberg_files(_metadata(table))
    table.delete("n = 2")
    (after,) = engine.iceberg_files(_metadata(table))
    assert (before.rows, after.rows) == (3, 2)
    assert before.location != after.location


def test_the_files_of_a_branch(engine: DuckDBEngine, table: Table) -> None:
    table.append(_rows(1))
    main = table.current_snapshot()
    assert main is not None
    table.manage_snapshots().create_branch(main.snapshot_id, "aside").commit()
    table.append(_rows(2, 3), branch="aside")
    aside = table.snapshot_by_name("aside")
    assert aside is not None
    assert [file.rows for file in engine.iceberg_files(_metadata(table))] == [1]
    rows = [file.rows for file in engine.iceberg_files(_metadata(table), aside.snapshot_id)]
    assert sorted(rows) == [1, 2]


def test_files_in_partitions(engine: DuckDBEngine, table: Table) -> None:
    with table.update_spec() as spec:
        spec.add_field("decade", IdentityTransform(), "decade")
    table.append(pa.concat_tables([_rows(1, decade=1990), _rows(2, 3, decade=2000), _rows(4, 5, 6)]))
    found = engine.iceberg_files(_metadata(table))
    assert found == _planned(table)
    assert sorted(file.rows for file in found) == [1, 2, 3]


def test_only_files_of_parquet_are_read() -> None:
    tables = IcebergTables(lambda _: [("file:///a.orc", 1, "file:///m.avro", "ORC")], ())
    with pytest.raises(OutsideError, match="data files of ORC, and only Parquet is read here") as refused:
        tables.files("/t/metadata/1.json", None)
    assert "rewrite_data_files" in refused.value.remedy


def test_snapshots_that_nobody_asks_for_any_more_are_forgotten() -> None:
    asked: list[str] = []

    def rows(sql: str) -> list[Any]:
        asked.append(sql)
        return [("file:///a.parquet", 1, "file:///m.avro", "PARQUET")]

    tables = IcebergTables(rows, ())
    for number in range(1_000):
        assert tables.files("/first.json", None) == [TableFile("/a.parquet", 1)]
        tables.files(f"/{number}.json", number)
    assert len(asked) == 1_001
    assert len(tables._known) < 200
