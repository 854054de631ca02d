"""Functions of the bits of whole numbers, in two's complement.

https://trino.io/docs/current/functions/bitwise.html
"""

from __future__ import annotations

from collections.abc import Sequence

from wavehouse.query.functions.function import Function
from wavehouse.query.typed import Typed

_BITS = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}
_A_LONG = "in Trino the result is a bigint"
_SHIFT = "DuckDB stops where a bit is shifted out"
# Java takes its last six bits.
_NEGATIVE = "WHEN {shift} < 0 THEN error('a shift by a negative number is not covered yet')"


def _shifted(arguments: Sequence[Typed]) -> tuple[str, str, int]:
    value, shift = arguments
    return f"CAST({value.sql} AS HUGEINT)", shift.sql, _BITS[value.type]


def _shift(arguments: Sequence[Typed], moved: str, gone: str = "0") -> str:
    value, shift = arguments
    type_ = value.type.upper()
    return (
        f"CASE {_NEGATIVE.format(shift=shift.sql)} "
        f"WHEN {shift.sql} >= 64 THEN CASE WHEN {value.sql} IS NOT NULL THEN CAST({gone} AS {type_}) END "
        f"ELSE CAST({moved} AS {type_}) END"
    )


def _power(shift: str) -> str:
    return f"CAST(pow(2, {shift}) AS HUGEINT)"


def _left(arguments: Sequence[Typed]) -> str:
    value, shift, bits = _shifted(arguments)
    half, all_ = f"CAST('{2 ** (bits - 1)}' AS HUGEINT)", f"CAST('{2**bits}' AS HUGEINT)"
    # The bits that stay, as a signed number.
    moved = f"(({value} * {_power(shift)} + {half}) % {all_} + {all_}) % {all_} - {half}"
    return _shift(arguments, moved)


def _right(arguments: Sequence[Typed]) -> str:
    value, shift, bits = _shifted(arguments)
    all_ = f"CAST('{2**bits}' AS HUGEINT)"
    unsigned = f"(({value} + {all_}) % {all_}) // {_power(shift)}"
    return _shift(arguments, f"CASE WHEN {shift} = 0 THEN {value} ELSE {unsigned} END")


def _right_arithmetic(arguments: Sequence[Typed]) -> str:
    value, shift = arguments
    return _shift(
        arguments,
        f"CAST({value.sql} AS BIGINT) >> CAST({shift.sql} AS BIGINT)",
        f"CASE WHEN {value.sql} < 0 THEN -1 ELSE 0 END",
    )


_LONGS = ("CAST({0} AS BIGINT)", "CAST({1} AS BIGINT)")
_COUNT = (
    "CASE WHEN {1} NOT BETWEEN 2 AND 64 "
    "THEN error('Bits specified in bit_count must be between 2 and 64, got ' || {1}) "
    "WHEN {0} NOT BETWEEN - CAST(pow(2, {1} - 1) AS HUGEINT) AND CAST(pow(2, {1} - 1) AS HUGEINT) - 1 "
    "THEN error('Number must be representable with the bits specified. ' || {0} || "
    "' cannot be represented with ' || {1} || ' bits') "
    "WHEN {1} = 64 THEN bit_count(CAST({0} AS BIGINT)) "
    "ELSE bit_count(CAST((CAST({0} AS HUGEINT) + CAST(pow(2, {1}) AS HUGEINT)) "
    "% CAST(pow(2, {1}) AS HUGEINT) AS BIGINT)) END"
)

BITS: tuple[Function, ...] = (
    Function("bit_count", ("whole", "whole"), "bigint", f"CAST({_COUNT} AS BIGINT)", _A_LONG),
    Function("bitwise_and", ("whole", "whole"), "bigint", f"({_LONGS[0]} & {_LONGS[1]})", _A_LONG),
    Function("bitwise_or", ("whole", "whole"), "bigint", f"({_LONGS[0]} | {_LONGS[1]})", _A_LONG),
    Function("bitwise_xor", ("whole", "whole"), "bigint", f"xor({_LONGS[0]}, {_LONGS[1]})", _A_LONG),
    Function("bitwise_not", ("whole",), "bigint", f"(~{_LONGS[0]})", _A_LONG),
    Function("bitwise_left_shift", ("whole", "whole"), "first", _left, _SHIFT),
    Function("bitwise_right_shift", ("whole", "whole"), "first", _right, "DuckDB's >> keeps the sign"),
    Function("bitwise_right_shift_arithmetic", ("whole", "whole"), "first", _right_arithmetic),
)
