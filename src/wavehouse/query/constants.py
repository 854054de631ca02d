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
        whole, _, fraction = text.partition(".")
        digits = whole.lstrip("0") + fraction
        precision, scale = max(len(digits), 1), len(fraction)
        if precision > MAX_PRECISION:
            raise QueryError(f"{text} has more than {MAX_PRECISION} digits")
        type_ = decimal(precision, scale)
        return Typed(f"CAST({text} AS {duckdb_type(type_)})", type_, literal=text, nonzero=nonzero)
    if int(text) >= 2**63:
        raise QueryError(f"{text} is too large for a bigint")
    return Typed(str(int(text)), "integer" if int(text) < 2**31 else "bigint", literal=text, nonzero=nonzero)
