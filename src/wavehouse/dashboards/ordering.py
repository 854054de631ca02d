"""The order of values of one column: numbers and dates as such, texts as texts, NULL and NaN last."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

_LAST = 9


def order_of(value: Any) -> tuple[int, Any]:
    """What values are sorted by. (Times that Python has none for are texts among those that it has.)"""
    rank: int
    match value:
        case None:
            rank, value = _LAST, 0
        case float() if math.isnan(value):
            rank, value = _LAST - 1, 0
        case bool() | int() | float() | Decimal():
            rank = 0
        case datetime():
            rank, value = 1, value.replace(tzinfo=None)
        case date():
            rank, value = 1, datetime.combine(value, time())
        case list() | tuple():
            rank, value = 3, [order_of(one) for one in value]
        case _:
            rank, value = 2, str(value)
    return rank, value


def is_missing(value: Any) -> bool:
    """Whether it stands last, whichever way the others are sorted."""
    return order_of(value)[0] >= _LAST - 1
