"""'Did you mean …' for every name that a user can mistype."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that proposes the nearest known name, else lists the known ones; '' when there are none."""
    names = sorted(set(known))
    if not names:
        return ""
    if near := nearest(name, names):
        return f"Did you mean '{near}'?"
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"Known: {shown}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `name`; None where none is much like it."""
    folded = {candidate.casefold(): candidate for candidate in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None
