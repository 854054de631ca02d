"""Constants with Trino's type for them: 1 is an integer, 1.5 a decimal(2,1), 1e0 a double."""

from __future__ import annotations

import re

from sqlglot import exp

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.trino_types import MAX_PRECISION, decimal, duckdb_type
from wavehouse.query.typed import Typed

# The parser's numbers are wider: 1e, 1e0.5.
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?P<whole>\d*)(\.(?P<fraction>\d*))?", re.ASCII)


def constant(node: exp.Literal) -> Typed:
    """A string or a number; raises `QueryError` for a number that no type of Athena holds."""
    text = node.name
    if node.is_string:
        return Typed(literal(text), "varchar", literal=text)
    if not _NUMBER.fullmatch(text):
        raise QueryError(f"'{text}' is not a number")
    nonzero = float(text) != 0
    if "e" in text.lower():
        return Typed(text, "double", literal=text, nonzero=nonzero)
    if "." in text:
        return decimal_constant(text)
    return whole_constant(text)


def is_whole(node: exp.Expr) -> bool:
    """Whether it is a number without a point and an exponent, and without a sign."""
    return isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal()


def whole_constant(text: str) -> Typed:
    """-1 or 1, with the sign that belongs to it; raises `QueryError` for what is no bigint."""
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise QueryError(f"{text} is too large for a bigint")
    type_ = "integer" if -(2**31) <= number < 2**31 else "bigint"
    sql = str(number) if number >= 0 else f"({number})"
    if number in (-(2**31), -(2**63)):
        # The engine takes the digits for a number of the next wider type.
        sql = f"CAST({number} AS {duckdb_type(type_)})"
    return Typed(sql, type_, literal=str(number), nonzero=number != 0)


def decimal_constant(text: str) -> Typed:
    """1.50 or DECIMAL '1.50' with as many digits as it has, zeros in front not counted.

    Raises `QueryError` for what is no decimal, or has too many digits.
    """
    found = _DECIMAL.fullmatch(text)
    if not found or not found["whole"] + (found["fraction"] or ""):
        raise QueryError(f"'{text}' is not a decimal", remedy="Write DECIMAL '12.50'")
    fraction = found["fraction"] or ""
    precision, scale = max(len(found["whole"].lstrip("0") + fraction), 1), len(fraction)
    if precision > MAX_PRECISION:
        raise QueryError(f"{text} has more than {MAX_PRECISION} digits")
    type_ = decimal(precision, scale)
    digits = text.removeprefix("+")
    return Typed(f"CAST({digits} AS {duckdb_type(type_)})", type_, literal=digits, nonzero=float(digits) != 0)
