"""Regular expressions: those of RE2, which every engine here can match in linear time."""

from __future__ import annotations

import re

from wavehouse.core.errors import DefinitionError

_ESCAPES = frozenset("afnrtvdDsSwWbBAzCQEpPx01234567")
_TOKEN = re.compile(
    r"""(?P<quoted>\\Q.*?(?:\\E|$))
    |(?P<escape>\\[pP]\{[^}]*\}|\\.?)
    |(?P<set>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]?)
    |(?P<group>\((?:\?(?:P?<(?![=!])\w+>|[a-zA-Z]*-?[a-zA-Z]*[:)]|<?[=!]|>|.?))?)
    |(?P<repeat>(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?)
    |(?P<open>\{,\d*\})
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_POSIX = frozenset(
    [
        "alnum",
        "alpha",
        "ascii",
        "blank",
        "cntrl",
        "digit",
        "graph",
        "lower",
        "print",
        "punct",
        "space",
        "upper",
        "word",
        "xdigit",
    ]
)
# The categories of Unicode, and its scripts that are in wide use.
_PROPERTY = re.compile(
    r"\^?(C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|Any|Arabic|Armenian|Bengali|Common"
    r"|Cyrillic|Devanagari|Ethiopic|Georgian|Greek|Gujarati|Han|Hangul|Hebrew|Hiragana|Inherited|Kannada"
    r"|Katakana|Khmer|Lao|Latin|Malayalam|Mongolian|Myanmar|Tamil|Telugu|Thai|Tibetan)"
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
        elif kind == "open":
            least = text.replace("{", "{0")
            raise _wrong(pattern, f"'{text}' is a count in Python and mere signs in RE2. Write {least}")
        elif kind == "repeat":
            if not repeatable:
                raise _wrong(pattern, f"there is nothing before '{text}' to repeat")
            _check_repeat(text, pattern)
        if depth < 0:
            raise _wrong(pattern, "a bracket ')' is too many")
        repeatable = kind not in ("group", "repeat") and text != "|"
    if depth:
        raise _wrong(pattern, "a bracket '(' is not closed")


def _check_repeat(text: str, pattern: str) -> None:
    if text.endswith("+") and len(text) > 1:
        raise _wrong(pattern, f"possessive repeating ('{text}') exists only in Java's language")
    if counts := re.match(r"\{(\d+)(?:,(\d*))?\}", text):
        least, most = int(counts[1]), int(counts[2] or counts[1])
        if most < least or most > 1000:
            raise _wrong(pattern, f"'{text}' is no number of times up to 1000")


def _check_group(text: str, pattern: str) -> None:
    if text in _LOOK_AROUND:
        raise _wrong(pattern, f"look-around ('{text}') exists only in Java's language")
    if text == "(?>":
        raise _wrong(pattern, "an atomic group ('(?>') exists only in Java's language")
    plain = text == "(" or re.fullmatch(r"\(\?(P<\w+>|[imsU]*(-[imsU]+)?[:)])", text)
    if not plain:
        raise _wrong(pattern, f"'{text}' begins no group")


def _check_escape(text: str, pattern: str) -> None:
    if re.fullmatch(r"\\[1-9]|\\k", text):
        raise _wrong(pattern, f"a back-reference ('{text}') exists only in Java's language")
    if text.startswith(("\\p{", "\\P{")) and not _PROPERTY.fullmatch(text[3:-1]):
        raise _wrong(pattern, f"'{text}' is no kind of character")
    if text == "\\" or (text[1].isascii() and text[1].isalnum() and text[1] not in _ESCAPES):
        raise _wrong(pattern, f"'{text}' stands for nothing")


def _check_set(text: str, pattern: str) -> None:
    if not re.fullmatch(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]", text, re.DOTALL):
        raise _wrong(pattern, "a bracket '[' is not closed")
    if "&&" in text:
        raise _wrong(pattern, "what two sets have in common ('&&') exists only in Java's language")
    parts = re.findall(r"\[:\^?\w+:\]|\\[pP]\{[^}]*\}|\\.|.", text[1:-1], re.DOTALL)
    for part in parts:
        if part.startswith("[:") and part.strip("[:^]") not in _POSIX:
            raise _wrong(pattern, f"'{part}' is no kind of character")
        if part.startswith("\\") and part not in (r"\b", r"\B"):
            _check_escape(part, pattern)
    for first, dash, last in zip(parts, parts[1:], parts[2:], strict=False):
        if dash == "-" and len(first) == len(last) == 1 and first > last:
            raise _wrong(pattern, f"'{first}-{last}' is no range")


def _wrong(pattern: str, why: str) -> DefinitionError:
    return DefinitionError(
        f"the regular expression '{pattern}' cannot be used: {why}", remedy="Write it in the syntax of RE2"
    )
