"""INSERT INTO an Iceberg table.

https://docs.aws.amazon.com/athena/latest/ug/insert-into.html
"""

from __future__ import annotations

import time

from wavehouse.core.errors import QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.core.table_name import TableName
from wavehouse.lake.change import TableChange
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import count
from wavehouse.query.statements.context import Context
from wavehouse.query.statements.permission import allowed
from wavehouse.query.statements.words import Reader
from wavehouse.query.statements.writer import Writer, fitted, own_table


def insert(reader: Reader, context: Context) -> Answer:
    """INSERT INTO table [(column, …)] query; INSERT is read."""
    started = time.perf_counter()
    writing = allowed(context, "INSERT INTO")
    reader.expect("INTO")
    name = reader.table()
    columns = column_names(reader) if _names_columns(reader) else []
    word = reader.next
    if word is None or word.keyword not in ("SELECT", "WITH", "VALUES", "("):
        reader.fail("a SELECT, WITH or VALUES is missing here")
    query = reader.rest()
    with writing.locked():
        table = own_table(context, writing, name, "INSERT INTO")
        wanted = {column.name: column.type for column in table.head.columns}
        check_columns(name, columns, wanted)
        ordered = {one: wanted[one] for one in columns} | wanted if columns else wanted
        translation = context.translated(query, stored=True)
        missing = [one for one in wanted if columns and one not in columns]
        sql = fitted(translation, ordered, "INSERT", missing)
        writer = Writer(context, writing, name, "insert")
        files = writer.write(sql, table.plan, table.partition_by, translation)
        rows = sum(file.rows for file in files)
        if files:
            locations = [file.location for file in files]
            total = table.head.rows + rows
            writer.publish(TableChange(name, table.plan, locations, [], total, table.partition_by))
    return count(rows, writer.scanned, started)


def _names_columns(reader: Reader) -> bool:
    """Whether a bracket opens a list of columns, not a query."""
    coming = [word.keyword for word in reader.words[reader.at : reader.at + 2]]
    return coming[:1] == ["("] and coming[1:] not in (["SELECT"], ["WITH"], ["VALUES"], ["("])


def column_names(reader: Reader) -> list[str]:
    """`(column, …)`."""
    found = []
    reader.expect("(")
    while True:
        found.append(reader.name("a column's name"))
        if not reader.take(","):
            break
    reader.expect(")")
    return found


def check_columns(name: TableName, columns: list[str], known: dict[str, str]) -> None:
    """Raise `QueryError` for a column that the table does not have, or that is named twice."""
    for column in columns:
        if column not in known:
            raise QueryError(f"no column '{column}' in {name}", remedy=did_you_mean(column, known))
        if columns.count(column) > 1:
            raise QueryError(f"the column '{column}' stands there twice")
