"""The word that a statement begins with."""

from __future__ import annotations

import re

# What queries begin with, what all statements do that only read, and those that write.
QUERIES = frozenset({"SELECT", "WITH", "VALUES"})
READING = QUERIES | {"EXECUTE", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "PREPARE", "DEALLOCATE"}
WRITING = frozenset(
    {
        "CREATE", "DROP", "INSERT", "DELETE", "UPDATE", "MERGE", "UNLOAD", "ALTER", "MSCK", "OPTIMIZE",
        "VACUUM",
    }
)  # fmt: skip
_FIRST = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*(\w*)", re.DOTALL)


def first_word(sql: str) -> str:
    """It in capital letters; '' where it begins with a sign."""
    found = _FIRST.match(sql)
    return found[1].upper() if found else ""
