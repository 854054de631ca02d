"""A table's name in the catalog: database and table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wavehouse.core.errors import CallError

# What Athena allows without quoting: https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
_PART = re.compile(r"[a-z_][a-z0-9_]{0,254}")


@dataclass(frozen=True, order=True)
class TableName:
    """`database.table`, both in lower case."""

    database: str
    table: str

    def __str__(self) -> str:
        return f"{self.database}.{self.table}"

    @classmethod
    def parse(cls, text: str) -> TableName:
        """Read `database.table`; raises `CallError` for anything else."""
        parts = text.strip().lower().split(".")
        if len(parts) != 2 or not all(_PART.fullmatch(part) for part in parts):
            raise CallError(
                f"'{text}' is not a table name",
                remedy="Write database.table in letters, digits and underscores, such as spotify.tracks",
            )
        return cls(parts[0], parts[1])
