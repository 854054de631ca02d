"""One query per table, whose one row says what is in it: counts, and sums over all values and over all rows.

It is Athena SQL, and means the same here and there. Sums do not hang on the order of rows; of a text the
first 48 bits of its MD5 are summed up. Sums of floating-point values differ in their last digits with the
order of adding: they are compared roughly, and stay out of the sum over rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wavehouse.core.columns import Column, element_type
from wavehouse.core.sql_text import identifier
from wavehouse.core.table_name import TableName

_WHOLE = ("int", "bigint")
_ROUGH = ("float", "double")
_TIMES = ("timestamp", "timestamptz")
# Signs that no catalogue has: between values of a row, and in the place of NULL.
_BETWEEN, _NULL = "'␟'", "'␀'"


@dataclass(frozen=True)
class Figure:
    """One figure of a probe: what it is called, and its expression."""

    name: str
    expression: str


def figures(columns: Sequence[Column]) -> list[Figure]:
    """The figures of a table with these columns: the number of its rows first."""
    found = [Figure("rows", "count(*)")]
    for column in columns:
        name = identifier(column.name)
        found.append(Figure(f"{column.name}: filled", f"count({name})"))
        found += [Figure(f"{column.name}: {what}", text) for what, text in _of_values(name, column.type)]
    if row := _row(columns):
        found.append(Figure("checksum of rows", _hashed(row)))
    return found


def probe(table: TableName, asked: Sequence[Figure]) -> str:
    """The query for these figures of a table."""
    listed = ", ".join(f"{figure.expression} AS f{at}" for at, figure in enumerate(asked))
    return f"SELECT {listed} FROM {identifier(table.database)}.{identifier(table.table)}"


def _of_values(name: str, type_: str) -> list[tuple[str, str]]:
    if inner := element_type(type_):
        found = [("elements", f"sum(cardinality({name}))")]
        return [*found, ("checksum", _hashed(_text(name, type_)))] if inner == "string" else found
    if type_ in _ROUGH:
        return [("sum", f"sum({name})"), ("least", f"min({name})"), ("largest", f"max({name})")]
    if type_ in _TIMES:
        return [("first", f"CAST(min({name}) AS varchar)"), ("last", f"CAST(max({name}) AS varchar)")]
    one = {
        "string": ("checksum", _hashed(name)),
        "boolean": ("true", f"count_if({name})"),
        "date": ("checksum", _summed(f"date_diff('day', DATE '1970-01-01', {name})")),
        **{whole: ("sum", _summed(name)) for whole in _WHOLE},
    }
    # (What is left are decimals.)
    return [one.get(type_, ("sum", f"sum({name})"))]


def _row(columns: Sequence[Column]) -> str:
    """The text of a row, of the columns that have the same text everywhere."""
    texts = [
        f"coalesce({_text(identifier(column.name), column.type)}, {_NULL})"
        for column in columns
        if column.type not in (*_ROUGH, *_TIMES) and element_type(column.type) in (None, "string")
    ]
    return f" || {_BETWEEN} || ".join(texts)


def _text(name: str, type_: str) -> str:
    if element_type(type_):
        return f"array_join(transform({name}, e -> coalesce(e, {_NULL})), {_BETWEEN})"
    return name if type_ == "string" else f"CAST({name} AS varchar)"


def _hashed(text: str) -> str:
    return _summed(f"from_base(substr(to_hex(md5(to_utf8({text}))), 1, 12), 16)")


def _summed(number: str) -> str:
    return f"sum(CAST({number} AS decimal(38, 0)))"
