"""Whether a statement may write, and to what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wavehouse.core.errors import CallError, QueryError
from wavehouse.core.table_name import TableName
from wavehouse.lake.bookmark import STATEMENT
from wavehouse.query.statements.context import Context, DoneBeforeError, Writing
from wavehouse.query.statements.words import Reader


def allowed(context: Context, what: str) -> Writing:
    """What writes; raises `QueryError` where a statement may not."""
    if context.writing is None:
        raise QueryError(
            f"{what} writes to the lake, and only reading is allowed here",
            remedy="Add --write to let statements write, to wavehouse sql or to wavehouse serve",
        )
    return context.writing


def new_name(reader: Reader) -> TableName:
    """The name of a table or view to make; raises `QueryError` for one that Athena refuses."""
    name = reader.table()
    try:
        return TableName.parse(str(name))
    except CallError as error:
        raise QueryError(
            f"{name} cannot be the name of a table",
            remedy="Names begin with a letter or _, and have letters, digits and underscores",
        ) from error


def check_not_done(writing: Writing, metadata: Mapping[str, Any]) -> None:
    """Raise `DoneBeforeError` where the table has a snapshot of the statement that is done `once`."""
    if not writing.once:
        return
    for snapshot in metadata.get("snapshots", ()):
        if snapshot.get("summary", {}).get(STATEMENT, "").rpartition(".")[0] == writing.once:
            raise DoneBeforeError(writing.once)


def check_may_change(writing: Writing, name: TableName) -> None:
    """Raise `QueryError` for a table that somebody else makes: runs, a crawler."""
    if said := writing.whose(name):
        raise QueryError(f"{name} cannot be changed by a statement: {said}")
