"""Characters and classes of regular expressions: how both syntaxes write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wavehouse.core.errors import QueryError

_SPACES = r"\t-\r\x{20}"
CLASSES = {
    "d": "0-9",
    "w": "0-9A-Za-z_",
    "s": _SPACES,
    "D": r"\x{0}-/:-\x{10FFFF}",
    "W": r"\x{0}-/:-@\x{5B}-\x{5E}\x{60}\x{7B}-\x{10FFFF}",
    "S": r"\x{0}-\x{8}\x{E}-\x{1F}\x{21}-\x{10FFFF}",
}
_CHARACTERS = {"t": 9, "n": 10, "r": 13, "f": 12, "a": 7, "e": 27}
# Categories and scripts.
_PROPERTY = re.compile(
    r"([pP])(?:\{(L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|Latin|Greek|Cyrillic|Arabic|Hebrew|Han"
    r"|Hiragana|Katakana|Hangul|Thai)\}|([LMNPSZ]))"
)


def refused(what: str, remedy: str = "") -> QueryError:
    return QueryError(f"{what} in a regular expression is not covered yet", remedy=remedy)


def character(code: int) -> str:
    sign = chr(code)
    return sign if sign.isascii() and sign.isalnum() else f"\\x{{{code:X}}}"


def is_word(code: int) -> bool:
    return chr(code).isascii() and (chr(code).isalnum() or chr(code) == "_")


@dataclass
class Signs:
    """A pattern and how far it is read."""

    source: str
    at: int = 0
    flags: str = ""

    def property_(self) -> str:
        """`\\p{L}` or `\\P{L}`, behind its backslash."""
        found = _PROPERTY.match(self.source, self.at)
        if not found or "i" in self.flags:
            name = self.source[self.at : self.at + 8]
            raise refused(f"\\{name}", "Covered: \\p{L}, \\p{Lu}, \\p{Han} …, without (?i)")
        self.at = found.end()
        return f"\\{found[1]}{{{found[2] or found[3]}}}"

    def code(self) -> int:
        """The character of an escape, behind its backslash."""
        rest = self.source[self.at :]
        found = re.match(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|x\{([0-9A-Fa-f]{1,6})\}", rest)
        if found:
            self.at += found.end()
            code = int(found[1] or found[2] or found[3], 16)
            if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
                raise refused(f"\\{found[0]}")
            return code
        sign = rest[:1]
        if not sign:
            raise QueryError("a regular expression cannot end in '\\'")
        if sign in _CHARACTERS:
            self.at += 1
            return _CHARACTERS[sign]
        if sign.isalnum() or not sign.isascii():
            what = f"the back-reference \\{sign}" if sign.isdigit() and sign != "0" else f"\\{sign}"
            raise refused(what)
        self.at += 1
        return ord(sign)

    def bracketed(self) -> tuple[str, bool]:
        """A class behind its '[', and whether it has letters of ASCII words only."""
        negated = self.source.startswith("^", self.at)
        self.at += negated
        if self.source.startswith("]", self.at):
            raise refused("']' at the start of […]", "Write \\]")
        items, word = [], not negated
        while not self.source.startswith("]", self.at):
            item, inside = self._item()
            items.append(item)
            word &= inside
        self.at += 1
        return f"[{'^' if negated else ''}{''.join(items)}]", word

    def _item(self) -> tuple[str, bool]:
        """One part of a class, and whether it has letters of ASCII words only."""
        rest = self.source[self.at :]
        if not rest:
            raise QueryError("'[' without ']' in a regular expression")
        if rest.startswith("&&"):
            raise refused("'&&' in […]")
        if rest.startswith("\\") and rest[1:2] in (*CLASSES, "p", "P") and len(rest) > 1:
            self.at += 1
            kind = rest[1]
            if kind in "pP":
                item = self.property_()
            else:
                self.at += 1
                item = CLASSES[kind]
            if self.source.startswith("-", self.at) and not self.source.startswith("-]", self.at):
                raise refused(f"a range after \\{kind}", "Write the '-' last")
            return item, kind in "dw"
        low = self._member()
        if not self.source.startswith("-", self.at) or self.source.startswith("-]", self.at):
            return character(low), is_word(low)
        self.at += 1
        if self.source[self.at : self.at + 1] == "\\" and self.source[self.at + 1 : self.at + 2] in CLASSES:
            raise refused("a range to a class")
        high = self._member()
        if high < low:
            raise QueryError("a range of […] in a regular expression is upside down")
        if self.source.startswith("-", self.at) and not self.source.startswith("-]", self.at):
            raise refused("a range after a range", "Write the '-' last")
        spans = (range(48, 58), range(65, 91), range(97, 123))
        return f"{character(low)}-{character(high)}", any(low in span and high in span for span in spans)

    def _member(self) -> int:
        sign = self.source[self.at : self.at + 1]
        self.at += 1
        if sign == "[":
            raise refused("a class within […]", "Write \\[ for the sign itself")
        if not sign:
            raise QueryError("'[' without ']' in a regular expression")
        return self.code() if sign == "\\" else ord(sign)
