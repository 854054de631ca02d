"""Functions that keep the type of a number, or drop digits of it.

https://trino.io/docs/current/functions/math.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wavehouse.core.errors import QueryError
from wavehouse.query.functions.function import Function
from wavehouse.query.trino_types import MAX_PRECISION, decimal, decimal_of, duckdb_type
from wavehouse.query.typed import Typed

_AS_DOUBLE = "DuckDB gives a double"
_ITS_TYPE = "DuckDB gives another type"
_LARGEST = "1.7976931348623157e308"


def _whole_digits(more: bool) -> Callable[[Sequence[Typed]], str]:
    """The decimal of the digits before the point, with one `more` for what is carried."""

    def gives(arguments: Sequence[Typed]) -> str:
        precision, scale = decimal_of(arguments[0].type) or (1, 0)
        return decimal(min(max(precision - scale + (min(scale, 1) if more else 0), 1), MAX_PRECISION), 0)

    return gives


def _one_more_digit(arguments: Sequence[Typed]) -> str:
    precision, scale = decimal_of(arguments[0].type) or (1, 0)
    return decimal(min(precision + 1, MAX_PRECISION), scale)


def _to_decimal(name: str, gives: Callable[[Sequence[Typed]], str]) -> Callable[[Sequence[Typed]], str]:
    def duckdb(arguments: Sequence[Typed]) -> str:
        inside = ", ".join(argument.sql for argument in arguments)
        return f"CAST({name}({inside}) AS {duckdb_type(gives(arguments))})"

    return duckdb


def _places(arguments: Sequence[Typed]) -> int:
    return int(arguments[1].number or 0) if len(arguments) > 1 else 0


def _round_floating(arguments: Sequence[Typed]) -> str:
    """As Trino does it: scaled, rounded to a long, and scaled back."""
    places, type_ = _places(arguments), duckdb_type(arguments[0].type)
    value = arguments[0].sql if type_ == "DOUBLE" else f"CAST({arguments[0].sql} AS DOUBLE)"
    # What has no long is a number that Trino's releases round differently.
    limit = f"{9.2e18 / 10.0**places:.0f}e0" if places <= 0 else f"{9.2e18 / 10.0**places!r}"
    limit = limit if "e" in limit else f"{limit}e0"
    scaled = f"round({value} * 1e{places}) / 1e{places}" if places else f"round({value})"
    stop = "error('round() of a number that large is not covered yet')"
    sql = f"CASE WHEN abs({value}) BETWEEN {limit} AND {_LARGEST} THEN {stop} ELSE {scaled} END"
    return sql if type_ == "DOUBLE" else f"CAST({sql} AS FLOAT)"


def _round_whole(arguments: Sequence[Typed]) -> str:
    value, places = arguments[0], _places(arguments)
    if places >= 0:
        return value.sql
    return f"CAST(round(CAST({value.sql} AS DECIMAL(38,0)), {places}) AS {duckdb_type(value.type)})"


def _round_decimal(arguments: Sequence[Typed]) -> str:
    precision, scale = decimal_of(arguments[0].type) or (1, 0)
    if precision - scale + min(_places(arguments), 0) <= 0 < precision - scale:
        # 0 for decimals of up to 18 digits, 10 for longer ones.
        raise QueryError("round() of a decimal to more digits than stand before the point is not covered yet")
    return _to_decimal("round", _one_more_digit)(arguments)


def _truncate_decimal(arguments: Sequence[Typed]) -> str:
    _, scale = decimal_of(arguments[0].type) or (1, 0)
    value, places = arguments[0], _places(arguments)
    if places >= scale:
        return value.sql
    return f"CAST(trunc({value.sql}, {places}) AS {duckdb_type(value.type)})"


def _sign(type_: str) -> str:
    return (
        f"CASE WHEN {{0}} = 0 OR isnan({{0}}) THEN {{0}} ELSE CAST(sign({{0}}) AS {duckdb_type(type_)}) END"
    )


def _sign_whole(arguments: Sequence[Typed]) -> str:
    return f"CAST(sign({arguments[0].sql}) AS {duckdb_type(arguments[0].type)})"


ROUNDING: tuple[Function, ...] = (
    *(Function("abs", (kind,), "first", "abs({0})") for kind in ("whole", "decimal", "double", "real")),
    *(
        function
        for name, duckdb in (("floor", "floor"), ("ceil", "ceil"), ("ceiling", "ceil"))
        for function in (
            Function(name, ("whole",), "first", "{0}", _AS_DOUBLE),
            Function(
                name, ("decimal",), _whole_digits(more=True), _to_decimal(duckdb, _whole_digits(more=True))
            ),
            Function(name, ("double",), "double", f"{duckdb}({{0}})"),
            Function(name, ("real",), "real", f"{duckdb}({{0}})"),
        )
    ),
    Function("round", ("whole",), "first", "{0}"),
    Function("round", ("whole", "'places'"), "first", _round_whole, _ITS_TYPE),
    Function("round", ("decimal",), _whole_digits(more=True), _to_decimal("round", _whole_digits(more=True))),
    Function("round", ("decimal", "'places'"), _one_more_digit, _round_decimal),
    *(
        Function("round", takes, "first", _round_floating)
        for type_ in ("double", "real")
        for takes in ((type_,), (type_, "'places'"))
    ),
    Function(
        "truncate", ("decimal",), _whole_digits(more=False), _to_decimal("trunc", _whole_digits(more=False))
    ),
    Function("truncate", ("decimal", "'places'"), "first", _truncate_decimal),
    Function("truncate", ("double",), "double", "trunc({0})"),
    Function("truncate", ("real",), "real", "trunc({0})"),
    Function("sign", ("whole",), "first", _sign_whole, _ITS_TYPE),
    Function("sign", ("decimal",), "decimal(1,0)", "CAST(sign({0}) AS DECIMAL(1,0))", _ITS_TYPE),
    Function("sign", ("double",), "double", _sign("double"), "DuckDB's sign() of NaN is 0"),
    Function("sign", ("real",), "real", _sign("real"), "DuckDB's sign() of NaN is 0"),
)
