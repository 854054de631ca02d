"""Aggregate functions: counts, sums, means, bits and lists."""

from __future__ import annotations

from wavehouse.query.functions.approximations import APPROXIMATIONS
from wavehouse.query.functions.extremes import EXTREMES
from wavehouse.query.functions.function import Function
from wavehouse.query.functions.statistics import STATISTICS

_OVERFLOW = "DuckDB widens to HUGEINT; in Trino it is a bigint that may overflow"
_WIDER = "DuckDB gives a double"
_SUM_OF_DECIMALS = ("CASE WHEN abs({sum}) > {{nines}} THEN error('Decimal overflow') ELSE {sum} END").format(
    sum="sum({distinct}{0}){tail}"
)
# The digits of the sum divided by the number, rounded half up, as digits again.
_MEAN_OF_DECIMALS = (
    "CAST(CAST(({digits} + CASE WHEN {digits} < 0 THEN -({number} // 2) ELSE {number} // 2 END) // {number} "
    "AS DECIMAL(38, 0)) * {{unit}} AS {{type}})"
).format(
    digits="CAST(replace(CAST(sum({distinct}{0}){tail} AS VARCHAR), '.', '') AS HUGEINT)",
    number="count({distinct}{0}){tail}",
)
# https://trino.io/docs/current/functions/aggregate.html#listagg
_MOST_BYTES = 1_048_576


def _listed(separator: str) -> str:
    text = f"string_agg({{distinct}}{{0}}, {separator}{{order}}){{tail}}"
    return (
        f"CASE WHEN strlen({text}) > {_MOST_BYTES} THEN error('listagg() gives more than {_MOST_BYTES:_} "
        f"bytes') ELSE {text} END"
    )


AGGREGATES: tuple[Function, ...] = (
    Function("count", (), "bigint", "count(*){tail}"),
    Function("count", ("any",), "bigint", "count({distinct}{0}){tail}"),
    Function(
        "count_if",
        ("boolean",),
        "bigint",
        "count({distinct}CASE WHEN {0} THEN 1 END){tail}",
        "DuckDB gives a HUGEINT",
    ),
    Function("sum", ("whole",), "bigint", "CAST(sum({distinct}{0}){tail} AS BIGINT)", _OVERFLOW),
    Function("sum", ("double",), "double", "sum({distinct}{0}){tail}"),
    Function("sum", ("real",), "real", "CAST(sum({distinct}{0}){tail} AS FLOAT)", _WIDER),
    Function("sum", ("decimal",), "sum of decimals", _SUM_OF_DECIMALS, "DuckDB's has more than 38 digits"),
    Function("avg", ("whole",), "double", "avg({distinct}{0}){tail}"),
    Function("avg", ("double",), "double", "avg({distinct}{0}){tail}"),
    Function("avg", ("real",), "real", "CAST(avg({distinct}{0}){tail} AS FLOAT)", _WIDER),
    Function("avg", ("decimal",), "first", _MEAN_OF_DECIMALS, _WIDER),
    *EXTREMES,
    *STATISTICS,
    *APPROXIMATIONS,
    Function("bool_and", ("boolean",), "boolean", "bool_and({distinct}{0}){tail}"),
    Function("every", ("boolean",), "boolean", "bool_and({distinct}{0}){tail}"),
    Function("bool_or", ("boolean",), "boolean", "bool_or({distinct}{0}){tail}"),
    *(
        Function(f"bitwise_{name}_agg", ("whole",), "bigint", f"bit_{name}(CAST({{0}} AS BIGINT)){{tail}}")
        for name in ("and", "or", "xor")
    ),
    Function("any_value", ("any",), "first", "any_value({distinct}{0}{order}){tail}"),
    Function("arbitrary", ("any",), "first", "any_value({distinct}{0}{order}){tail}"),
    Function("array_agg", ("any",), "array(first)", "array_agg({distinct}{0}{order}){tail}"),
    Function("listagg", ("varchar",), "varchar", _listed("''")),
    Function("listagg", ("varchar", "'string'"), "varchar", _listed("{1}")),
)
