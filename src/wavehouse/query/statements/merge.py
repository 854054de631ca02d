"""MERGE INTO an Iceberg table.

As in Trino, the first clause whose condition holds is taken for a row
(https://docs.aws.amazon.com/athena/latest/ug/merge-into-statement.html).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import identifier
from wavehouse.query.answer import Answer
from wavehouse.query.parse import parse
from wavehouse.query.statements.answers import count
from wavehouse.query.statements.changing import assignments, expression
from wavehouse.query.statements.context import Context
from wavehouse.query.statements.insert import check_columns, column_names
from wavehouse.query.statements.permission import allowed
from wavehouse.query.statements.row_changes import DELETE, INSERT, UPDATE, Fates, change_rows
from wavehouse.query.statements.target import FILE
from wavehouse.query.statements.words import Reader
from wavehouse.query.statements.writer import own_table

_HOW = "Write WHEN [NOT] MATCHED [AND …] THEN UPDATE SET …, DELETE or INSERT (…) VALUES (…)"


@dataclass(frozen=True)
class _Clause:
    """One WHEN: for rows that are `matched` or not, and meet the condition ('' for none)."""

    matched: bool
    condition: str
    action: int
    values: dict[str, str] = field(default_factory=dict)
    # Of INSERT without a list: the values of all columns.
    unnamed: tuple[str, ...] = ()


def merge(reader: Reader, context: Context) -> Answer:
    """MERGE INTO table [[AS] alias] USING source [[AS] alias] ON condition WHEN …; MERGE is read."""
    started = time.perf_counter()
    writing = allowed(context, "MERGE")
    reader.expect("INTO")
    name = reader.table()
    reader.take("AS")
    alias = name.table if reader.sees("USING") else reader.name("an alias")
    reader.expect("USING")
    source = reader.until("ON")
    _check_source(source)
    reader.expect("ON")
    condition = expression(reader.until("WHEN"))
    clauses = []
    while reader.take("WHEN"):
        clauses.append(_clause(reader))
    if not clauses:
        reader.fail("WHEN is missing here", _HOW)
    reader.done()
    with writing.locked():
        table = own_table(context, writing, name, "MERGE")
        columns = {column.name: column.type for column in table.head.columns}
        named = [_named(one, list(columns)) for one in clauses]
        for clause in named:
            check_columns(name, list(clause.values), columns)
        place = identifier(alias)
        # Every row of the source once for each row that it matches, or once where it matches none.
        both = (
            f"{source}\nLEFT JOIN {identifier(name.database)}.{identifier(name.table)} AS {place} "
            f"ON {condition}"
        )
        action = _case([(_when(one, place), str(one.action)) for one in named])
        values = {
            column: _case([(_when(one, place), _value(one, column, place)) for one in named])
            for column in columns
        }
        rows, scanned = change_rows(context, writing, table, Fates(both, place, action, values), "merge")
    return count(rows, scanned, started)


def _clause(reader: Reader) -> _Clause:
    matched = not reader.take("NOT")
    reader.expect("MATCHED")
    if reader.sees("BY"):
        reader.fail("MATCHED BY is not covered yet", _HOW)
    condition = expression(reader.until("THEN")) if reader.take("AND") else ""
    reader.expect("THEN")
    if matched and reader.take("DELETE"):
        return _Clause(matched, condition, DELETE)
    if matched and reader.take("UPDATE"):
        reader.expect("SET")
        return _Clause(matched, condition, UPDATE, assignments(reader, "WHEN"))
    if not matched and reader.take("INSERT"):
        columns = column_names(reader) if reader.sees("(") else []
        reader.expect("VALUES", "(")
        values = [expression(reader.until(","))]
        while reader.take(","):
            values.append(expression(reader.until(",")))
        reader.expect(")")
        if not columns:
            return _Clause(matched, condition, INSERT, unnamed=tuple(values))
        if len(columns) != len(values) or len(set(columns)) != len(columns):
            raise QueryError(f"INSERT names {len(columns)} columns, and gives {len(values)} values")
        return _Clause(matched, condition, INSERT, dict(zip(columns, values, strict=True)))
    return reader.fail("this cannot be done with such rows", _HOW)


def _named(clause: _Clause, columns: list[str]) -> _Clause:
    if not clause.unnamed:
        return clause
    if len(clause.unnamed) != len(columns):
        raise QueryError(f"INSERT gives {len(clause.unnamed)} values for {len(columns)} columns")
    values = dict(zip(columns, clause.unnamed, strict=True))
    return _Clause(clause.matched, clause.condition, clause.action, values)


def _when(clause: _Clause, place: str) -> str:
    matched = f"{place}.{identifier(FILE)} IS {'NOT ' if clause.matched else ''}NULL"
    return f"{matched} AND {clause.condition}" if clause.condition else matched


def _value(clause: _Clause, column: str, place: str) -> str:
    if clause.action == INSERT:
        return clause.values.get(column, "NULL")
    return clause.values.get(column, f"{place}.{identifier(column)}")


def _case(branches: list[tuple[str, str]]) -> str:
    return f"CASE {' '.join(f'WHEN {when} THEN {then}' for when, then in branches)} END"


def _check_source(text: str) -> None:
    """Raise `QueryError` unless it is one table or one query, with an alias or without."""
    tree = parse(f"SELECT * FROM {text}")
    others = [
        key for key, value in tree.args.items() if value and key not in ("expressions", "from_", "kind")
    ]
    if others or tree.args.get("from_") is None:
        raise QueryError("USING takes one table or one query", remedy="Write USING (SELECT …) AS s")
