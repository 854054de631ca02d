"""Casts, and the types that a query may name."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.cast_table import cast_template
from wavehouse.query.constants import decimal_constant
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.stops import attempted
from wavehouse.query.trino_types import (
    MAX_PRECISION,
    array_of,
    common_type,
    decimal,
    duckdb_type,
    is_decimal,
    is_number,
)
from wavehouse.query.typed import Typed, made

_INSTEAD = {
    ("real", "decimal"): "CAST it to double first",
    ("decimal", "real"): "CAST it to double",
    ("timestamp", "varchar"): "The two engines write fractions of a second differently",
}
_NAMED = {
    exp.DType.TINYINT: "tinyint",
    exp.DType.SMALLINT: "smallint",
    exp.DType.INT: "integer",
    exp.DType.BIGINT: "bigint",
    exp.DType.DOUBLE: "double",
    exp.DType.FLOAT: "real",
    exp.DType.VARCHAR: "varchar",
    exp.DType.BOOLEAN: "boolean",
    exp.DType.DATE: "date",
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}(\.\d{1,6})?)?", re.ASCII)


def cast(value: Typed, node: exp.Cast) -> Typed:
    """CAST(value AS type), TRY_CAST(value AS type) or a constant such as DATE '…' and BIGINT '…'.

    Raises `QueryError` where the engines would differ.
    """
    attempt = isinstance(node, exp.TryCast)
    if node.to.this == exp.DType.TIMESTAMP and value.text is not None:
        if attempt:
            raise uncovered(node, "TRY_CAST of a string to a timestamp")
        return _timestamp(value.text, node)
    if is_typed_constant(node) and node.to.this == exp.DType.DECIMAL and not node.to.expressions:
        return decimal_constant(value.literal or "")
    length = _length(node.to)
    to = "varchar" if length else named_type(node.to)
    if value.type == to and not length:
        if to == "timestamp":
            raise uncovered(
                node, "CAST of a timestamp to a timestamp", "Athena would round it to milliseconds"
            )
        return value
    if value.type == "unknown":
        return made(f"CAST(NULL AS {duckdb_type(to)})", to)
    if to == "date" and value.text is not None and not attempt:
        return _date(value.text, node)
    template = "{0}" if value.type == to else cast_template(value.type, to)
    if not template:
        pair = tuple("decimal" if is_decimal(type_) else type_ for type_ in (value.type, to))
        raise uncovered(node, f"CAST of {value.type} to {to}", _INSTEAD.get((pair[0], pair[1]), ""))
    if attempt:
        template = attempted(template)
    sql = template.format(value.sql, type=duckdb_type(to))
    if length:
        sql = _within(length, sql, value.type, attempt=attempt)
    # A narrower type may round to 0.
    wider = is_number(value.type) and is_number(to) and common_type(value.type, to) == to
    return replace(made(sql, to, value), nonzero=value.nonzero and wider)


def is_typed_constant(node: exp.Cast) -> bool:
    """Whether a cast is written as a constant with its type in front: DECIMAL '1.5'."""
    return not node.meta.get("called") and isinstance(node.this, exp.Literal) and node.this.is_string


def _length(node: exp.DataType) -> int | None:
    """n of varchar(n), None for any other type."""
    parameters = [parameter.name for parameter in node.expressions]
    if node.this == exp.DType.VARCHAR and len(parameters) == 1 and parameters[0].isdigit():
        return int(parameters[0]) or None
    return None


def _within(length: int, sql: str, from_: str, *, attempt: bool) -> str:
    """A text as varchar(n): a text is cut, anything else must fit."""
    if from_ == "varchar":
        return f"substr({sql}, 1, {length})"
    stop = f"error('Value ' || {sql} || ' cannot be represented as varchar({length})')"
    too_long = "" if attempt else f" WHEN {sql} IS NOT NULL THEN {stop}"
    return f"CASE WHEN length({sql}) <= {length} THEN {sql}{too_long} END"


def named_type(node: exp.DataType) -> str:
    """The Trino name of a type in a query; raises `QueryError` for one that is not covered."""
    parameters = [parameter.name for parameter in node.expressions]
    if node.this == exp.DType.DECIMAL and len(parameters) <= 2 and all(map(str.isdigit, parameters)):
        # decimal is decimal(38,0), decimal(5) is decimal(5,0).
        precision, scale = [*map(int, parameters), *(MAX_PRECISION, 0)[len(parameters) :]]
        if not scale <= precision <= MAX_PRECISION or not precision:
            raise QueryError(f"there is no {decimal(precision, scale)}", where=place(node.parent))
        return decimal(precision, scale)
    if node.this == exp.DType.ARRAY and [type(one) for one in node.expressions] == [exp.DataType]:
        return array_of(named_type(node.expressions[0]))
    if node.this == exp.DType.TIMESTAMP and not parameters:
        return "timestamp"
    name = _NAMED.get(node.this) if isinstance(node.this, exp.DType) else None
    if name is None or parameters:
        string = node.this in (exp.DType.TEXT, exp.DType.VARCHAR)
        written = "string" if node.this == exp.DType.TEXT else node.sql(dialect="trino").lower()
        raise uncovered(node.parent, f"the type {written}", "Use varchar" if string else "")
    return name


def _date(text: str, node: exp.Cast) -> Typed:
    try:
        if not _DATE.fullmatch(text):
            raise ValueError(text)
        datetime.date.fromisoformat(text)
    except ValueError:
        raise QueryError(
            f"'{text}' is not a date", where=place(node), remedy="Write DATE '2020-12-31'"
        ) from None
    return Typed(f"DATE {literal(text)}", "date", literal=text)


def _timestamp(text: str, node: exp.Cast) -> Typed:
    written = node.to.expressions[0].name if node.to.expressions else "3"
    precision = int(written) if written.isdigit() else 0
    digits = len(text.partition(".")[2])
    try:
        if not _TIMESTAMP.fullmatch(text) or digits > precision:
            raise ValueError(text)
        datetime.datetime.fromisoformat(text)
    except ValueError:
        raise QueryError(
            f"'{text}' is not a timestamp", where=place(node), remedy="Write TIMESTAMP '2020-12-31 23:59:59'"
        ) from None
    return Typed(f"TIMESTAMP {literal(text)}", "timestamp", literal=text)
