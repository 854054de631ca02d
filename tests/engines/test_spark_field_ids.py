"""A column that was dropped and came back under its name is another one, to Spark as to DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.schema import Schema
from pyiceberg.table import Table, _parquet_files_to_data_files
from pyiceberg.types import IntegerType, LongType, NestedField, StringType
from tests.spark_session import spark_engine

from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import Engine, FieldIds

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

_OLD = FieldIds({"k": 1, "x": 2})
_NEW = FieldIds({"k": 1, "x": 3})


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[Engine]:
    """A Spark engine."""
    made = spark_engine(tmp_path / "scratch")
    yield made
    made.close()


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """A table of a key, and a number `x` that is about to go."""
    catalog = SqlCatalog("c", uri=f"sqlite:///{tmp_path}/c.db", warehouse=f"file://{tmp_path}")
    catalog.create_namespace("n")
    fields = NestedField(1, "k", LongType()), NestedField(2, "x", IntegerType())
    table = catalog.create_table("n.t", Schema(*fields))
    with table.transaction() as change:
        change.set_properties({"schema.name-mapping.default": table.schema().name_mapping.model_dump_json()})
    yield table
    catalog.close()


def _add(table: Table, engine: Engine, sql: str, ids: FieldIds) -> None:
    """Files that the engine writes, as a lake commits them."""
    directory = Path(table.location().removeprefix("file://")) / f"data {len(table.snapshots())}"
    directory.parent.mkdir(exist_ok=True)
    files = engine.write_parquet(sql, str(directory), field_ids=ids)
    with table.transaction() as change, change.update_snapshot().fast_append() as append:
        names = [f"file://{one.location}" for one in files]
        for file in _parquet_files_to_data_files(
            table_metadata=change.table_metadata, file_paths=names, io=table.io
        ):
            append.append_data_file(file)


def _come_back(table: Table) -> None:
    with table.update_schema() as update:
        update.delete_column("x")
    with table.update_schema() as update:
        update.add_column("x", StringType())
    with table.transaction() as change:
        change.set_properties({"schema.name-mapping.default": table.schema().name_mapping.model_dump_json()})


@pytest.mark.parametrize("writer", ["duckdb", "spark"])
def test_a_column_that_came_back_with_another_type(
    spark: Engine, engine: DuckDBEngine, table: Table, writer: str
) -> None:
    before = engine if writer == "duckdb" else spark
    _add(table, before, "SELECT 1::BIGINT AS k, 10::INTEGER AS x", _OLD)
    first = table.current_snapshot()
    assert first is not None
    _come_back(table)
    _add(table, spark, "SELECT 2::BIGINT AS k, 'new' AS x", _NEW)
    metadata = table.metadata_location.removeprefix("file://")
    for one in (engine, spark):
        now = one.rows(f"SELECT k, x FROM {one.iceberg(metadata)} ORDER BY k")
        assert now == [(1, None), (2, "new")], one
        then = one.iceberg(metadata, first.snapshot_id)
        assert one.rows(f"SELECT k, x FROM {then}") == [(1, 10)], one
    assert [(row["k"], row["x"]) for row in table.scan().to_arrow().sort_by("k").to_pylist()] == [
        (1, None),
        (2, "new"),
    ]


def test_files_without_ids_are_read_by_the_mapping_of_names(
    spark: Engine, engine: DuckDBEngine, table: Table
) -> None:
    _add(table, spark, "SELECT 1::BIGINT AS k, 10::INTEGER AS x", FieldIds({}))
    metadata = table.metadata_location.removeprefix("file://")
    for one in (engine, spark):
        assert one.rows(f"SELECT * FROM {one.iceberg(metadata)}") == [(1, 10)], one


def test_spark_writes_the_ids_of_columns_where_it_can_write_all(spark: Engine, tmp_path: Path) -> None:
    sql = 'SELECT 2 AS p, 1::BIGINT AS "a b" ORDER BY p'
    (file,) = spark.write_parquet(
        sql, str(tmp_path / "out"), field_ids=FieldIds({"a b": 7, "p": 4}), partition_by="p"
    )
    assert _ids(file.location) == {"p": b"4", "a b": b"7"}
    lists = FieldIds({"a": 1, "l": 2}, {"l": 3})
    (file,) = spark.write_parquet("SELECT 1 AS a, [1] AS l", str(tmp_path / "l"), field_ids=lists)
    assert _ids(file.location) == {"a": None, "l": None}


def _ids(location: str) -> dict[str, bytes | None]:
    schema: pa.Schema = pq.read_schema(location)
    return {field.name: (field.metadata or {}).get(b"PARQUET:field_id") for field in schema}
