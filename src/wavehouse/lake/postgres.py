"""A Postgres database as a catalog: how it is reached, and what it says when it cannot be.

The password never stands in the address: libpq takes it from PGPASSWORD, `~/.pgpass` or a service file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from wavehouse.core.errors import OutsideError
from wavehouse.core.extras import install

try:
    import psycopg
    from psycopg.errors import UndefinedTable
except ModuleNotFoundError as missing:
    raise OutsideError(
        "the catalog is in Postgres, and its client is not installed",
        remedy=f"Install it: {install('postgres')}",
    ) from missing

_CONNECT_SECONDS = 10


@contextmanager
def postgres_connection(uri: str) -> Iterator[psycopg.Connection]:
    """A connection, closed afterwards, which commits at its end. Raises `OutsideError` in words."""
    try:
        with psycopg.connect(uri, connect_timeout=_CONNECT_SECONDS) as connection:
            yield connection
    except psycopg.Error as error:
        raise postgres_error(uri, error) from error


def postgres_rows(uri: str, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query (`?` for parameters); none where a table of it is not there yet."""
    with postgres_connection(uri) as connection:
        try:
            return connection.execute(own_signs(sql), parameters).fetchall()
        except UndefinedTable:
            connection.rollback()
            return []


def own_signs(sql: str) -> bytes:
    """A statement with Postgres's sign for parameters; none of ours has `?` or `%` otherwise."""
    return sql.replace("?", "%s").encode()


def postgres_error(uri: str, error: BaseException) -> OutsideError:
    """What Postgres, or the way to it, says."""
    said = str(error).strip().splitlines() or [type(error).__name__]
    return OutsideError(
        f"the catalog in Postgres cannot be read or written ({said[-1].strip()})",
        where=uri,
        remedy="Check that the server runs, and the user and password (PGUSER, PGPASSWORD, ~/.pgpass)",
    )
