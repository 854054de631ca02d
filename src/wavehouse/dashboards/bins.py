"""Steps of numbers: which one a value is in, and where it begins, in Athena SQL.

A value is meant as it is written: 0.15 is in the step of width 0.05 that begins with it, though both are
doubles a little beside it, and their quotient is below 3. So the quotient only says where to look. A step
begins with the number of the field's type that is nearest to `step * width`, and a value is in the last one
that begins at or below it.
"""

from __future__ import annotations

import math
import sys
from decimal import Decimal
from fractions import Fraction

from wavehouse.core.errors import CallError
from wavehouse.core.sql_text import identifier
from wavehouse.dashboards.dimensions import Dimension
from wavehouse.dashboards.literals import constant
from wavehouse.dashboards.view import Scalar
from wavehouse.query.trino_types import MAX_PRECISION, WHOLE, decimal_of, is_decimal

# Beyond so many steps from 0 the quotient of doubles may be more than one step beside the right one.
_MOST_STEPS = 2.0**50
_LONG, _LONG_DIGITS = 2**63, 19


def step_of(dimension: Dimension, type_: str) -> str:
    """The number of the step that a row's value is in; NULL for NaN, and beyond 2^50 steps from 0."""
    column, width = identifier(dimension.field), _width(dimension)
    if _is_whole(dimension, type_):
        # (Whole numbers are divided towards 0.)
        lower = f"CASE WHEN {column} % {width} < 0 THEN 1 ELSE 0 END"
        return f"(CAST({column} AS bigint) / {width} - {lower})"
    number = f"CAST({column} AS double)"
    near = f"floor({number} / {_double(width)})"
    below = _compared(dimension, type_, "<", near)
    above = _compared(dimension, type_, ">=", f"({near} + 1e0)")
    step = f"CAST({near} AS bigint) + CASE WHEN {below} THEN -1 WHEN {above} THEN 1 ELSE 0 END"
    most = _double(min(_MOST_STEPS * float(width), sys.float_info.max))
    return f"(CASE WHEN abs({number}) < {most} THEN {step} END)"


def start_of(dimension: Dimension, type_: str) -> str:
    """Where the step of a row's value begins: a whole number if field and width are, else a double."""
    step = step_of(dimension, type_)
    if _is_whole(dimension, type_):
        return f"({step} * {_width(dimension)})"
    return _start(dimension, step)


def is_in_step(dimension: Dimension, start: Scalar, type_: str) -> str:
    """The condition that a row is in the step that begins with `start`; raises `CallError` for no number."""
    step = step_of(dimension, type_)
    if start is None:
        return f"({step} IS NULL)"
    number = None if isinstance(start, bool | str) else round(Fraction(str(start)) / _width(dimension))
    if number is None or abs(number) >= _LONG:
        raise CallError(f"'{dimension.field}' is told by steps, and '{str(start)[:40]}' begins none")
    return f"({step} = {number})"


def end_of(start: int | float, width: float) -> int | float:
    """The last value of the step that begins with `start`: where the next one begins belongs to that one."""
    if isinstance(start, int) and width == int(width):
        return start + int(width) - 1
    return math.nextafter(float(Decimal(str(start)) + Decimal(str(width))), -math.inf)


def _width(dimension: Dimension) -> Fraction:
    return Fraction(repr(dimension.bin or 1.0))


def _is_whole(dimension: Dimension, type_: str) -> bool:
    width = _width(dimension)
    return type_ in WHOLE and width.denominator == 1 and width < _LONG


def _start(dimension: Dimension, step: str) -> str:
    """The double that is nearest to `step * width`: the quotient of two numbers that doubles have."""
    width = _width(dimension)
    return f"({step} * {_double(width.numerator)} / {_double(width.denominator)})"


def _compared(dimension: Dimension, type_: str, sign: str, step: str) -> str:
    """A row's value beside the beginning of a step, both in the type of the field if that is not whole."""
    column, width = identifier(dimension.field), Decimal(repr(dimension.bin or 1.0))
    if type_ == "real":
        return f"{column} {sign} CAST({_start(dimension, step)} AS real)"
    if is_decimal(type_):
        written = f"{width:f}"
        scale = len(written.partition(".")[2])
        precision, own_scale = decimal_of(type_) or (0, 0)
        whole_digits = max(precision - own_scale, _LONG_DIGITS + len(written.partition(".")[0]))
        if whole_digits + max(scale, own_scale) <= MAX_PRECISION:
            exact = f"CAST(CAST({step} AS bigint) AS decimal({_LONG_DIGITS},0)) * DECIMAL '{written}'"
            return f"{column} {sign} {exact}"
    return f"CAST({column} AS double) {sign} {_start(dimension, step)}"


def _double(value: float | Fraction) -> str:
    return constant(float(value), "double", "a step")
