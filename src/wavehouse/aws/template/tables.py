"""Databases of the Data Catalog, and the Iceberg tables in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from wavehouse.aws.deployable import Deployable, TableMade
from wavehouse.aws.stage import Stage
from wavehouse.aws.template.intrinsics import Json, Resources, logical_id, ref, resource, sub
from wavehouse.aws.template.storage import WAREHOUSE
from wavehouse.core.columns import element_type

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


def table_request(stage: Stage, table: TableMade) -> Json:
    """The request to `CreateTable` for a table with lists, with `stage.ACCOUNT` for the account.

    There a type is any JSON: https://docs.aws.amazon.com/glue/latest/webapi/API_IcebergStructField.html
    """
    definition = _definition(table, f"s3://{stage.bucket('warehouse')}/{prefix(table)}")
    following = len(table.columns)
    for field in definition["Schema"]["Fields"]:
        if inner := element_type(field["Type"]):
            # (What is inside of a column has an id as well, after those of all columns.)
            following += 1
            field["Type"] = {
                "type": "list",
                "element-id": following,
                "element": _type(inner),
                "element-required": False,
            }
    return {
        "DatabaseName": table.name.database,
        "Name": table.name.table,
        "OpenTableFormatInput": {
            "IcebergInput": {
                "MetadataOperation": "CREATE",
                "Version": "2",
                "CreateIcebergTableInput": definition,
            }
        },
    }


def _definition(table: TableMade, location: Any) -> Json:
    ids = {column.name: at for at, column in enumerate(table.columns, 1)}
    target = table.target
    keys = [key for key in target.partition_keys if key in ids]
    definition: Json = {
        "Location": location,
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
    if inside := [column for column in target.order if column in ids and column not in keys]:
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
    return definition


def _table(table: TableMade) -> Json:
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
                    "IcebergTableInput": _definition(table, sub(f"s3://${{{WAREHOUSE}}}/{prefix(table)}")),
                }
            },
        },
    )


def _type(text: str) -> str:
    decimal = _DECIMAL.fullmatch(text)
    return f"decimal({decimal[1]}, {decimal[2]})" if decimal else _ICEBERG.get(text, text)
