"""Patterns of files that a crawler leaves out, as Glue has them.

https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html: `*` and `?` stay within a
folder, `**` crosses folders, `[…]` is one of several signs, `{…,…}` one of several patterns, `\\` escapes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from wavehouse.core.errors import CallError


class Exclusions:
    """Says of a path, relative to what is crawled, whether it is left out."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raises `CallError` for a pattern that does not end."""
        self._patterns = [re.compile(_regex(pattern), re.DOTALL) for pattern in patterns]

    def __call__(self, path: str) -> bool:
        """Whether one of the patterns is the whole path."""
        return any(pattern.fullmatch(path) for pattern in self._patterns)


def _regex(pattern: str) -> str:
    regex, at, within = "", 0, 0
    while at < len(pattern):
        sign = pattern[at]
        at += 1
        if sign == "*":
            crosses = pattern[at : at + 1] == "*"
            regex += ".*" if crosses else "[^/]*"
            at += crosses
        elif sign == "?":
            regex += "[^/]"
        elif sign == "\\" and at < len(pattern):
            regex += re.escape(pattern[at])
            at += 1
        elif sign == "[":
            end = pattern.find("]", at + 1)
            if end < 0:
                raise _endless(pattern, "[")
            inside = pattern[at:end]
            negated = inside[:1] == "!"
            signs = inside[negated:].replace("\\", "\\\\").replace("^", "\\^").replace("[", "\\[")
            regex += f"[{'^' if negated else ''}{signs}]"
            at = end + 1
        elif sign == "{":
            regex, within = regex + "(?:", within + 1
        elif sign == "}" and within:
            regex, within = regex + ")", within - 1
        elif sign == "," and within:
            regex += "|"
        else:
            regex += re.escape(sign)
    if within:
        raise _endless(pattern, "{")
    return regex


def _endless(pattern: str, sign: str) -> CallError:
    return CallError(
        f"the pattern '{pattern}' does not end its '{sign}'", remedy=f"Close it, or write \\{sign}"
    )
