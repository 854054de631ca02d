"""The tested list of casts, and the types that a query may name."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.query.functions.json_casts import cast_of_json, cast_to_json
from wavehouse.query.nested import reshaped, same_shape
from wavehouse.query.refusals import place, uncovered
from wavehouse.query.time_casts import named_time, time_cast
from wavehouse.query.trino_types import (
    MAX_PRECISION,
    array_of,
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

_PLAIN = "CAST({0} AS {type})"


def _strictly(pattern: str, type_: str) -> str:
    # DuckDB reads more than Trino does (' 5', '1_000', '5.7' as an integer, '2020/1/5'): what is not written
    # plainly stops the query.
    return (
        f"CASE WHEN regexp_full_match({{0}}, '{pattern}') THEN CAST({{0}} AS {{type}}) "
        f"WHEN {{0}} IS NOT NULL THEN error('cannot CAST ''' || {{0}} || ''' to {type_}') END"
    )


# (from, to) → DuckDB; `decimal` stands for every decimal(p,s).
CASTS: dict[tuple[str, str], str] = {
    ("integer", "bigint"): _PLAIN,
    ("bigint", "integer"): _PLAIN,
    ("integer", "double"): _PLAIN,
    ("bigint", "double"): _PLAIN,
    ("integer", "decimal"): _PLAIN,
    ("bigint", "decimal"): _PLAIN,
    ("integer", "varchar"): _PLAIN,
    ("bigint", "varchar"): _PLAIN,
    ("real", "double"): _PLAIN,
    ("decimal", "double"): _PLAIN,
    ("decimal", "varchar"): _PLAIN,
    ("boolean", "varchar"): _PLAIN,
    ("boolean", "integer"): _PLAIN,
    ("boolean", "bigint"): _PLAIN,
    ("varchar", "integer"): _strictly("[+-]?[0-9]+", "integer"),
    ("varchar", "bigint"): _strictly("[+-]?[0-9]+", "bigint"),
    ("varchar", "double"): _strictly("[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?", "double"),
}
_INSTEAD = {
    ("double", "integer"): "Use round(x), floor(x) or ceil(x), which stay double",
    ("double", "bigint"): "Use round(x), floor(x) or ceil(x), which stay double",
    ("real", "varchar"): "The two engines write such numbers differently",
    ("double", "varchar"): "The two engines write such numbers differently",
}
_NAMED = {
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
    """CAST(value AS type), DATE '…' or TIMESTAMP '…'; raises `QueryError` where the engines would differ."""
    to = named_type(node.to)
    return _cast(value, to, node)


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
    pair = tuple("decimal" if is_decimal(type_) else type_ for type_ in (value.type, to))
    template = CASTS.get((pair[0], pair[1]))
    if template is None:
        remedy = _INSTEAD.get((pair[0], pair[1]), "")
        raise uncovered(node, f"CAST of {value.type} to {to}", remedy)
    result = made(template.format(value.sql, type=duckdb_type(to)), to, value)
    return replace(result, nonzero=value.nonzero and is_number(value.type) and is_number(to))


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
    if node.this == exp.DType.DECIMAL and len(parameters) == 2 and all(map(str.isdigit, parameters)):
        precision, scale = map(int, parameters)
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
        string = node.this in (exp.DType.TEXT, exp.DType.VARCHAR)
        written = "string" if node.this == exp.DType.TEXT else node.sql(dialect="trino").lower()
        raise uncovered(node.parent, f"the type {written}", "Use varchar" if string else "")
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
