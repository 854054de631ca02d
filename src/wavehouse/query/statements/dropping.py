"""What DROP TABLE and DROP VIEW have in common."""

from __future__ import annotations

import time
from collections.abc import Callable

from wavehouse.core.data_catalog import CatalogTable
from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import nothing
from wavehouse.query.statements.context import Context, Writing
from wavehouse.query.statements.permission import allowed
from wavehouse.query.statements.words import Reader


def drop_named(
    reader: Reader, context: Context, kind: str, drop: Callable[[Writing, CatalogTable], None]
) -> Answer:
    """DROP TABLE or VIEW (`kind`) [IF EXISTS] name; these two words are read.

    `drop` drops what is there, and raises where it is of the other kind.
    """
    started = time.perf_counter()
    writing = allowed(context, f"DROP {kind}")
    if_exists = reader.take("IF", "EXISTS")
    name = reader.table()
    reader.done()
    with writing.locked():
        table = context.catalog.table(name)
        if table is not None:
            drop(writing, table)
        elif not if_exists:
            raise context.no_table(name)
    return nothing(started)
