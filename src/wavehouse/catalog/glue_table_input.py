"""External tables in Glue's words, by which Athena reads them, and back.

SerDes: https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wavehouse.catalog.documents import read_table, table_text
from wavehouse.catalog.glue_views import KIND, read_view, view_input
from wavehouse.core.columns import canonical_type
from wavehouse.core.data_catalog import NO_VALUE, CatalogColumn, CatalogTable, CsvReading, Format, Partition
from wavehouse.core.errors import DefinitionError
from wavehouse.core.table_name import TableName

Words = Mapping[str, Any]

# What is known of a table and has no word of Glue's: all of it, as text.
STATE = "wavehouse.state"
VERSION = "wavehouse.version"
# Glue's own crawler counts under these names.
_ROWS, _FILES, _SIZE = "recordCount", "objectCount", "sizeKey"
_DEPRECATED = "DEPRECATED_BY_CRAWLER"

_TEXT_IN = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet."
_PARQUET_SERDE = f"{_PARQUET}serde.ParquetHiveSerDe"
_LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
_JSON = ("org.openx.data.jsonserde.JsonSerDe", "org.apache.hive.hcatalog.data.JsonSerDe")

# OpenCSVSerde takes days and milliseconds since 1970 for these, never their text.
_TEXT_TO_OPEN_CSV = ("date", "timestamp", "decimal")


def table_input(table: CatalogTable, version: int) -> dict[str, Any]:
    """Glue's `TableInput` of the table in this version."""
    if table.view is not None:
        return view_input(table, table.view, VERSION, version)
    counted = {_ROWS: table.rows, _FILES: table.files, _SIZE: table.size}
    parameters = {
        **table.properties,
        "EXTERNAL": "TRUE",
        "classification": table.format,
        **{name: str(count) for name, count in counted.items() if count is not None},
    }
    if table.csv and table.csv.header:
        parameters["skip.header.line.count"] = "1"
    if table.deprecated:
        parameters[_DEPRECATED] = "true"
    if table.format == "iceberg":
        parameters |= {"table_type": "ICEBERG", "metadata_location": table.location}
    return {
        "Name": table.name.table,
        "Description": table.comment,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {**parameters, STATE: table_text(table), VERSION: str(version)},
        "PartitionKeys": _columns(table.partition_by, table),
        "StorageDescriptor": {
            "Columns": _columns(table.columns, table),
            "Location": table.location,
            **_reading(table),
        },
    }


def read_glue_table(database: str, told: Words) -> CatalogTable | None:
    """The table that Glue describes; None for one of a kind that is not read here (ORC, Avro, Hive's views).

    What somebody else has changed there since counts.
    """
    parameters = told.get("Parameters", {})
    if told.get("TableType") == KIND:
        return read_view(TableName(database, told["Name"]), told)
    if STATE in parameters:
        state = read_table(parameters[STATE])
        ours = table_input(state, version_of(told))
        if _same(ours, told) and _same(ours["StorageDescriptor"], told["StorageDescriptor"]):
            return state
    return _from_words(TableName(database, told["Name"]), told)


def version_of(told: Words) -> int:
    """The number of the version that Glue describes."""
    own = told.get("Parameters", {}).get(VERSION)
    return int(own if own is not None else told.get("VersionId") or 0)


def partition_input(table: CatalogTable, partition: Partition) -> dict[str, Any]:
    """Glue's `PartitionInput`."""
    counted = {_ROWS: partition.rows, _FILES: partition.files, _SIZE: partition.size}
    return {
        "Values": glue_values(partition.values),
        "StorageDescriptor": {
            "Columns": _columns(table.columns, table),
            "Location": partition.location,
            **_reading(table),
        },
        "Parameters": {name: str(count) for name, count in counted.items() if count is not None},
    }


def read_glue_partition(told: Words) -> Partition:
    """The partition that Glue describes."""
    counted = told.get("Parameters", {})
    return Partition(
        tuple(None if value == NO_VALUE else value for value in told["Values"]),
        told["StorageDescriptor"]["Location"],
        _count(counted, _ROWS),
        _count(counted, _FILES) or 0,
        _count(counted, _SIZE) or 0,
    )


def glue_values(values: Sequence[str | None]) -> list[str]:
    """The values of a partition as Glue has them."""
    return [NO_VALUE if value is None else value for value in values]


def _columns(columns: Sequence[CatalogColumn], table: CatalogTable) -> list[dict[str, str]]:
    return [
        {"Name": one.name.lower(), "Type": _glue_type(one.type, table), "Comment": one.comment}
        for one in columns
    ]


