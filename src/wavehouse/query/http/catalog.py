"""Athena's operations on the data catalog."""

from __future__ import annotations

import re

from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, Database
from wavehouse.core.table_name import TableName
from wavehouse.query.http.api import (
    CATALOG,
    Api,
    ApiError,
    Document,
    Operation,
    Request,
    check_catalog,
    page,
    text,
)

# A pattern of names that is matched in no time.
_SIMPLE = re.compile(r"[\w.*|^$?+-]{0,256}", re.ASCII)
_MOST_STARS = 4


def list_catalogs(api: Api, request: Request) -> Document:  # noqa: ARG001
    """ListDataCatalogs: there is one."""
    return {"DataCatalogsSummary": [{"CatalogName": CATALOG, "Type": "GLUE"}]}


def get_catalog(api: Api, request: Request) -> Document:  # noqa: ARG001
    """GetDataCatalog."""
    check_catalog(text(request, "Name"))
    told = {"Name": CATALOG, "Description": "The catalog of the lake", "Type": "GLUE", "Parameters": {}}
    return {"DataCatalog": told}


def list_databases(api: Api, request: Request) -> Document:
    """ListDatabases."""
    check_catalog(text(request, "CatalogName"))
    found, following = page(request, list(api.catalog.databases()))
    return {"DatabaseList": [_database(one) for one in found], **following}


def get_database(api: Api, request: Request) -> Document:
    """GetDatabase."""
    check_catalog(text(request, "CatalogName"))
    return {"Database": _database(_known_database(api, text(request, "DatabaseName")))}


def list_tables(api: Api, request: Request) -> Document:
    """ListTableMetadata, with a filter of names."""
    check_catalog(text(request, "CatalogName"))
    database = _known_database(api, text(request, "DatabaseName"))
    pattern = _pattern(text(request, "Expression", ""))
    names = [
        name
        for name in api.catalog.names()
        if name.database == database.name and (pattern is None or pattern.fullmatch(name.table))
    ]
    found, following = page(request, names)
    tables = [table for name in found if (table := api.catalog.table(name)) is not None]
    return {"TableMetadataList": [_table(one) for one in tables], **following}


def get_table(api: Api, request: Request) -> Document:
    """GetTableMetadata."""
    check_catalog(text(request, "CatalogName"))
    database, name = text(request, "DatabaseName").lower(), text(request, "TableName").lower()
    table = api.catalog.table(TableName(database, name))
    if table is None:
        raise ApiError(f"EntityNotFoundException: Table {database}.{name} not found", "MetadataException")
    return {"TableMetadata": _table(table)}


def _known_database(api: Api, name: str) -> Database:
    for one in api.catalog.databases():
        if one.name == name.lower():
            return one
    raise ApiError(f"EntityNotFoundException: Database {name} not found", "MetadataException")


def _pattern(expression: str) -> re.Pattern[str] | None:
    if not expression:
        return None
    try:
        if not _SIMPLE.fullmatch(expression) or len(re.findall(r"[*+]", expression)) > _MOST_STARS:
            raise ApiError("this pattern is not covered: names with . * | and no more than four repetitions")
        return re.compile(expression, re.IGNORECASE)
    except re.error:
        raise ApiError("Expression is no pattern") from None


def _database(one: Database) -> Document:
    return {"Name": one.name, **({"Description": one.comment} if one.comment else {})}


def _table(one: CatalogTable) -> Document:
    keys = {column.name for column in one.partition_by}
    parameters = {"EXTERNAL": "TRUE", "classification": one.format}
    if one.format == "iceberg":
        parameters["table_type"] = "ICEBERG"
    if one.rows is not None:
        parameters["recordCount"] = str(one.rows)
    return {
        "Name": one.name.table,
        "TableType": "EXTERNAL_TABLE",
        # (Those of Iceberg are hidden partitions: the columns stay where they are.)
        "Columns": [_column(c) for c in one.columns if one.format == "iceberg" or c.name not in keys],
        "PartitionKeys": [] if one.format == "iceberg" else [_column(c) for c in one.partition_by],
        "Parameters": parameters,
    }


def _column(column: CatalogColumn) -> Document:
    # Hive's words, of which there is none for an instant: Glue says timestamp of both.
    told = {"Name": column.name.lower(), "Type": column.type.replace("timestamptz", "timestamp")}
    return {**told, **({"Comment": column.comment} if column.comment else {})}


CATALOGS: dict[str, Operation] = {
    "ListDataCatalogs": list_catalogs,
    "GetDataCatalog": get_catalog,
    "ListDatabases": list_databases,
    "GetDatabase": get_database,
    "ListTableMetadata": list_tables,
    "GetTableMetadata": get_table,
}
