"""Where in a query an error is."""

from __future__ import annotations

import re

_PLACE = re.compile(r"line (\d+), column (\d+)")
_NAME = re.compile(r'(?:[\w.]|"[^"\n]*")+')
_CARETS = re.compile(r"^ *(\^+) here", re.MULTILINE)


def place_of(sql: str, message: str) -> tuple[int, int] | None:
    """From where to where in `sql` (offsets) the place is that a message names; None where it names none."""
    found = _PLACE.search(message)
    if found is None:
        return None
    lines = sql.split("\n")
    line, column = int(found[1]), int(found[2])
    if not 1 <= line <= len(lines):
        return None
    start = sum(len(one) + 1 for one in lines[: line - 1]) + min(column - 1, len(lines[line - 1]))
    carets, name = _CARETS.search(message), _NAME.match(sql, start)
    length = len(carets[1]) if carets else len(name[0]) if name else 1
    end = min(start + length, len(sql))
    # (What is missing at the end of the query is marked by its last character.)
    return (start, end) if end > start else ((len(sql) - 1, len(sql)) if sql else None)
