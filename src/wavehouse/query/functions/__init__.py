"""The tested list of functions, by what they are about. What is not on it is refused by name."""

from __future__ import annotations

from wavehouse.query.functions import aggregates
from wavehouse.query.functions.array_sets import ARRAY_SETS
from wavehouse.query.functions.arrays import ARRAYS
from wavehouse.query.functions.binary import BINARY
from wavehouse.query.functions.bits import BITS
from wavehouse.query.functions.conditions import CONDITIONS
from wavehouse.query.functions.formats import FORMATS
from wavehouse.query.functions.function import Function
from wavehouse.query.functions.instead import INSTEAD
from wavehouse.query.functions.json import JSON
from wavehouse.query.functions.map_aggregates import MAP_AGGREGATES
from wavehouse.query.functions.maps import MAPS
from wavehouse.query.functions.numbers import NUMBERS
from wavehouse.query.functions.regexps import REGEXPS
from wavehouse.query.functions.rounding import ROUNDING
from wavehouse.query.functions.sequences import SEQUENCES
from wavehouse.query.functions.texts import TEXTS
from wavehouse.query.functions.times import TIMES
from wavehouse.query.functions.urls import URLS
from wavehouse.query.functions.windows import AGGREGATES_OVER, FRAMED, WINDOWS

AGGREGATES: tuple[Function, ...] = (*aggregates.AGGREGATES, *MAP_AGGREGATES)
SCALARS: tuple[Function, ...] = (
    *CONDITIONS,
    *TEXTS,
    *REGEXPS,
    *FORMATS,
    *JSON,
    *URLS,
    *BINARY,
    *NUMBERS,
    *ROUNDING,
    *BITS,
    *TIMES,
    *ARRAYS,
    *ARRAY_SETS,
    *MAPS,
    *SEQUENCES,
)

__all__ = ["AGGREGATES", "AGGREGATES_OVER", "FRAMED", "INSTEAD", "SCALARS", "WINDOWS", "Function"]
