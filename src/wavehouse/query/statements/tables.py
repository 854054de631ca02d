"""CREATE TABLE of an Iceberg table with its columns, and DROP TABLE.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
"""

from __future__ import annotations

import time

from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CatalogTable
from wavehouse.core.errors import QueryError
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import plan_schema
from wavehouse.lake.head import LakeHead
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import nothing
from wavehouse.query.statements.catalog_types import declared_type
from wavehouse.query.statements.context import Context, Writing
from wavehouse.query.statements.ctas import create_table_as
from wavehouse.query.statements.dropping import drop_named
from wavehouse.query.statements.permission import allowed, check_may_change, new_name
from wavehouse.query.statements.table_properties import (
    UPKEEP,
    Value,
    check_iceberg_form,
    check_known,
    check_location,
    identity_partition,
    text,
    upkeep_properties,
)
from wavehouse.query.statements.words import Reader
from wavehouse.query.statements.writer import Writer, committer

_KNOWN = ("table_type", "format", "write_compression", *UPKEEP)


def create_table(reader: Reader, context: Context) -> Answer:
    """CREATE TABLE [IF NOT EXISTS] name: with columns, or AS a query. CREATE TABLE is read."""
    started = time.perf_counter()
    if_not_exists = reader.take("IF", "NOT", "EXISTS")
    name = new_name(reader)
    if reader.sees("WITH") or reader.sees("AS"):
        return create_table_as(reader, context, name, if_not_exists=if_not_exists)
    writing = allowed(context, "CREATE TABLE")
    columns = column_definitions(reader)
    if reader.sees("COMMENT"):
        reader.fail("COMMENT of an Iceberg table is not covered yet", "Leave it out")
    parts = _partition_columns(reader) if reader.take("PARTITIONED", "BY") else []
    location = reader.string("a place") if reader.take("LOCATION") else ""
    told: dict[str, Value] = {}
    if reader.take("TBLPROPERTIES"):
        told = {key.lower(): value for key, value in reader.properties().items()}
    reader.done()
    if text(told, "table_type").upper() != "ICEBERG":
        raise QueryError(
            f"{name} would be neither an Iceberg table nor an external one",
            remedy="Add TBLPROPERTIES ('table_type' = 'ICEBERG'), or write CREATE EXTERNAL TABLE",
        )
    check_known(told, _KNOWN)
    check_iceberg_form(text(told, "format", "PARQUET"), text(told, "write_compression", "ZSTD"))
    check_location(location, name, writing.layout)
    kept = upkeep_properties(told)
    partition_by = identity_partition(parts, columns)
    with writing.locked():
        check_may_change(writing, name)
        if context.catalog.table(name) is not None:
            if if_not_exists:
                return nothing(started)
            raise QueryError(f"there is a table {name} already", remedy="Write CREATE TABLE IF NOT EXISTS")
        plan = plan_schema(str(name), [Column(*one) for one in columns.items()], None)
        change = TableChange(name, plan, [], None, 0, partition_by, properties=kept)
        Writer(context, writing, name, "create table").publish(change)
    return nothing(started)


def drop_table(reader: Reader, context: Context) -> Answer:
    """DROP TABLE [IF EXISTS] name; DROP TABLE is read.

    The files of an Iceberg table go with the next `wavehouse vacuum`, those of an external one stay.
    """
    return drop_named(reader, context, "TABLE", _drop)


def _drop(writing: Writing, table: CatalogTable) -> None:
    if table.view is not None:
        raise QueryError(f"{table.name} is a view", remedy=f"Write DROP VIEW {table.name}")
    check_may_change(writing, table.name)
    if LakeHead(writing.layout).head(table.name) is None:
        writing.external.drop(table.name)
        return
    with committer(writing) as opened:
        opened.drop(table.name)


def column_definitions(reader: Reader, *, comments: dict[str, str] | None = None) -> dict[str, str]:
    """`(name type [COMMENT '…'], …)`: catalog types by name; `comments` gets those, else they are refused."""
    found: dict[str, str] = {}
    reader.expect("(")
    while True:
        name = reader.name("a column's name")
        if name in found:
            raise QueryError(f"there would be two columns '{name}'")
        found[name] = declared_type(type_text(reader))
        if reader.sees("COMMENT"):
            if comments is None:
                reader.fail("COMMENT of a column is not covered yet", "Leave it out")
            reader.take("COMMENT")
            comments[name] = reader.string("a comment")
        if not reader.take(","):
            break
    reader.expect(")")
    return found


def type_text(reader: Reader) -> str:
    """A type as it is written: `array<decimal(10,2)>`."""
    start, depth = reader.next, 0
    if start is None or start.kind != "word":
        reader.fail("a type is missing here")
    end = start.end
    while (word := reader.next) is not None:
        sign = word.keyword
        if depth == 0 and sign in (",", ")", "COMMENT", "FIRST", "AFTER"):
            break
        depth += (sign in ("(", "<")) - (sign in (")", ">"))
        end = word.end
        reader.at += 1
    return reader.sql[start.start : end]


def _partition_columns(reader: Reader) -> list[str]:
    found = []
    reader.expect("(")
    while True:
        name = reader.name("a column's name")
        if reader.sees("("):
            name += f"({reader.bracketed()})"
        elif not (reader.sees(",") or reader.sees(")")):
            reader.fail(
                "a type here would make a key beside the columns, which Iceberg has not",
                "Name a column of the table",
            )
        found.append(name)
        if not reader.take(","):
            break
    reader.expect(")")
    return found
