"""One way in for every statement: told by its first words, one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from wavehouse.query.answer import Answer
from wavehouse.query.first_word import first_word
from wavehouse.query.statements.alter import alter_table
from wavehouse.query.statements.answers import count
from wavehouse.query.statements.changing import delete, update
from wavehouse.query.statements.context import Context, DoneBeforeError
from wavehouse.query.statements.describe import describe
from wavehouse.query.statements.explain import explain
from wavehouse.query.statements.external_partitions import msck_repair
from wavehouse.query.statements.external_tables import create_external_table
from wavehouse.query.statements.insert import insert
from wavehouse.query.statements.merge import merge
from wavehouse.query.statements.prepared import deallocate, meant, prepare, with_given
from wavehouse.query.statements.show import show
from wavehouse.query.statements.tables import create_table, drop_table
from wavehouse.query.statements.unload import unload
from wavehouse.query.statements.upkeep import optimize, vacuum
from wavehouse.query.statements.views import create_view, drop_view
from wavehouse.query.statements.words import Reader, words_of

_Statement = Callable[[Reader, Context], Answer]


def _create(reader: Reader, context: Context) -> Answer:
    replaces = reader.take("OR", "REPLACE")
    if reader.take("VIEW"):
        return create_view(reader, context, replaces=replaces)
    if replaces:
        reader.fail("VIEW is missing here", "OR REPLACE is of views alone")
    if reader.take("TABLE"):
        return create_table(reader, context)
    if reader.take("EXTERNAL", "TABLE"):
        return create_external_table(reader, context)
    return reader.fail("this cannot be created", "Known: CREATE TABLE, CREATE EXTERNAL TABLE, CREATE VIEW")


def _drop(reader: Reader, context: Context) -> Answer:
    if reader.take("VIEW"):
        return drop_view(reader, context)
    if reader.take("TABLE"):
        return drop_table(reader, context)
    return reader.fail("this cannot be dropped", "Known: DROP TABLE, DROP VIEW")


STATEMENTS: Mapping[str, _Statement] = {
    "SHOW": show,
    "DESCRIBE": describe,
    "DESC": describe,
    "EXPLAIN": explain,
    "PREPARE": prepare,
    "DEALLOCATE": deallocate,
    "CREATE": _create,
    "DROP": _drop,
    "INSERT": insert,
    "DELETE": delete,
    "UPDATE": update,
    "MERGE": merge,
    "UNLOAD": unload,
    "ALTER": alter_table,
    "MSCK": msck_repair,
    "OPTIMIZE": optimize,
    "VACUUM": vacuum,
}


def run_statement(sql: str, context: Context, parameters: Sequence[str] = ()) -> Answer:
    """Run one statement of Athena; a query is answered, everything else told in columns of texts.

    EXECUTE is the statement that it names. `parameters` are constants for question marks.

    Raises `QueryError` for what cannot be read, is not there or is not covered, and `OutsideError` where disk
    or network fails.
    """
    sql = with_given(*meant(sql, parameters, context.prepared))
    run = STATEMENTS.get(first_word(sql))
    if run is None:
        # Also what is misspelled: the parser of queries says where.
        return context.answer(sql)
    started = time.perf_counter()
    try:
        return run(Reader(sql, words_of(sql), context.database, at=1), context)
    except DoneBeforeError:
        return count(0, 0, started)
