"""DELETE and UPDATE of an Iceberg table.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-delete.html
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-update.html
"""

from __future__ import annotations

import time

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.query.answer import Answer
from wavehouse.query.parse import parse
from wavehouse.query.statements.answers import count
from wavehouse.query.statements.context import Context
from wavehouse.query.statements.insert import check_columns
from wavehouse.query.statements.permission import allowed
from wavehouse.query.statements.row_changes import DELETE, UPDATE, Fates, change_rows
from wavehouse.query.statements.words import Reader
from wavehouse.query.statements.writer import own_table


def delete(reader: Reader, context: Context) -> Answer:
    """DELETE FROM table [WHERE condition]; DELETE is read."""
    started = time.perf_counter()
    writing = allowed(context, "DELETE")
    reader.expect("FROM")
    name = reader.table()
    condition = _where(reader)
    with writing.locked():
        table = own_table(context, writing, name, "DELETE")
        fates = Fates(_source(str(name), condition), identifier(name.table), str(DELETE), {})
        rows, scanned = change_rows(context, writing, table, fates, "delete")
    return count(rows, scanned, started)


def update(reader: Reader, context: Context) -> Answer:
    """UPDATE table SET column = expression, … [WHERE condition]; UPDATE is read."""
    started = time.perf_counter()
    writing = allowed(context, "UPDATE")
    name = reader.table()
    reader.expect("SET")
    values = assignments(reader, "WHERE")
    condition = _where(reader)
    with writing.locked():
        table = own_table(context, writing, name, "UPDATE")
        columns = {column.name: column.type for column in table.head.columns}
        check_columns(name, list(values), columns)
        place = identifier(name.table)
        all_values = {one: values.get(one, f"{place}.{identifier(one)}") for one in columns}
        fates = Fates(_source(str(name), condition), place, str(UPDATE), all_values)
        rows, scanned = change_rows(context, writing, table, fates, "update")
    return count(rows, scanned, started)


def assignments(reader: Reader, *ends: str) -> dict[str, str]:
    """`column = expression, …` up to one of the words `ends`; the expressions as they are written."""
    found: dict[str, str] = {}
    while True:
        column = reader.name("a column's name")
        if column in found:
            raise QueryError(f"the column '{column}' is set twice")
        reader.expect("=")
        found[column] = expression(reader.until(",", *ends))
        if not reader.take(","):
            return found


def expression(text: str) -> str:
    """One expression, in brackets; raises `QueryError` for a text that is none, or more than one."""
    if len(parse(f"SELECT {text}").args["expressions"]) != 1:
        raise QueryError(f"'{text}' is not one expression")
    parse(f"SELECT 1 WHERE {text}")
    # Behind a line of its own: the text may end with a comment.
    return f"(\n{text}\n)"


def _where(reader: Reader) -> str:
    if not reader.take("WHERE"):
        reader.done()
        return ""
    return expression(reader.rest())


def _source(name: str, condition: str) -> str:
    database, _, table = name.partition(".")
    where = f" WHERE {condition}" if condition else ""
    return f"{identifier(database)}.{identifier(table)}{where}"
