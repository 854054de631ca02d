"""The patterns of files that a source or a crawler leaves out.

Source: the Unix-style glob patterns of Glue's crawlers and sources
(https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html#crawler-source-type).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from wavehouse.core.errors import DefinitionError

_TOKENS = re.compile(r"\\.|\*\*/?|\*|\?|\[!?\]?[^\]]*\]|.", re.DOTALL)
_WILD = {"**": ".*", "**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}


class Exclusions:
    """Says of a path whether it is left out.

    `*` and `?` stay inside a folder, `**` crosses any number of them; `[a-z]` is a sign, `{a,b}` a choice.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raises `DefinitionError` for a text that is no pattern."""
        self._patterns = [_compiled(pattern) for pattern in patterns]

    def __call__(self, path: str) -> bool:
        """Whether one of the patterns is the whole path."""
        return any(pattern.fullmatch(path) for pattern in self._patterns)


def _compiled(text: str) -> re.Pattern[str]:
    parts, inside = [], False
    for sign in _TOKENS.findall(text):
        if sign in "{}":
            if (sign == "{") == inside:
                raise _wrong(text, "the groups in { } do not close, or stand in each other")
            inside = sign == "{"
            parts.append("(?:" if inside else ")")
        elif sign == "," and inside:
            parts.append("|")
        elif sign.startswith("[") and len(sign) > 1:
            parts.append(_set(sign[1:-1]))
        elif sign == "[":
            raise _wrong(text, "a bracket '[' is not closed")
        else:
            parts.append(_WILD.get(sign) or re.escape(sign[-1]))
    if inside:
        raise _wrong(text, "the groups in { } do not close, or stand in each other")
    try:
        return re.compile("".join(parts), re.DOTALL)
    except re.error as error:
        raise _wrong(text, str(error)) from None


def _set(signs: str) -> str:
    negated = signs.startswith("!")
    plain = re.sub(r"[\\^\[\]&~|]", r"\\\g<0>", signs[negated:])
    return f"[{'^' if negated else ''}{plain}]"


def _wrong(text: str, why: str) -> DefinitionError:
    short = text if len(text) <= 40 else f"{text[:37]}…"
    return DefinitionError(
        f"the exclusion '{short}' is no pattern: {why}",
        remedy="Write it like **.tmp, or old/** or [a-f]*.csv",
    )
