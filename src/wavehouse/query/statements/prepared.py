"""PREPARE, EXECUTE and DEALLOCATE PREPARE.

https://docs.aws.amazon.com/athena/latest/ug/sql-prepare.html
"""

from __future__ import annotations

import time
from collections.abc import Callable

from wavehouse.query.answer import Answer
from wavehouse.query.statements.answers import nothing
from wavehouse.query.statements.context import Context
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


def executed(sql: str) -> tuple[str, tuple[str, ...]] | None:
    """The name and the parameters of EXECUTE name [USING constant, …]; None for any other statement."""
    words = words_of(sql)
    if not words or words[0].keyword != "EXECUTE":
        return None
    return _executed(Reader(sql, words, at=1))


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


def execute(reader: Reader, context: Context, run: Callable[[str, Context], Answer]) -> Answer:
    """EXECUTE name [USING constant, …]."""
    name, parameters = _executed(reader)
    return run(with_parameters(context.prepared.find(name), parameters), context)


def deallocate(reader: Reader, context: Context) -> Answer:
    """DEALLOCATE PREPARE name."""
    started = time.perf_counter()
    reader.expect("PREPARE")
    name = reader.name("the name of a prepared statement")
    reader.done()
    context.prepared.forget(name)
    return nothing(started)
