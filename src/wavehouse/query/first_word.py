"""The word that a statement begins with."""

from __future__ import annotations

import re

_FIRST = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*(\w*)", re.DOTALL)


def first_word(sql: str) -> str:
    """It in capital letters; '' where it begins with a sign."""
    found = _FIRST.match(sql)
    return found[1].upper() if found else ""
