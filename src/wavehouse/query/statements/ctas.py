"""CREATE TABLE … AS: an Iceberg table of the lake, or files with an external table over them.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from wavehouse.core.columns import Column
from wavehouse.core.errors import QueryError
from wavehouse.core.table_name import TableName
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import plan_schema
from wavehouse.lake.head import LakeHead
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import count
from wavehouse.query.statements.context import Context, Writing
from wavehouse.query.statements.external_ctas import external_table_as
from wavehouse.query.statements.permission import allowed, check_may_change, check_not_done
from wavehouse.query.statements.table_properties import (
    UPKEEP,
    Value,
    check_iceberg_form,
    check_known,
    check_location,
    identity_partition,
    text,
    texts,
    upkeep_properties,
    with_properties,
)
from wavehouse.query.statements.words import Reader
from wavehouse.query.statements.writer import Writer, fitted, stored_columns

_ICEBERG = ("table_type", "format", "location", "is_external", "partitioning", "write_compression", *UPKEEP)


def create_table_as(reader: Reader, context: Context, name: TableName, *, if_not_exists: bool) -> Answer:
    """CREATE TABLE [IF NOT EXISTS] name [WITH (…)] AS query [WITH [NO] DATA]; the name is read."""
    started = time.perf_counter()
    writing = allowed(context, "CREATE TABLE AS")
    properties = with_properties(reader) if reader.take("WITH") else {}
    reader.expect("AS")
    query, with_data = _query(reader)
    kind = text(properties, "table_type", "HIVE").upper()
    if kind not in ("ICEBERG", "HIVE"):
        raise QueryError(f"the table type '{kind}' is not known", remedy="Write 'ICEBERG' or 'HIVE'")
    with writing.locked():
        check_may_change(writing, name)
        if (own := LakeHead(writing.layout).table(name)) is not None:
            check_not_done(writing, own[1])
        if context.catalog.table(name) is not None:
            if if_not_exists:
                return count(0, 0, started)
            raise QueryError(f"there is a table {name} already", remedy=f"Write DROP TABLE {name} first")
        make = _iceberg if kind == "ICEBERG" else external_table_as
        rows, scanned = make(context, writing, name, properties, query if with_data else _none_of(query))
    return count(rows, scanned, started)


def _query(reader: Reader) -> tuple[str, bool]:
    words = [word.keyword for word in reader.words[-3:]]
    with_data = True
    if words[-2:] == ["WITH", "DATA"]:
        reader.words = reader.words[:-2]
    elif words == ["WITH", "NO", "DATA"]:
        reader.words, with_data = reader.words[:-3], False
    return reader.rest(), with_data


def _none_of(query: str) -> str:
    return f"SELECT * FROM (\n{query}\n) LIMIT 0"


def _iceberg(
    context: Context, writing: Writing, name: TableName, properties: Mapping[str, Value], query: str
) -> tuple[int, int]:
    check_known(properties, _ICEBERG)
    if properties.get("is_external") is not False:
        raise QueryError(
            "Athena wants to be told that an Iceberg table is not external", remedy="Add is_external = false"
        )
    check_iceberg_form(text(properties, "format", "PARQUET"), text(properties, "write_compression", "ZSTD"))
    check_location(text(properties, "location"), name, writing.layout)
    translation = context.translated(query, stored=True)
    columns = stored_columns(translation.columns)
    partition_by = identity_partition(texts(properties, "partitioning"), columns)
    kept = upkeep_properties(properties)
    plan = plan_schema(str(name), [Column(*one) for one in columns.items()], None)
    writer = Writer(context, writing, name, "create table as")
    files = writer.write(fitted(translation, columns, "the query"), plan, partition_by, translation)
    rows = sum(file.rows for file in files)
    locations = [file.location for file in files]
    writer.publish(TableChange(name, plan, locations, None, rows, partition_by, properties=kept))
    return rows, writer.scanned
