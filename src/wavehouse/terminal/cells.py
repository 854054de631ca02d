"""Values as people read them in a cell."""

from __future__ import annotations

import datetime
from typing import Any

from wavehouse.core.printable import printable


def shown(value: Any, *, plain: bool = False) -> str:
    """A value as text; `plain` leaves the thousands of a number together (years are labels)."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and not plain:
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return printable(str(value))
