"""Reading the SQLite catalog, without PyIceberg."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wavehouse.core.errors import OutsideError


def sqlite_rows(path: Path, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query; none where the file, or a table of the query, is not there yet.

    Raises `OutsideError` where the catalog cannot be read or is damaged.
    """
    if not path.is_file():
        return []
    try:
        connection = _connect(path)
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if "no such table" in str(error):
            return []  # a catalog that was made and never committed to
        raise sqlite_error(path, error) from error


def sqlite_error(path: Path, error: sqlite3.DatabaseError) -> OutsideError:
    """What SQLite says of a catalog, in words."""
    if isinstance(error, sqlite3.OperationalError):
        what, remedy = f"the catalog cannot be read or written ({error})", "Try again"
    else:
        what = f"the catalog is damaged ({error})"
        remedy = "Restore catalog.db from a backup; the tables' files are untouched"
    return OutsideError(what, where=str(path), remedy=remedy)


def _connect(path: Path) -> sqlite3.Connection:
    """The catalog for reading; the caller closes it."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.OperationalError:
        connection.close()
        # A writer was killed in its commit: only a connection that may write can take its half back.
        connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=30)
    return connection
