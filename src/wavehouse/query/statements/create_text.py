"""Tables and views as the statements that would make them, and the properties that Athena shows of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wavehouse.catalog.glue_table_input import STATE, VERSION, table_input
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, View
from wavehouse.core.sql_text import identifier, literal
from wavehouse.core.table_name import TableName
from wavehouse.lake.head import table_folder

# Properties that say how this house keeps a table: nobody could set them in Athena.
_OURS = ("wavehouse.", "schema.name-mapping.", "commit.")


def create_view_text(name: TableName, view: View) -> str:
    """The CREATE VIEW of a view."""
    return f"CREATE VIEW {identifier(name.database)}.{identifier(name.table)} AS\n{view.sql}"


def create_table_text(table: CatalogTable) -> str:
    """The CREATE TABLE of a table, as Athena lays it out."""
    return _iceberg_text(table) if table.format == "iceberg" else _external_text(table)


def shown_properties(table: CatalogTable) -> dict[str, str]:
    """The table properties that Athena shows: Glue's parameters, without what is this house's own."""
    parameters: Mapping[str, str] = table_input(table, 0)["Parameters"]
    if table.format == "iceberg":
        codec = table.properties.get("write.parquet.compression-codec")
        given = {**parameters, "table_type": "ICEBERG", **({"write_compression": codec} if codec else {})}
        parameters = {key: value for key, value in given.items() if not key.startswith("write.")}
    hidden = (STATE, VERSION, "presto_view")
    return {
        key: value
        for key, value in parameters.items()
        if key not in hidden and not key.startswith(_OURS) and "\n" not in value
    }


def _iceberg_text(table: CatalogTable) -> str:
    columns = ",\n".join(f"  {one.name} {_type(one)}{_comment(one)}" for one in table.columns)
    text = f"CREATE TABLE {table.name} (\n{columns})\n"
    if table.partition_by:
        text += f"PARTITIONED BY ({', '.join(f'`{key.name}`' for key in table.partition_by)})\n"
    own = {
        key: value
        for key, value in shown_properties(table).items()
        if key in ("write_compression", "format") or key.startswith(("vacuum_", "optimize_"))
    }
    properties = {"table_type": "iceberg", **own}
    return f"{text}LOCATION {literal(table_folder(table.location))}\n{_properties(properties)}"


def _external_text(table: CatalogTable) -> str:
    told = table_input(table, 0)
    storage = told["StorageDescriptor"]
    text = f"CREATE EXTERNAL TABLE `{table.name}`(\n{_columns(table.columns)})\n"
    if table.comment:
        text += f"COMMENT {literal(table.comment)}\n"
    if table.partition_by:
        text += f"PARTITIONED BY ( \n{_columns(table.partition_by)})\n"
    serde = storage["SerdeInfo"]
    text += f"ROW FORMAT SERDE \n  {literal(serde['SerializationLibrary'])} \n"
    if serde["Parameters"]:
        text += f"WITH SERDEPROPERTIES ( \n{_pairs(serde['Parameters'])}) \n"
    text += f"STORED AS INPUTFORMAT \n  {literal(storage['InputFormat'])} \n"
    text += f"OUTPUTFORMAT \n  {literal(storage['OutputFormat'])}\n"
    shown = {key: value for key, value in shown_properties(table).items() if key != "EXTERNAL"}
    return f"{text}LOCATION\n  {literal(table.location)}\n{_properties(shown)}"


def _columns(columns: Iterable[CatalogColumn]) -> str:
    return ", \n".join(f"  `{one.name}` {one.type}{_comment(one)}" for one in columns)


def _type(column: CatalogColumn) -> str:
    return column.type.replace("timestamptz", "timestamp with time zone")


def _comment(column: CatalogColumn) -> str:
    return f" COMMENT {literal(column.comment)}" if column.comment else ""


def _properties(told: Mapping[str, str]) -> str:
    return f"TBLPROPERTIES (\n{_pairs(told)})"


def _pairs(told: Mapping[str, str]) -> str:
    return ", \n".join(f"  {literal(key)}={literal(value)}" for key, value in sorted(told.items()))
