"""Databases of the Data Catalog, and the Iceberg tables in them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wavehouse.aws.deployable import Deployable, TableMade
from wavehouse.aws.template.intrinsics import Json, Resources, logical_id, ref, resource, sub
from wavehouse.aws.template.storage import WAREHOUSE
from wavehouse.core.columns import element_type
from wavehouse.flow.nodes import S3IcebergCatalogTarget, S3IcebergDirectTarget

# Types of the Data Catalog by another name in Iceberg: https://iceberg.apache.org/spec/#primitive-types
_ICEBERG: Mapping[str, str] = {"bigint": "long"}
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


def tables(project: Deployable) -> Resources:
    """The databases, and every table that a template can say whole."""
    found: Resources = {}
    for database in project.databases:
        found[database_id(database)] = resource(
            "AWS::Glue::Database",
            {
                "CatalogId": ref("AWS::AccountId"),
                "DatabaseInput": {
                    "Name": database,
                    "Description": project.description or f"Tables of {project.stage.project}",
                    "LocationUri": sub(f"s3://${{{WAREHOUSE}}}/{database}/"),
                },
            },
        )
    for table in project.tables:
        if is_sayable(table):
            found[table_id(table)] = _table(table)
    return found


def is_sayable(table: TableMade) -> bool:
    """Whether CloudFormation can make the table: its `IcebergStructField.Type` is a text, and no list."""
    return not any(element_type(column.type) for column in table.columns)


def database_id(name: str) -> str:
    """The logical id of a database."""
    return logical_id("database", name)


def table_id(table: TableMade) -> str:
    """The logical id of a table."""
    return logical_id("table", table.name.database, table.name.table)


def prefix(table: TableMade) -> str:
    """Where a table lies in the warehouse bucket, with a slash at the end."""
    return f"{table.name.database}/{table.name.table}/"


def _table(table: TableMade) -> Json:
    ids = {column.name: at for at, column in enumerate(table.columns, 1)}
    target = table.target
    keys = [key for key in target.partition_keys if key in ids]
    definition: Json = {
        "Location": sub(f"s3://${{{WAREHOUSE}}}/{prefix(table)}"),
        "Schema": {
            "Type": "struct",
            "Fields": [
                {"Id": ids[column.name], "Name": column.name, "Type": _type(column.type), "Required": False}
                for column in table.columns
            ],
        },
        "Properties": {"write.parquet.compression-codec": "zstd"},
    }
    if keys:
        definition["PartitionSpec"] = {
            "Fields": [{"SourceId": ids[key], "Transform": "identity", "Name": key} for key in keys]
        }
    order = target.order if isinstance(target, S3IcebergCatalogTarget | S3IcebergDirectTarget) else []
    if inside := [column for column in order if column in ids and column not in keys]:
        definition["WriteOrder"] = {
            "OrderId": 1,
            "Fields": [
                {
                    "SourceId": ids[column],
                    "Transform": "identity",
                    "Direction": "asc",
                    "NullOrder": "nulls-last",
                }
                for column in inside
            ],
        }
    return resource(
        "AWS::Glue::Table",
        {
            "CatalogId": ref("AWS::AccountId"),
            "DatabaseName": ref(database_id(table.name.database)),
            "Name": table.name.table,
            "OpenTableFormatInput": {
                "IcebergInput": {
                    "MetadataOperation": "CREATE",
                    "Version": "2",
                    "IcebergTableInput": definition,
                }
            },
        },
    )


def _type(text: str) -> str:
    decimal = _DECIMAL.fullmatch(text)
    return f"decimal({decimal[1]}, {decimal[2]})" if decimal else _ICEBERG.get(text, text)
