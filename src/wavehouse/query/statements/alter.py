"""ALTER TABLE of Iceberg tables: columns and properties.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-add-columns.html and its neighbours
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from wavehouse.core.columns import Column
from wavehouse.core.errors import DefinitionError, QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.lake.change import TableChange
from wavehouse.lake.field_ids import plan_schema
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import nothing
from wavehouse.query.statements.catalog_types import declared_type
from wavehouse.query.statements.context import Context, Writing
from wavehouse.query.statements.external_partitions import alter_partitions
from wavehouse.query.statements.permission import allowed
from wavehouse.query.statements.table_properties import UPKEEP, upkeep_properties
from wavehouse.query.statements.tables import column_definitions, type_text
from wavehouse.query.statements.words import Reader
from wavehouse.query.statements.writer import OwnTable, Writer, committer, own_table

_KNOWN = (
    "ADD COLUMNS, DROP COLUMN, CHANGE COLUMN, SET TBLPROPERTIES, UNSET TBLPROPERTIES, ADD or DROP PARTITION"
)


def alter_table(reader: Reader, context: Context) -> Answer:
    """ALTER TABLE name …; ALTER is read."""
    started = time.perf_counter()
    reader.expect("TABLE")
    writing = allowed(context, "ALTER TABLE")
    name = reader.table()
    if reader.take("ADD", "COLUMNS"):
        _add(reader, context, writing, name)
    elif reader.take("DROP", "COLUMN"):
        _drop(reader, context, writing, name)
    elif reader.take("CHANGE"):
        _change(reader, context, writing, name)
    elif reader.take("SET", "TBLPROPERTIES"):
        _set(reader, context, writing, name)
    elif reader.take("UNSET", "TBLPROPERTIES"):
        _unset(reader, context, writing, name)
    elif reader.one_of("ADD", "DROP"):
        reader.at -= 1
        alter_partitions(reader, context, writing, name)
    else:
        reader.fail("such a change of a table is not covered yet", f"Known: {_KNOWN}")
    return nothing(started)


def _add(reader: Reader, context: Context, writing: Writing, name: TableName) -> None:
    added = column_definitions(reader)
    reader.done()
    with writing.locked():
        table = own_table(context, writing, name, "ADD COLUMNS")
        known = {column.name for column in table.head.columns}
        if taken := sorted(known & set(added)):
            raise QueryError(f"{name} has a column '{taken[0]}' already")
        columns = [*table.head.columns, *(Column(*one) for one in added.items())]
        _evolve(context, writing, table, columns, "add columns")


def _drop(reader: Reader, context: Context, writing: Writing, name: TableName) -> None:
    column = reader.name("a column's name")
    reader.done()
    with writing.locked():
        table = own_table(context, writing, name, "DROP COLUMN")
        _check_known(table, column)
        if column in table.head.partition_by:
            raise QueryError(f"{name} is partitioned by '{column}', which must stay")
        left = [one for one in table.head.columns if one.name != column]
        if not left:
            raise QueryError(f"'{column}' is the only column of {name}", remedy=f"Write DROP TABLE {name}")
        _evolve(context, writing, table, left, "drop column")


def _change(reader: Reader, context: Context, writing: Writing, name: TableName) -> None:
    reader.take("COLUMN")
    column, renamed = reader.name("a column's name"), reader.name("a column's name")
    type_ = declared_type(type_text(reader))
    if reader.next is not None:
        reader.fail("COMMENT, FIRST and AFTER are not covered yet", "Write CHANGE COLUMN name name type")
    if renamed != column:
        raise QueryError(
            "renaming a column is not covered yet",
            remedy=f"Add a column '{renamed}', fill it by UPDATE, and drop '{column}'",
        )
    with writing.locked():
        table = own_table(context, writing, name, "CHANGE COLUMN")
        _check_known(table, column)
        columns = [Column(one.name, type_) if one.name == column else one for one in table.head.columns]
        if columns == list(table.head.columns):
            return
        if column in table.head.partition_by:
            raise QueryError(f"{name} is partitioned by '{column}', whose type must stay")
        _evolve(context, writing, table, columns, "change column")


def _evolve(
    context: Context, writing: Writing, table: OwnTable, columns: Sequence[Column], action: str
) -> None:
    name = table.head.name
    try:
        plan = plan_schema(str(name), columns, dict(table.metadata))
    except DefinitionError as error:
        raise QueryError(
            error.what.replace("what the project says", "that"),
            remedy="int becomes bigint, float double, and a decimal gets more digits before the point",
        ) from None
    change = TableChange(name, plan, [], [], table.head.rows, table.partition_by)
    Writer(context, writing, name, action).publish(change)


def _set(reader: Reader, context: Context, writing: Writing, name: TableName) -> None:
    told = {key.lower(): value for key, value in reader.properties().items()}
    reader.done()
    for key in told:
        _check_property(key)
    with writing.locked():
        own_table(context, writing, name, "SET TBLPROPERTIES")
        with committer(writing) as opened:
            opened.set_properties(name, upkeep_properties(told))


def _unset(reader: Reader, context: Context, writing: Writing, name: TableName) -> None:
    if_exists = reader.take("IF", "EXISTS")
    keys = []
    reader.expect("(")
    while True:
        keys.append(reader.string("a property's name").lower())
        if not reader.take(","):
            break
    reader.expect(")")
    reader.done()
    for key in keys:
        _check_property(key)
    with writing.locked():
        table = own_table(context, writing, name, "UNSET TBLPROPERTIES")
        there = table.metadata.get("properties", {})
        if not if_exists and (missing := [key for key in keys if key not in there]):
            raise QueryError(f"{name} has no property '{missing[0]}'")
        with committer(writing) as opened:
            opened.set_properties(name, {}, keys)


def _check_property(key: str) -> None:
    if key not in UPKEEP:
        raise QueryError(
            f"the property '{key}' of a table cannot be set by a statement", remedy=did_you_mean(key, UPKEEP)
        )


def _check_known(table: OwnTable, column: str) -> None:
    known = [one.name for one in table.head.columns]
    if column not in known:
        raise QueryError(f"no column '{column}' in {table.head.name}", remedy=did_you_mean(column, known))
