"""A target must not take over a table that a statement has made: its rows are in no landed file."""

from __future__ import annotations

from collections.abc import Iterable

from wavehouse.core.errors import DefinitionError
from wavehouse.core.table_name import TableName
from wavehouse.lake.bookmark import STATEMENT
from wavehouse.lake.head import LakeHead


def check_free(head: LakeHead, tables: Iterable[TableName]) -> None:
    """Raise `DefinitionError` for the name of a table that statements have written."""
    for table in tables:
        found = head.table(table)
        snapshots = found[1].get("snapshots", []) if found else []
        if any(STATEMENT in one.get("summary", {}) for one in snapshots):
            raise DefinitionError(
                f"a flow would write {table}, a table that a statement (CREATE TABLE) has made",
                remedy=f"Give the flow's target another name, or drop the table first: "
                f"wavehouse sql --write 'DROP TABLE {table}'",
            )
