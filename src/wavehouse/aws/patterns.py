"""AWS's patterns as Python's: written for Java, matched against the whole text."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache

# Two escapes of a pair are one character to Java, and two to Python.
_PAIR = re.compile(r"\\u(D[89AB][0-9A-F]{2})\\u(D[C-F][0-9A-F]{2})", re.IGNORECASE)
# A pair of brackets, as far as patterns of AWS nest none, or one escape outside.
_PART = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\[pP]\{\w+\}|\\.|[^\[\\]+|\[")
_CATEGORY = re.compile(r"\\([pP])\{(\w+)\}")


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern for `fullmatch`; raises `re.error` for what Python cannot read."""
    text = _PAIR.sub(lambda pair: f"\\U{_code_point(pair[1], pair[2]):08X}", pattern).replace(r"\z", r"\Z")
    # Java's \w, \d and \s are those of ASCII.
    return re.compile("".join(_part(part) for part in _PART.findall(text)), re.ASCII)


def _code_point(high: str, low: str) -> int:
    return 0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00


def _part(part: str) -> str:
    if part.startswith("[") and len(part) > 1:
        # A hyphen after a class is itself (`[\w- ]`).
        inside = re.sub(r"(\\[wWdDsS])-(?!\])", r"\1\\-", part)
        return _CATEGORY.sub(lambda found: _category(found[2], found[1] == "P"), inside)
    return _CATEGORY.sub(lambda found: f"[{_category(found[2], found[1] == 'P')}]", part)


@cache
def _category(name: str, negated: bool) -> str:
    """The characters of a Unicode category (`L`, `Cc`), or all others, as ranges for between brackets."""
    return "".join(f"\\U{first:08X}-\\U{last:08X}" for first, last in _ranges(name, negated))


def _ranges(name: str, negated: bool) -> Iterator[tuple[int, int]]:
    first = None
    for code in range(sys.maxunicode + 1):
        inside = unicodedata.category(chr(code)).startswith(name) is not negated
        if inside and first is None:
            first = code
        elif not inside and first is not None:
            yield first, code - 1
            first = None
    if first is not None:
        yield first, sys.maxunicode
