"""The type that holds the values of two types, as Spark finds it for a UNION.

Source: the rules of type coercion in Spark 3.5 (https://spark.apache.org/docs/3.5.6/sql-ref-ansi-compliance.html
and what it answers). A text and a number are put together by Spark as text; here they are not, since that is
nearly always two columns in the wrong order.
"""

from __future__ import annotations

import re

from wavehouse.core.columns import element_type

_NUMBERS = ("int", "bigint", "float", "double")
_DIGITS = {"int": 10, "bigint": 20}


def wider(first: str, second: str) -> str | None:
    """The type of both, None where there is none."""
    if first == second:
        return first
    if first in _NUMBERS and second in _NUMBERS:
        return max(first, second, key=_NUMBERS.index)
    if {first, second} == {"date", "timestamp"}:
        return "timestamp"
    elements = element_type(first), element_type(second)
    if elements[0] and elements[1]:
        element = wider(elements[0], elements[1])
        return element and f"array<{element}>"
    one, other = digits(first), digits(second)
    if one and other:
        scale = max(one[1], other[1])
        return bounded_decimal(max(one[0] - one[1], other[0] - other[1]) + scale, scale)
    decimals = one is not None or other is not None
    return "double" if decimals and {first, second} & {"float", "double"} else None


def digits(type_: str) -> tuple[int, int] | None:
    """How many digits a number of that type has, and how many of them after the point."""
    if found := re.fullmatch(r"decimal\((\d+),(\d+)\)", type_):
        return int(found[1]), int(found[2])
    return (_DIGITS[type_], 0) if type_ in _DIGITS else None


def bounded_decimal(precision: int, scale: int) -> str:
    """A decimal of so many digits, or of as many as there can be."""
    return f"decimal({min(precision, 38)},{min(scale, 38)})"
