"""CREATE VIEW and DROP VIEW.

https://docs.aws.amazon.com/athena/latest/ug/create-view.html
"""

from __future__ import annotations

import time

from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CatalogColumn, CatalogTable, View
from wavehouse.core.errors import QueryError
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import nothing
from wavehouse.query.statements.catalog_types import hive_type
from wavehouse.query.statements.context import Context, Writing
from wavehouse.query.statements.dropping import drop_named
from wavehouse.query.statements.permission import allowed, new_name
from wavehouse.query.statements.words import Reader
from wavehouse.query.translate import ResultColumn
from wavehouse.query.trino_times import told_type


def create_view(reader: Reader, context: Context, *, replaces: bool) -> Answer:
    """CREATE [OR REPLACE] VIEW name AS query; CREATE … VIEW is read."""
    started = time.perf_counter()
    writing = allowed(context, "CREATE VIEW")
    name = new_name(reader)
    if reader.take("COMMENT"):
        reader.fail("COMMENT of a view is not covered yet", "Leave it out")
    if reader.take("SECURITY"):
        reader.fail("SECURITY of a view is not covered yet", "Leave it out")
    reader.expect("AS")
    sql = reader.rest()
    translation = context.translated(sql)
    if name in translation.views:
        raise QueryError(f"the view {name} would read itself", remedy="Read the tables that it reads")
    columns = _columns(translation.columns)
    with writing.locked():
        before = context.catalog.table(name)
        if before is not None and before.view is None:
            raise QueryError(f"{name} is a table already", remedy="Give the view another name")
        if before is not None and not replaces:
            raise QueryError(f"the view {name} is there already", remedy="Write CREATE OR REPLACE VIEW")
        if said := writing.whose(name):
            raise QueryError(f"{name} cannot be a view: {said}")
        view = View(sql, context.database or name.database, columns)
        table = CatalogTable(
            name,
            "view",
            "",
            tuple(CatalogColumn(one.name, hive_type(one.type)) for one in columns),
            view=view,
        )
        writing.external.put(table)
    return nothing(started)


def drop_view(reader: Reader, context: Context) -> Answer:
    """DROP VIEW [IF EXISTS] name; DROP VIEW is read."""
    return drop_named(reader, context, "VIEW", _drop)


def _drop(writing: Writing, table: CatalogTable) -> None:
    if table.view is None:
        raise QueryError(f"{table.name} is a table", remedy=f"Write DROP TABLE {table.name}")
    writing.external.drop(table.name)


def _columns(given: tuple[ResultColumn, ...]) -> tuple[Column, ...]:
    found: list[Column] = []
    for at, column in enumerate(given, start=1):
        if not column.named:
            raise QueryError(
                f"the {at}. column of the view has no name", remedy="Give it one: expression AS name"
            )
        name = column.name.lower()
        if name in [one.name for one in found]:
            raise QueryError(f"the view would have two columns '{name}'", remedy="Name one of them otherwise")
        if column.type == "unknown":
            raise QueryError(f"the column '{name}' is NULL, of no type", remedy="Write CAST(NULL AS type)")
        found.append(Column(name, told_type(column.type)))
    return tuple(found)
