"""Identifiers and literals as SQL text: the one place where a name or a value is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable


def identifier(name: str) -> str:
    """`name` as a quoted SQL identifier (double quotes, doubled inside)."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """`value` as a SQL string literal (single quotes, doubled inside)."""
    return "'" + value.replace("'", "''") + "'"


def literal_list(values: Iterable[str]) -> str:
    """`values` as a SQL list of string literals: `['a', 'b']`."""
    return "[" + ", ".join(literal(value) for value in values) + "]"


def file_list(locations: Iterable[str]) -> str:
    """Files as DuckDB's readers take them, where `*`, `?` and `[` in a name would stand for others."""
    return literal_list(re.sub(r"([*?\[])", r"[\1]", location) for location in locations)


def column_list(names: Iterable[str]) -> str:
    """`names` as quoted identifiers, separated by commas."""
    return ", ".join(identifier(name) for name in names)
