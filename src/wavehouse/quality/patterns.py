"""Regular expressions: those of RE2, which every engine here can match in linear time."""

from __future__ import annotations

import re

from wavehouse.core.errors import DefinitionError

_ESCAPES = frozenset("afnrtvdDsSwWbBAzCQEpPx01234567")
_TOKEN = re.compile(
    r"""(?P<quoted>\\Q.*?(?:\\E|$))
    |(?P<escape>\\.?)
    |(?P<set>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]?)
    |(?P<group>\((?:\?(?:P?<(?![=!])\w+>|[a-zA-Z]*-?[a-zA-Z]*[:)]|<?[=!]|>|.?))?)
    |(?P<repeat>(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_LOOK_AROUND = ("(?=", "(?!", "(?<=", "(?<!")


def check_pattern(pattern: str) -> None:
    """Raise `DefinitionError` for what Java's language has and RE2's has not, and for what neither has."""
    depth, repeatable = 0, False
    for found in _TOKEN.finditer(pattern):
        kind, text = str(found.lastgroup), found[0]
        if kind == "group":
            _check_group(text, pattern)
            depth += not text.endswith(")") or text == "("
        elif text == ")":
            depth -= 1
        elif kind == "escape":
            _check_escape(text, pattern)
        elif kind == "set":
            _check_set(text, pattern)
        elif kind == "repeat":
            if not repeatable and not text.startswith("{"):
                raise _wrong(pattern, f"there is nothing before '{text}' to repeat")
            if text.endswith("+") and len(text) > 1:
                raise _wrong(pattern, f"possessive repeating ('{text}') exists only in Java's language")
        if depth < 0:
            raise _wrong(pattern, "a bracket ')' is too many")
        repeatable = kind not in ("group", "repeat") and text != "|"
    if depth:
        raise _wrong(pattern, "a bracket '(' is not closed")


def _check_group(text: str, pattern: str) -> None:
    if text in _LOOK_AROUND:
        raise _wrong(pattern, f"look-around ('{text}') exists only in Java's language")
    if text == "(?>":
        raise _wrong(pattern, "an atomic group ('(?>') exists only in Java's language")
    plain = text == "(" or re.fullmatch(r"\(\?(P?<\w+>|[imsU]*(-[imsU]+)?[:)])", text)
    if not plain:
        raise _wrong(pattern, f"'{text}' begins no group")


def _check_escape(text: str, pattern: str) -> None:
    if re.fullmatch(r"\\[1-9]|\\k", text):
        raise _wrong(pattern, f"a back-reference ('{text}') exists only in Java's language")
    if text == "\\" or (text[1].isascii() and text[1].isalnum() and text[1] not in _ESCAPES):
        raise _wrong(pattern, f"'{text}' stands for nothing")


def _check_set(text: str, pattern: str) -> None:
    if not re.fullmatch(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]", text, re.DOTALL):
        raise _wrong(pattern, "a bracket '[' is not closed")
    if "&&" in text:
        raise _wrong(pattern, "what two sets have in common ('&&') exists only in Java's language")
    for escape in re.findall(r"\\.", text, re.DOTALL):
        if escape not in (r"\b", r"\B"):
            _check_escape(escape, pattern)


def _wrong(pattern: str, why: str) -> DefinitionError:
    return DefinitionError(
        f"the regular expression '{pattern}' cannot be used: {why}", remedy="Write it in the syntax of RE2"
    )
