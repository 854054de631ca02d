"""The tested list of functions, by what they are about. What is not on it is refused by name."""

from __future__ import annotations

from wavehouse.query.functions.aggregates import AGGREGATES
from wavehouse.query.functions.arrays import ARRAYS
from wavehouse.query.functions.bits import BITS
from wavehouse.query.functions.conditions import CONDITIONS
from wavehouse.query.functions.function import Function
from wavehouse.query.functions.instead import INSTEAD
from wavehouse.query.functions.numbers import NUMBERS
from wavehouse.query.functions.rounding import ROUNDING
from wavehouse.query.functions.texts import TEXTS
from wavehouse.query.functions.times import TIMES
from wavehouse.query.functions.windows import AGGREGATES_OVER, FRAMED, WINDOWS

SCALARS: tuple[Function, ...] = (*CONDITIONS, *TEXTS, *NUMBERS, *ROUNDING, *BITS, *TIMES, *ARRAYS)

__all__ = ["AGGREGATES", "AGGREGATES_OVER", "FRAMED", "INSTEAD", "SCALARS", "WINDOWS", "Function"]
