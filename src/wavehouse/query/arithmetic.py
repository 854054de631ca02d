"""Arithmetic on typed numbers and times, with Trino's types of results.

https://trino.io/docs/current/functions/math.html#mathematical-operators and, for decimals,
https://trino.io/docs/current/functions/decimal.html#binary-arithmetic-decimal-operators .
"""

from __future__ import annotations

from dataclasses import replace

from wavehouse.core.errors import QueryError
from wavehouse.query.intervals import moved
from wavehouse.query.trino_times import is_interval, is_time
from wavehouse.query.trino_types import (
    FLOATING,
    MAX_PRECISION,
    common_type,
    decimal,
    decimal_of,
    duckdb_type,
    is_decimal,
    is_number,
)
from wavehouse.query.typed import Typed, coerced, made, mixing_remedy

_LONG_DIGITS = 18
_BY_ZERO = "error('Division by zero')"


def calculated(operator: str, left: Typed, right: Typed) -> Typed:
    """`left operator right` for + - * / %."""
    if (times := moved(operator, left, right)) is not None:
        return times
    for operand in (left, right):
        if operand.type != "unknown" and not is_number(operand.type):
            raise QueryError(
                f"'{operator}' of {left.type} and {right.type} is not covered yet",
                remedy=_remedy(operand),
            )
    common = common_type(left.type, right.type)
    if is_decimal(left.type) or is_decimal(right.type):
        # The common type may have too many digits where the result has not.
        common = common if common in FLOATING or "real" in (left.type, right.type) else "decimal"
    if common is None or common == "unknown":
        raise QueryError(
            f"'{operator}' of {left.type} and {right.type} is not covered yet",
            remedy=mixing_remedy(left.type, right.type) if "real" in (left.type, right.type) else "",
        )
    if common == "decimal":
        return _of_decimals(operator, _as_decimal(left), _as_decimal(right))
    left, right = coerced(left, common), coerced(right, common)
    if common in FLOATING:
        return _of_floating(operator, left, right)
    if operator in ("/", "%"):
        # `//` says it whatever the engine's setting for `/` is.
        sql = f"{left.sql} {'//' if operator == '/' else '%'} {right.sql}"
        return _unless_by_zero(sql, common, left, right)
    return made(f"({left.sql} {operator} {right.sql})", common, left, right)


def _remedy(operand: Typed) -> str:
    if is_time(operand.type) or is_interval(operand.type):
        return "Add an INTERVAL '1' DAY to a time, or use date_add() and date_diff()"
    return "It takes numbers" if operand.type in ("varchar", "boolean") else ""


def _of_floating(operator: str, left: Typed, right: Typed) -> Typed:
    # DuckDB's operator / gives NULL for a divisor of 0; its function of that name follows IEEE, like Trino.
    divided = f'"/"({left.sql}, {right.sql})'
    sql = divided if operator == "/" else f"({left.sql} {operator} {right.sql})"
    return made(sql, left.type, left, right)


def _unless_by_zero(sql: str, type_: str, left: Typed, right: Typed) -> Typed:
    """A division that stops where DuckDB gives NULL; NULL divided by 0 is NULL on both."""
    if not right.nonzero:
        known = "" if left.number is not None else f" AND {left.sql} IS NOT NULL"
        sql = f"CASE WHEN {right.sql} = 0{known} THEN {_BY_ZERO} ELSE {sql} END"
    return made(f"({sql})", type_, left, right)


def _as_decimal(value: Typed) -> Typed:
    shape = decimal_of(value.type)
    type_ = decimal(*shape) if shape else decimal(1, 0)
    cast = made(f"CAST({value.sql} AS {duckdb_type(type_)})", type_, value)
    return value if is_decimal(value.type) else replace(cast, nonzero=value.nonzero)


def _of_decimals(operator: str, left: Typed, right: Typed) -> Typed:
    (p1, s1), (p2, s2) = decimal_of(left.type) or (1, 0), decimal_of(right.type) or (1, 0)
    scale = s1 + s2 if operator == "*" else max(s1, s2)
    precision = {
        "*": p1 + p2,
        "/": p1 + s2 + max(0, s2 - s1),
        "%": min(p1 - s1, p2 - s2) + scale,
    }.get(operator, max(p1 - s1, p2 - s2) + scale + 1)
    if scale > MAX_PRECISION:
        raise QueryError(f"'{operator}' of {left.type} and {right.type} has too many decimals")
    # A remainder of decimal(2,2) and decimal(2,2) has no digit before the point.
    type_ = decimal(min(max(precision, 1), MAX_PRECISION), scale)
    if operator == "/":
        sql = _quotient(left, right, scale, type_)
        return _unless_by_zero(sql, type_, left, right)
    if operator == "%":
        common = common_type(left.type, right.type)
        if common is None:
            raise _too_long(operator, left, right)
        one, other = coerced(left, common), coerced(right, common)
        sql = f"CAST({one.sql} % {other.sql} AS {duckdb_type(type_)})"
        return _unless_by_zero(sql, type_, left, right)
    # Of two decimals that fit into 64 bits DuckDB's result has to as well.
    wide = type_ if operator != "*" else decimal(max(p1, _LONG_DIGITS + 1), s1)
    first = f"CAST({left.sql} AS {duckdb_type(wide)})"
    second = right.sql if operator == "*" else f"CAST({right.sql} AS {duckdb_type(wide)})"
    return made(f"CAST({first} {operator} {second} AS {duckdb_type(type_)})", type_, left, right)


def _quotient(left: Typed, right: Typed, scale: int, type_: str) -> str:
    """Divided as whole numbers to one digit more than the result has, by which the cast rounds half up."""
    (p1, s1), (_, s2) = decimal_of(left.type) or (1, 0), decimal_of(right.type) or (1, 0)
    shift = scale - s1 + s2 + 1
    room = MAX_PRECISION - shift
    if room <= 0:
        raise _too_long("/", left, right)
    dividend = f"{_unscaled(left)} * CAST('1{'0' * shift}' AS HUGEINT)"
    quotient = f"CAST({dividend} // {_unscaled(right)} AS DECIMAL(38,0))"
    last = f"CAST('0.{'0' * scale}1' AS DECIMAL({scale + 1},{scale + 1}))"
    sql = f"CAST({quotient} * {last} AS {duckdb_type(type_)})"
    if p1 <= room:
        return sql
    # A sum of decimals has a type of 38 digits, and seldom as many.
    stop = f"error('the division of a {left.type} of more than {room} digits is not covered yet')"
    return f"CASE WHEN abs({_unscaled(left)}) >= CAST('1{'0' * room}' AS HUGEINT) THEN {stop} ELSE {sql} END"


def _unscaled(value: Typed) -> str:
    """The digits of a decimal as a HUGEINT: 150 for 1.50."""
    precision, scale = decimal_of(value.type) or (1, 0)
    if not scale:
        return f"CAST({value.sql} AS HUGEINT)"
    if precision + scale <= MAX_PRECISION:
        return f"CAST({value.sql} * CAST('1{'0' * scale}' AS DECIMAL(38,0)) AS HUGEINT)"
    return f"CAST(replace(CAST({value.sql} AS VARCHAR), '.', '') AS HUGEINT)"


def _too_long(operator: str, left: Typed, right: Typed) -> QueryError:
    return QueryError(
        f"'{operator}' of {left.type} and {right.type} is not covered yet",
        remedy="CAST them to decimals of fewer digits, or one of them to double",
    )