def _glue_type(type_: str, table: CatalogTable) -> str:
    if table.csv and table.csv.quote and type_.startswith(_TEXT_TO_OPEN_CSV):
        return "string"
    # Hive has no zone; of Parquet it is the same moment, in UTC.
    return type_.replace("timestamptz", "timestamp" if table.format in ("parquet", "iceberg") else "string")


def _reading(table: CatalogTable) -> dict[str, Any]:
    if table.format == "iceberg":
        return {}
    formats = {"InputFormat": _TEXT_IN, "OutputFormat": _TEXT_OUT}
    if table.format == "parquet":
        formats = {f"{way}Format": f"{_PARQUET}MapredParquet{way}Format" for way in ("Input", "Output")}
        serde, how = _PARQUET_SERDE, {"serialization.format": "1"}
    elif table.format == "json":
        serde = _JSON[0]
        how = {
            f"mapping.{one.name.lower()}": one.name for one in table.columns if one.name != one.name.lower()
        }
    else:
        csv = table.csv or CsvReading()
        if csv.quote:
            serde, how = _OPEN_CSV, {"separatorChar": csv.delimiter, "quoteChar": csv.quote}
            how |= {"escapeChar": csv.escape} if csv.escape else {}
        else:
            serde, how = _LAZY, {"field.delim": csv.delimiter, "serialization.format": csv.delimiter}
            how |= {"escape.delim": csv.escape} if csv.escape else {}
    return {**formats, "SerdeInfo": {"SerializationLibrary": serde, "Parameters": how}}


def _same(ours: Words, told: Words) -> bool:
    return all(
        _given(told.get(name)) == _given(value) for name, value in ours.items() if name != "StorageDescriptor"
    )


def _given(value: Any) -> Any:
    """A value without what is empty: Glue may leave that out."""
    if isinstance(value, Mapping):
        return {name: _given(one) for name, one in value.items() if one not in ("", None, {}, [])}
    if isinstance(value, list):
        return [_given(one) for one in value]
    return value or None


def _from_words(name: TableName, told: Words) -> CatalogTable | None:
    storage, parameters = told.get("StorageDescriptor", {}), told.get("Parameters", {})
    serde = storage.get("SerdeInfo", {})
    how = serde.get("Parameters", {})
    format_ = _format(parameters, serde.get("SerializationLibrary", ""))
    columns, keys = (
        _read_columns(storage.get("Columns", []), how),
        _read_columns(told.get("PartitionKeys", []), {}),
    )
    if format_ is None or columns is None or keys is None:
        return None
    csv = None
    if format_ == "csv":
        header = parameters.get("skip.header.line.count") == "1"
        if serde["SerializationLibrary"] == _OPEN_CSV:
            csv = CsvReading(
                how.get("separatorChar", ","), how.get("quoteChar", '"'), how.get("escapeChar", ""), header
            )
        else:
            csv = CsvReading(how.get("field.delim", "\x01"), "", how.get("escape.delim", ""), header)
    return CatalogTable(
        name,
        format_,
        parameters["metadata_location"] if format_ == "iceberg" else storage["Location"].rstrip("/"),
        columns,
        keys,
        csv,
        rows=_count(parameters, _ROWS),
        files=_count(parameters, _FILES) or 0,
        size=_count(parameters, _SIZE) or 0,
        comment=told.get("Description") or "",
        deprecated=_DEPRECATED in parameters,
        properties={key: value for key, value in parameters.items() if key not in (STATE, VERSION)},
    )


def _format(parameters: Words, serde: str) -> Format | None:
    if parameters.get("table_type", "").upper() == "ICEBERG" and "metadata_location" in parameters:
        return "iceberg"
    if serde == _PARQUET_SERDE:
        return "parquet"
    if serde in _JSON:
        return "json"
    return "csv" if serde in (_LAZY, _OPEN_CSV) else None


def _read_columns(told: Sequence[Words], how: Words) -> tuple[CatalogColumn, ...] | None:
    try:
        return tuple(
            CatalogColumn(
                how.get(f"mapping.{one['Name']}", one["Name"]),
                canonical_type(one.get("Type", "string")),
                one.get("Comment") or "",
            )
            for one in told
        )
    except DefinitionError:
        return None  # a struct, a map


def _count(parameters: Words, name: str) -> int | None:
    text = parameters.get(name, "")
    return int(text) if text.isdigit() else None
