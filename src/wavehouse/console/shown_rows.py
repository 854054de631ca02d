"""As many rows of an answer as a browser is given: an answer may be larger than its memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Rows = Sequence[Sequence[str | None]]

# Bytes of all rows that are shown together, about, and characters of one value. (A value has a key as well.)
MOST_BYTES = 8_000_000
_KEY = 8
MOST_CHARACTERS = 10_000
# So many are read at first, and more at a time as long as they are small.
_FIRST, _LARGEST = 20, 1_000


@dataclass
class ShownRows:
    """The first rows. `filled`: more would not fit; `cut` is how many values are not shown to their end."""

    rows: list[list[str | None]] = field(default_factory=list)
    filled: bool = False
    cut: int = 0


def shown_rows(page: Callable[[int, int], Rows], most: int) -> ShownRows:
    """At most so many of the rows that `page` gives, from one on and at most so many at a time."""
    shown, size, at_once = ShownRows(), 0, _FIRST
    while len(shown.rows) < most:
        asked = min(at_once, most - len(shown.rows))
        part = page(len(shown.rows), asked)
        for row in part:
            values = [value if value is None else _shortened(value) for value in row]
            cut = sum(one != other for one, other in zip(values, row, strict=True))
            size += sum(_KEY + len(value or "") for value in values)
            if size > MOST_BYTES and shown.rows:
                shown.filled = True
                return shown
            shown.rows.append(values)
            shown.cut += cut
        if len(part) < asked:
            break
        at_once = min(2 * at_once, _LARGEST) if size < MOST_BYTES / 4 else _FIRST
    return shown


def _shortened(value: str) -> str:
    return value if len(value) <= MOST_CHARACTERS else f"{value[:MOST_CHARACTERS]}…"


def told_of_cuts(shown: ShownRows) -> str:
    """What is to be said of long values; '' for nothing."""
    if not shown.cut:
        return ""
    values = "1 long value is" if shown.cut == 1 else f"{shown.cut:,} long values are"
    return f"{values} cut after {MOST_CHARACTERS:,} characters"
