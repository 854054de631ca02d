"""A function of the tested list: what it takes and gives in Athena, and what it is on DuckDB.

`takes` has one kind for each argument: a type, or

- `number`: any, computed as double. `whole`: tinyint, smallint, integer or bigint. `decimal`.
- `exact`: what can be ordered, but for double and real with their NaN. `any`. `array`, `array(exact)`.
- `same`, `exact same`, `floating same` (real or double): coerced to one type together with all others that
  are `same`.
- `array(same)`: its elements are coerced together with all that is `same` (`array(exact same)`;
  `array(comparable same)`: whose elements are `comparable`, which is all that has no maps inside).
- `map`, `map(exact)` (its keys), `map same`, `array of arrays`, `array of entries` (rows of two fields).
- `first`: coerces to the first argument's type; `element`: to the element of the first, an array; `key`: to
  the key of the first, a map.
- `timestamp` and `instant` (a timestamp with time zone) of any digits; `date or timestamp`: computed as
  timestamp. `time same`: as `same`, but not of two dates.
- `floating`: real or double.
- in quotes constants: `'text'` (not ''), `'string'`, `'places'` (-18 to 15),
  `'offset'` (0 or more), `'count'` (1 or more), `'how many'` (1 to 10,000), `'index'` (not 0), `'date unit'`,
  `'time unit'`, `'percentage'` (0 to 1), `'percentages'` (an array of them), `'standard error'`.

`gives` is a type, or `first`, `same`, `element`, `array(first)`, `sum of decimals`, or made of the arguments.

`duckdb` is the text of the call with its arguments as {0}, {1}, {all}; in an aggregate {distinct} and {order}
stand where DISTINCT and ORDER BY may go, {tail} where FILTER and OVER go, {ignoring} where IGNORE NULLS does;
{type} is the first argument's type, {unit} the smallest decimal of its scale. Or it is made of the arguments
as they are coerced, where a text with holes is not enough. `why` tells what a rewrite mends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wavehouse.query.typed import Typed


@dataclass(frozen=True)
class Function:
    """One signature of a function that gives the same answer on both engines."""

    name: str
    takes: tuple[str, ...]
    gives: str | Callable[[Sequence[Typed]], str]
    duckdb: str | Callable[[Sequence[Typed]], str]
    why: str = ""
    more: bool = False
