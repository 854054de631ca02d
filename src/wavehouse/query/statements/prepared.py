"""PREPARE, EXECUTE and DEALLOCATE PREPARE.

https://docs.aws.amazon.com/athena/latest/ug/sql-prepare.html
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from wavehouse.core.errors import QueryError
from wavehouse.query.answer import Answer
from wavehouse.query.first_word import first_word
from wavehouse.query.statements.answers import nothing
from wavehouse.query.statements.context import Context, Prepared
from wavehouse.query.statements.parameters import with_parameters
from wavehouse.query.statements.words import Reader, words_of

# What Athena prepares: SELECT, CTAS, UNLOAD and INSERT INTO.
_PREPARED = ("SELECT", "WITH", "VALUES", "(", "CREATE", "UNLOAD", "INSERT")


def prepare(reader: Reader, context: Context) -> Answer:
    """PREPARE name FROM statement: kept as it is written; it is looked into when it is executed."""
    started = time.perf_counter()
    name = reader.name("a name for the statement")
    reader.expect("FROM")
    word = reader.next
    if word is None or word.keyword not in _PREPARED:
        reader.fail(
            "this cannot be prepared", "Prepare a SELECT, WITH, CREATE TABLE AS, INSERT INTO or UNLOAD"
        )
    context.prepared.keep(name, reader.rest())
    return nothing(started)


def meant(sql: str, parameters: Sequence[str], prepared: Prepared) -> tuple[str, tuple[str, ...]]:
    """The statement that is run, with its constants: of EXECUTE name [USING constant, …] that of the name.

    Everybody who runs statements begins so. Raises `QueryError` where there is none of that name, and where
    constants come both ways.
    """
    if first_word(sql) != "EXECUTE":
        return sql, tuple(parameters)
    reader = Reader(sql, words_of(sql), at=1)
    name, using = _executed(reader)
    if using and parameters:
        raise QueryError("there are constants behind USING and beside the statement", remedy="Give them once")
    return prepared.find(name), using or tuple(parameters)


def with_given(sql: str, parameters: Sequence[str]) -> str:
    """A statement with a constant for each question mark; PREPARE keeps those that it has."""
    if not parameters and ("?" not in sql or first_word(sql) == "PREPARE"):
        return sql
    return with_parameters(sql, parameters)


def _executed(reader: Reader) -> tuple[str, tuple[str, ...]]:
    name = reader.name("the name of a prepared statement")
    parameters: list[str] = []
    if reader.take("USING"):
        while True:
            parameters.append(reader.until(","))
            if not reader.take(","):
                break
    reader.done()
    return name, tuple(parameters)


def deallocate(reader: Reader, context: Context) -> Answer:
    """DEALLOCATE PREPARE name."""
    started = time.perf_counter()
    reader.expect("PREPARE")
    name = reader.name("the name of a prepared statement")
    reader.done()
    context.prepared.forget(name)
    return nothing(started)
