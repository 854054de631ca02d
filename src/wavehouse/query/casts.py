"""Casts, and the types that a query may name."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.cast_table import cast_template
from wavehouse.query.constants import decimal_constant
from wavehouse.query.functions.json_casts import cast_of_json, cast_to_json
from wavehouse.query.nested import reshaped, same_shape
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.stops import attempted
from wavehouse.query.time_casts import named_time, time_cast
from wavehouse.query.trino_types import (
    MAX_PRECISION,
    array_of,
    common_type,
    decimal,
    duckdb_type,
    is_decimal,
    is_exact,
    is_nested,
    is_number,
    map_type,
    row_of,
)
from wavehouse.query.typed import Typed, made

# Stands for the value while the SQL of a cast is made: no SQL has it.
_HOLE = '"\0"'
_INSTEAD = {
    ("real", "decimal"): "CAST it to double first",
    ("decimal", "real"): "CAST it to double",
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
    exp.DType.JSON: "json",
    exp.DType.VARBINARY: "varbinary",
}


def cast(value: Typed, node: exp.Cast) -> Typed:
    """CAST(value AS type), TRY_CAST(value AS type) or a constant such as DATE '…' and BIGINT '…'.

    Raises `QueryError` where the engines would differ.
    """
    if is_typed_constant(node) and node.to.this == exp.DType.DECIMAL and not node.to.expressions:
        return decimal_constant(value.literal or "")
    if node.meta.get("called") and _is_tried(node):
        # What a constant is not becomes NULL, and is no error before the query runs.
        value = replace(value, literal=None)
    length = _length(node.to)
    to = "varchar" if length else named_type(node.to)
    attempt = isinstance(node, exp.TryCast)
    result = (_attempted if attempt else _cast)(value, to, node)
    if length:
        if not cast_template(value.type, "varchar") and value.type not in ("varchar", "unknown", "date"):
            raise uncovered(node, f"CAST of {value.type} to varchar({length})", "CAST it to varchar")
        result = made(_within(length, result.sql, value.type, attempt=attempt), to, value)
    return result


def _is_tried(node: exp.Expr) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, exp.Anonymous) and parent.name.lower() == "try":
            return True
        parent = parent.parent
    return False


def _attempted(value: Typed, to: str, node: exp.Cast) -> Typed:
    if value.type in (to, "unknown"):
        return _cast(value, to, node)
    if is_nested(to) or is_nested(value.type):
        # What fails inside makes all of it NULL.
        raise uncovered(node, f"TRY_CAST of {value.type} to {to}", "Write TRY(CAST(…))")
    # What stops the query within the value is not caught.
    sql = attempted(_cast(Typed(_HOLE, value.type), to, node).sql)
    return made(sql.replace(_HOLE, value.sql), to, value)


def _cast(value: Typed, to: str, node: exp.Cast) -> Typed:
    if value.type == to:
        return value
    if value.type == "unknown":
        return made(f"CAST(NULL AS {duckdb_type(to)})", to)
    if "json" in (value.type, to):
        sql = cast_to_json(value) if to == "json" else cast_of_json(value, to)
        if sql is None:
            raise uncovered(node, f"CAST of {value.type} to {to}")
        return made(sql, to, value)
    if is_nested(to):
        return made(_nested(value, to, node), to, value)
    if (time := time_cast(value, to, node)) is not None:
        return time
    template = cast_template(value.type, to)
    if not template:
        pair = tuple("decimal" if is_decimal(type_) else type_ for type_ in (value.type, to))
        raise uncovered(node, f"CAST of {value.type} to {to}", _INSTEAD.get((pair[0], pair[1]), ""))
    # A narrower type may round to 0.
    wider = is_number(value.type) and is_number(to) and common_type(value.type, to) == to
    result = made(template.format(value.sql, type=duckdb_type(to)), to, value)
    return replace(result, nonzero=value.nonzero and wider)


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


def _nested(value: Typed, to: str, node: exp.Cast) -> str:
    if not same_shape(value.type, to):
        raise uncovered(node, f"CAST of {value.type} to {to}")

    def leaf(sql: str, from_: str, wanted: str) -> str:
        inside = _cast(Typed(sql, from_), wanted, node)
        if inside.type != wanted:
            # An instant keeps its zone.
            raise uncovered(node, f"CAST of {value.type} to {to}", "Use AT TIME ZONE 'UTC' on its instants")
        return inside.sql

    return reshaped(value.sql, value.type, to, leaf)


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
    if node.this == exp.DType.MAP and [type(one) for one in node.expressions] == [exp.DataType] * 2:
        key, kept = map(named_type, node.expressions)
        if not is_exact(key):
            raise uncovered(node.parent, f"a map with keys of type {key}")
        return map_type(key, kept)
    if node.this == exp.DType.STRUCT and node.expressions:
        return _named_row(node)
    if (time := named_time(node)) is not None:
        return time
    name = _NAMED.get(node.this) if isinstance(node.this, exp.DType) else None
    if name is None or parameters:
        written = node.sql(dialect="trino").lower()
        raise uncovered(
            node.parent, f"the type {written}", "Use varchar" if node.this == exp.DType.VARCHAR else ""
        )
    return name


def _named_row(node: exp.DataType) -> str:
    fields = []
    for one in node.expressions:
        named = isinstance(one, exp.ColumnDef)
        type_ = one.args.get("kind") if named else one
        if not isinstance(type_, exp.DataType) or (named and one.args.get("constraints")):
            raise uncovered(node.parent, "a row like this", "Write row(name type, …)")
        fields.append((one.name.lower() if named else "", named_type(type_)))
    names = [name or f"field{at}" for at, (name, _) in enumerate(fields)]
    if len(set(names)) < len(names):
        raise uncovered(node.parent, "a row with two fields of one name")
    return row_of(fields)
