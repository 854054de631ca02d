r"""Regular expressions of RE2, as Java writes what RE2 means by them.

They differ in what a line end, white space and a word's edge are: RE2 knows `\n` and ASCII alone.
"""

from __future__ import annotations

import re

_SIGN = re.compile(
    r"\\Q.*?(?:\\E|$)|\\[pP]\{[^}]*\}|\\[pP].|\\x\{[0-9A-Fa-f]+\}|\\.|\[:\^?\w+:\]"
    r"|\(\?P<|\(\?[imsU-]*[:)]|.",
    re.DOTALL,
)
# White space, in a set and out of it.
_SPACE = r"\t\n\f\r "
_PLAIN = {
    r"\v": r"\x0B",
    r"\C": "(?s:.)",
    # A word's edge is one of ASCII letters.
    r"\b": r"(?:(?<=\w)(?!\w)|(?<!\w)(?=\w))",
    r"\B": r"(?:(?<=\w)(?=\w)|(?<!\w)(?!\w))",
    "(?P<": "(?<",
}
_POSIX = {
    "alnum": r"\p{Alnum}",
    "alpha": r"\p{Alpha}",
    "ascii": r"\p{ASCII}",
    "blank": r"\p{Blank}",
    "cntrl": r"\p{Cntrl}",
    "digit": r"\p{Digit}",
    "graph": r"\p{Graph}",
    "lower": r"\p{Lower}",
    "print": r"\p{Print}",
    "punct": r"\p{Punct}",
    "space": r"\t\n\x0B\f\r ",
    "upper": r"\p{Upper}",
    "word": r"\w",
    "xdigit": r"\p{XDigit}",
}


def java_pattern(pattern: str, *, whole: bool) -> str:
    """The pattern in Java's words; `whole`: it must match all of a text, else some part of it."""
    made, in_set, first = [], False, False
    for sign in _SIGN.findall(pattern):
        made.append(_said(sign, in_set=in_set, first=first))
        begins = sign == "[" and not in_set
        ends = sign == "]" and in_set and not first
        first = begins or (first and sign == "^")
        in_set = (in_set or begins) and not ends
    # (?d): a line ends with \n alone. (?u): letters' case is that of all scripts, where it is ignored.
    said = "(?du)" + "".join(made)
    return rf"\A(?:{said})\z" if whole else said


def _said(sign: str, *, in_set: bool, first: bool) -> str:
    if in_set:
        return _in_set(sign, first=first)
    if sign in (r"\s", r"\S"):
        return f"[^{_SPACE}]" if sign == r"\S" else f"[{_SPACE}]"
    if sign.startswith((r"\p{", r"\P{")):
        return _property(sign)
    # (Who takes more and who less says nothing of whether there is a match.)
    return sign.replace("U", "") if sign.startswith("(?") and sign != "(?P<" else _PLAIN.get(sign, sign)


def _in_set(sign: str, *, first: bool) -> str:
    if sign.startswith("[:"):
        name = sign.strip("[:]")
        said = _POSIX[name.lstrip("^")]
        return f"[^{said}]" if name.startswith("^") else said
    if sign.startswith((r"\p{", r"\P{")):
        return _property(sign)
    # To Java a bracket would begin a set within, and && would be what two have in common.
    escaped = sign in ("[", "&") or (sign == "]" and first)
    plain = {r"\s": _SPACE, r"\S": f"[^{_SPACE}]", r"\v": r"\x0B"}.get(sign, sign)
    return f"\\{sign}" if escaped else plain


def _property(sign: str) -> str:
    name, negated = sign[3:-1], sign[1] == "P"
    if name.startswith("^"):
        name, negated = name[1:], not negated
    if name == "Any":
        return r"[^\x{0}-\x{10FFFF}]" if negated else r"[\x{0}-\x{10FFFF}]"
    script = "" if len(name) <= 2 else "Is"
    return f"\\{'P' if negated else 'p'}{{{script}{name}}}"
