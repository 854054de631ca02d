"""Identifiers and literals as SQL text: the one place where a name or a value is quoted."""

from __future__ import annotations

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


def column_list(names: Iterable[str]) -> str:
    """`names` as quoted identifiers, separated by commas."""
    return ", ".join(identifier(name) for name in names)
