"""Rows of files that lack columns: filled up with what the rows before them had there."""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.core.sql_text import column_list, identifier, literal
from wavehouse.project.contracts import SourceContract
from wavehouse.staging.provenance import ABSENT, PROVENANCE


def filled_rows(
    contract: SourceContract,
    rows: str,
    versions: str,
    order: Sequence[str],
    carried: Sequence[str],
    old: str,
) -> str:
    """A query for the rows that stay of such files, one per key, filled up.

    `rows` are those that come in. `versions` is a query for all rows of their keys; it may use the table
    `open` of the keys that have such a row. The last by `order` stays; its columns `carried` come along.
    Where `old` is true the row is one of the table: what it has is what all rows before left there.
    """
    by = ", ".join(map(identifier, order))
    values = []
    for name in (column.name for column in contract.table_columns if column.name not in contract.key):
        has = f"{old} OR {ABSENT.name} IS NULL OR NOT list_contains(string_split({ABSENT.name}, ','), "
        values.append(
            f"last({identifier(name)} ORDER BY {by}) FILTER (WHERE {has}{literal(name)})) "
            f"AS {identifier(name)}"
        )
    values += [
        f"last({name} ORDER BY {by}) AS {name}"
        for name in [*(column.name for column in PROVENANCE), *carried]
    ]
    key = column_list(contract.key)
    return (
        f"WITH open AS (SELECT DISTINCT {key} FROM {rows} WHERE {ABSENT.name} IS NOT NULL), "
        f"versions AS ({versions}) SELECT {key}, {', '.join(values)} "
        f"FROM versions SEMI JOIN open USING ({key}) GROUP BY {key} "
        f"HAVING last({ABSENT.name} ORDER BY {by}) IS NOT NULL AND NOT last({old} ORDER BY {by})"
    )
