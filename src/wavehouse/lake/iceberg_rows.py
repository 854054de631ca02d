"""Which Iceberg tables a lake's catalog names, and where their metadata is: read without PyIceberg."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wavehouse.core.catalog_setting import GlueSetting, PostgresSetting
from wavehouse.core.table_name import TableName
from wavehouse.lake.layout import LakeLayout
from wavehouse.lake.sqlite_rows import sqlite_rows

# https://py.iceberg.apache.org/configuration/#sql-catalog
_ROWS = (
    "SELECT table_namespace, table_name, metadata_location FROM iceberg_tables "
    "WHERE metadata_location IS NOT NULL"
)


def iceberg_rows(layout: LakeLayout) -> list[tuple[str, str, str]]:
    """Database, table and metadata location of each; of a shared catalog also those of other lakes."""
    setting = layout.catalog_setting
    if isinstance(setting, GlueSetting):
        return _glue_rows(setting) if layout.is_made else []
    return [(database, table, location) for database, table, location in _sql_rows(layout, _ROWS)]


def taken_by(layout: LakeLayout, name: TableName) -> str:
    """What has the name of a table that the lake is about to make, in words; '' where nothing has."""
    setting = layout.catalog_setting
    if isinstance(setting, GlueSetting):
        return "a table of somebody else in Glue" if _is_in_glue(setting, name) else ""
    key = (name.database, name.table)
    external = "SELECT 1 FROM wavehouse_tables WHERE database_name = ? AND table_name = ?"
    if _sql_rows(layout, external, key):
        return "an external table of the catalog"
    if isinstance(setting, PostgresSetting):
        others = f"{_ROWS} AND table_namespace = ? AND table_name = ?"
        return "a table of another lake" if _sql_rows(layout, others, key) else ""
    return ""


def _sql_rows(layout: LakeLayout, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    setting = layout.catalog_setting
    if not isinstance(setting, PostgresSetting):
        return sqlite_rows(layout.catalog, sql, parameters)
    if not layout.is_made:
        return []

    from wavehouse.lake.postgres import postgres_rows

    return postgres_rows(setting.uri, sql, parameters)


def _glue_rows(setting: GlueSetting) -> list[tuple[str, str, str]]:
    from wavehouse.lake.glue_client import glue_tables, glue_told

    with glue_told(setting):
        return [
            (database, told["Name"], location)
            for database, told in glue_tables(setting)
            if (location := told.get("Parameters", {}).get("metadata_location"))
        ]


def _is_in_glue(setting: GlueSetting, name: TableName) -> bool:
    from wavehouse.lake.glue_client import glue_client, glue_told

    client = glue_client(setting)
    with glue_told(setting):
        try:
            client.get_table(DatabaseName=f"{setting.database_prefix}{name.database}", Name=name.table)
        except client.exceptions.EntityNotFoundException:
            return False
    return True
