"""External tables as Glue, and with it Athena, has them; and those that others have made there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import boto3
import pytest
from tests.catalog.moto_server import REGION, MotoServer

from wavehouse.catalog.glue_tables import GlueTables
from wavehouse.core.catalog_setting import GlueSetting
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, CsvReading, Partition
from wavehouse.core.errors import CallError, OutsideError
from wavehouse.core.table_name import TableName

T = TableName("raw", "t")
COLUMNS = (CatalogColumn("trackId", "string", "An id"), CatalogColumn("day", "date"))
PARQUET = CatalogTable(
    T, "parquet", "s3://b/t", COLUMNS, (CatalogColumn("year", "int"),), rows=5, files=2, size=9
)


@pytest.fixture
def glue(moto: MotoServer) -> Any:
    """AWS's client, to look at what is there; nothing is."""
    moto.reset()
    return boto3.client("glue", region_name=REGION, endpoint_url=moto.url)


@pytest.fixture
def tables(moto: MotoServer) -> GlueTables:
    """The catalog, whose databases have a prefix there."""
    return GlueTables(
        GlueSetting(REGION, endpoint=moto.url, database_prefix="dev_"), lambda location: "/ours/" in location
    )


def _words(glue: Any) -> Any:
    return glue.get_table(DatabaseName="dev_raw", Name="t")["Table"]


READINGS = [
    (
        PARQUET,
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        {"serialization.format": "1"},
        ["string", "date"],
    ),
    (
        replace(PARQUET, format="csv", csv=CsvReading(";", "", "\\", header=False)),
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        {"field.delim": ";", "serialization.format": ";", "escape.delim": "\\"},
        ["string", "date"],
    ),
    (
        replace(PARQUET, format="csv", csv=CsvReading()),
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        {"separatorChar": ",", "quoteChar": '"'},
        ["string", "string"],
    ),
    (
        replace(PARQUET, format="json"),
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.openx.data.jsonserde.JsonSerDe",
        {"mapping.trackid": "trackId"},
        ["string", "date"],
    ),
]


@pytest.mark.parametrize(("table", "input_format", "serde", "how", "types"), READINGS)
def test_athena_is_told_how_files_are_read(
    glue: Any,
    tables: GlueTables,
    table: CatalogTable,
    input_format: str,
    serde: str,
    how: dict[str, str],
    types: list[str],
) -> None:
    tables.put(table, [Partition(("2020",), "s3://b/t/y=2020", 5, 2, 9), Partition((None,), "s3://b/t/none")])
    told = _words(glue)
    storage = told["StorageDescriptor"]
    assert (told["TableType"], storage["Location"], storage["InputFormat"]) == (
        "EXTERNAL_TABLE", "s3://b/t", input_format,
    )  # fmt: skip
    assert storage["SerdeInfo"] == {"SerializationLibrary": serde, "Parameters": how}
    assert [(one["Name"], one["Type"]) for one in storage["Columns"]] == list(
        zip(("trackid", "day"), types, strict=True)
    )
    assert [one["Name"] for one in told["PartitionKeys"]] == ["year"]
    assert told["Parameters"]["recordCount"] == "5"
    assert (told["Parameters"].get("skip.header.line.count") == "1") == bool(table.csv and table.csv.header)
    parts = {
        tuple(one["Values"]): one["StorageDescriptor"]
        for one in glue.get_partitions(DatabaseName="dev_raw", TableName="t")["Partitions"]
    }
    assert set(parts) == {("2020",), ("__HIVE_DEFAULT_PARTITION__",)}
    assert parts["2020",]["Location"] == "s3://b/t/y=2020"
    assert parts["2020",]["SerdeInfo"] == storage["SerdeInfo"]


def test_what_others_change_there_counts(glue: Any, tables: GlueTables) -> None:
    tables.put(PARQUET)
    told = _words(glue)
    told["StorageDescriptor"]["Columns"].append({"Name": "more", "Type": "bigint", "Comment": "theirs"})
    inputs = ("Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
    glue.update_table(DatabaseName="dev_raw", TableInput={name: told[name] for name in inputs})
    found = tables.table(T)
    assert found is not None
    assert found.columns[-1] == CatalogColumn("more", "bigint", "theirs")
    assert (found.format, found.location, found.rows) == ("parquet", "s3://b/t", 5)


def _their_table(glue: Any, name: str, serde: str, **more: Any) -> None:
    storage = {
        "Columns": [{"Name": "a", "Type": "int"}],
        "Location": "s3://theirs/t/",
        "SerdeInfo": {"SerializationLibrary": serde, "Parameters": more.pop("how", {})},
    }
    glue.create_table(
        DatabaseName="dev_raw",
        TableInput={"Name": name, "StorageDescriptor": storage, "Parameters": {}, **more},
    )


def test_tables_of_others_are_shown_as_far_as_they_can_be_read(glue: Any, tables: GlueTables) -> None:
    for database in ("dev_raw", "other", "dev__unseen"):
        glue.create_database(DatabaseInput={"Name": database})
    _their_table(
        glue, "lines", "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", how={"field.delim": "|"}
    )
    _their_table(glue, "orc", "org.apache.hadoop.hive.ql.io.orc.OrcSerde")
    ours = {"table_type": "ICEBERG", "metadata_location": "s3://b/ours/m.json"}
    _their_table(glue, "own", "none", Parameters=ours)
    _their_table(glue, "ice", "none", Parameters={**ours, "metadata_location": "s3://b/theirs/m.json"})
    assert [one.name for one in tables.databases()] == ["raw"]
    assert [str(name) for name in tables.names()] == ["raw.ice", "raw.lines"]
    lines = tables.table(TableName("raw", "lines"))
    assert lines is not None
    assert (lines.csv, lines.location) == (CsvReading("|", "", "", header=False), "s3://theirs/t")
    ice = tables.table(TableName("raw", "ice"))
    assert ice is not None
    assert (ice.format, ice.location) == ("iceberg", "s3://b/theirs/m.json")
    for name in ("own", "ice"):
        with pytest.raises(CallError, match=f"{name} is an Iceberg table already"):
            tables.put(replace(PARQUET, name=TableName("raw", name)))
        with pytest.raises(CallError, match="somebody else commits to"):
            tables.drop(TableName("raw", name))
    foreign = replace(PARQUET, format="iceberg", location="s3://b/third/m.json")
    tables.put(foreign)
    tables.put(replace(foreign, location="s3://b/third/n.json"))
    tables.drop(T)
    assert T not in tables.names()


def test_a_partition_that_glue_refuses_is_said(
    glue: Any, tables: GlueTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables.put(PARQUET)
    assert glue.get_table(DatabaseName="dev_raw", Name="t")
    refusal = {"ErrorCode": "ResourceNumberLimitExceededException", "ErrorMessage": "too many"}

    def batch_create_partition(**_: Any) -> Any:
        return {"Errors": [{"PartitionValues": ["2020"], "ErrorDetail": refusal}]}

    monkeypatch.setattr(tables._client, "batch_create_partition", batch_create_partition)
    with pytest.raises(OutsideError, match="ResourceNumberLimitExceeded"):
        tables.put(PARQUET, [Partition(("2020",), "s3://b/t/y=2020")])
