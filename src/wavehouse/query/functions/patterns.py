"""Regular expressions: Java's syntax as Trino's joni reads it, as RE2's.

Only what both mean the same by, or what can be written so: the rest is refused by name. What depends on the
text is left to the texts: `stops` are conditions of a text for which the two would differ.
https://trino.io/docs/current/functions/regexp.html, https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.functions.pattern_signs import CLASSES, Signs, character, is_word, refused

_MOST = 1000  # RE2 repeats no more often
_QUANTIFIER = re.compile(r"[*+?]|\{(\d+)(,(\d*))?\}", re.ASCII)
_GROUP = re.compile(r"\?<([A-Za-z][A-Za-z0-9]*)>", re.ASCII)
_FLAGS = re.compile(r"\(\?([ims]+)\)")
# Letters that fold to several, and the two that fold to ASCII.
_FOLDED = (
    r"[\x{DF}\x{130}\x{131}\x{149}\x{17F}\x{1F0}\x{390}\x{3B0}\x{587}\x{1E96}-\x{1E9E}\x{1F50}-\x{1FFF}\x{212A}"
    r"\x{FB00}-\x{FB17}]"
)
_WORD = r"\pL\pM\p{Nd}\p{Pc}"
# Whether these belong to words is not the same in all versions of Unicode and of joni.
_MAYBE_WORD = r"[\p{Nl}\p{No}\x{24B6}-\x{24E9}\x{1F130}-\x{1F189}]"


@dataclass(frozen=True)
class Pattern:
    """A pattern for RE2; `like` is one that matches somewhere in the same texts, for what only asks that.

    `nullable` says that it may match nothing, `looks` that it asks what stands before a match.
    """

    sql: str
    like: str
    groups: int
    names: dict[str, int]
    nullable: bool
    looks: bool
    stops: tuple[tuple[str, str], ...]
    like_stops: tuple[tuple[str, str], ...]

    def guarded(self, text: str, body: str, *, like: bool = False) -> str:
        """`body`, or an error where `text` is one for which the engines differ."""
        stops = self.like_stops if like else self.stops
        whens = " ".join(
            f"WHEN {condition.format(text=text)} THEN error({literal(what)})" for condition, what in stops
        )
        return f"CASE {whens} ELSE {body} END" if whens else body


@dataclass
class _Part:
    """A piece of a pattern; `first` and `last` say that it begins and ends with a letter of ASCII words."""

    text: str
    nullable: bool = False
    first: bool = False
    last: bool = False
    anchor: str = ""


def pattern(text: str) -> Pattern:
    """The pattern `text`; raises `QueryError` for a wrong one and for one that is not covered."""
    return _Reader(text).read()


@dataclass
class _Reader(Signs):
    groups: int = 0
    names: dict[str, int] = field(default_factory=dict)
    anchors: set[str] = field(default_factory=set)

    def read(self) -> Pattern:
        if found := _FLAGS.match(self.source):
            self.flags, self.at = "".join(sorted(set(found[1]))), found.end()
        branches = self._branches()
        if self.at < len(self.source):
            raise QueryError("')' without '(' in a regular expression")
        if self.names and len(self.names) < self.groups:
            raise refused("groups with and without names", "Name them all or none")
        whole = _joined(branches)
        prefix = f"(?{self.flags})" if self.flags else ""
        like, rest = self._like(branches)
        return Pattern(
            literal(prefix + whole.text),
            literal(prefix + like),
            self.groups,
            self.names,
            whole.nullable,
            bool(self.anchors - {"$"}),
            self._stops(self.anchors),
            self._stops(rest),
        )

    def _stops(self, anchors: set[str]) -> tuple[tuple[str, str], ...]:
        stops = []
        if "$" in anchors or ("m" in self.flags and "^" in anchors):
            stops.append(
                ("ends_with({text}, chr(10))", "'$' of a text that ends in a line break is not answered here")
            )
        if "b" in anchors:
            beyond = "regexp_replace({text}, '[\\x00-\\x7F]+', '', 'g')"
            stops.append(
                (
                    f"regexp_matches({beyond}, '[{_braced(_WORD)}]|{_braced(_MAYBE_WORD)}')",
                    "'\\b' of a text with letters that are not ASCII is not answered here",
                )
            )
        if "edge" in anchors:
            stops.append(
                (
                    f"regexp_matches({{text}}, '{_braced(_MAYBE_WORD)}')",
                    "'\\b' of a text with such numbers is not answered here",
                )
            )
        if "i" in self.flags:
            stops.append(
                (
                    f"regexp_matches({{text}}, '{_braced(_FOLDED)}')",
                    "(?i) of a text with letters that fold to several is not answered here",
                )
            )
        return tuple(stops)

    def _like(self, branches: list[list[_Part]]) -> tuple[str, set[str]]:
        """The pattern where only its being found counts: what stands beside a match may be part of it."""
        parts = list(branches[0])
        if len(branches) > 1 or not parts or "m" in self.flags:
            return _joined(branches).text, self.anchors
        edged = False
        if len(parts) > 1 and parts[0].anchor == "b" and parts[1].first:
            parts[0], edged = _Part(rf"(?:\A|[^{_WORD}])", anchor="edge"), True
        if len(parts) > 1 and parts[-1].anchor == "b" and parts[-2].last:
            parts[-1], edged = _Part(rf"(?:\z|[^{_WORD}])", anchor="edge"), True
        if parts[-1].anchor == "$":
            parts[-1] = _Part(r"(?:\n?\z)", anchor="end")
        text = "".join(part.text for part in parts)
        inner = {part.anchor for part in parts} & {"b", "$", "^"} | self._within(parts)
        return text, inner | ({"edge"} if edged else set())

    def _within(self, parts: list[_Part]) -> set[str]:
        # Anchors inside of groups are not told apart by their place.
        found = {"b"} if any(part.anchor == "B" for part in parts) else set()
        for anchor, written in (("b", r"\b"), ("$", "$")):
            if any(written in part.text for part in parts if not part.anchor):
                found.add(anchor)
        return found

    def _branches(self) -> list[list[_Part]]:
        branches: list[list[_Part]] = [[]]
        while self.at < len(self.source) and self.source[self.at] != ")":
            if self.source[self.at] == "|":
                self.at += 1
                branches.append([])
            else:
                branches[-1].append(self._repeated(self._atom()))
        return branches

    def _repeated(self, part: _Part) -> _Part:
        found = _QUANTIFIER.match(self.source, self.at)
        if not found:
            return part
        if part.anchor:
            raise refused("a repeated anchor")
        if part.nullable:
            raise refused("repeating what may be nothing")
        least, most = self._times(found)
        self.at = found.end()
        lazy = "?" if self.source[self.at : self.at + 1] == "?" else ""
        self.at += len(lazy)
        if self.source[self.at : self.at + 1] == "+" and not lazy:
            raise refused(f"the possessive '{found[0]}+'")
        if _QUANTIFIER.match(self.source, self.at):
            raise refused("repeating a repetition")
        del most
        return _Part(
            part.text + found[0] + lazy, not least, part.first and least > 0, part.last and least > 0
        )

    def _times(self, found: re.Match[str]) -> tuple[int, int | None]:
        if found[0] in "*+?":
            return (1 if found[0] == "+" else 0), None
        least = int(found[1])
        most = least if not found[2] else int(found[3]) if found[3] else None
        if max(least, most or 0) > _MOST:
            raise refused(f"a repetition of more than {_MOST} times")
        if most is not None and most < least:
            raise QueryError(f"'{found[0]}' in a regular expression is upside down")
        return least, most

    def _atom(self) -> _Part:
        sign = self.source[self.at]
        self.at += 1
        match sign:
            case "(":
                return self._group()
            case "[":
                text, word = self.bracketed()
                return _Part(text, first=word, last=word)
            case "\\":
                return self._escape()
            case ".":
                return _Part(".")
            case "^" | "$":
                self.anchors.add(sign)
                return _Part(sign, nullable=True, anchor=sign)
            case "*" | "+" | "?" | "{":
                raise refused(f"'{sign}' that repeats nothing", f"Write \\{sign} for the sign itself")
        word = is_word(ord(sign))
        return _Part(character(ord(sign)), first=word, last=word)

    def _group(self) -> _Part:
        opening = "("
        if self.source.startswith("?:", self.at):
            self.at += 2
            opening = "(?:"
        elif found := _GROUP.match(self.source, self.at):
            self.groups += 1
            if found[1] in self.names:
                raise refused("two groups of one name")
            self.names[found[1]] = self.groups
            self.at = found.end()
        elif self.source.startswith("?", self.at):
            raise refused(*_extended(self.source[self.at :]))
        else:
            self.groups += 1
        branches = self._branches()
        if self.at >= len(self.source):
            raise QueryError("'(' without ')' in a regular expression")
        self.at += 1
        inner = _joined(branches)
        return _Part(f"{opening}{inner.text})", inner.nullable, inner.first, inner.last)

    def _escape(self) -> _Part:
        sign = self.source[self.at : self.at + 1]
        if sign in ("b", "B"):
            self.at += 1
            self.anchors.add("b")
            return _Part(f"\\{sign}", nullable=True, anchor=sign.lower() if sign == "b" else "B")
        if sign in ("A", "z"):
            self.at += 1
            self.anchors.add("A")
            return _Part(f"\\{sign}", nullable=True, anchor="A")
        if sign in CLASSES and sign:
            self.at += 1
            return _Part(f"[{CLASSES[sign]}]", first=sign in "dw", last=sign in "dw")
        if sign in ("p", "P"):
            return _Part(self.property_())
        code = self.code()
        return _Part(character(code), first=is_word(code), last=is_word(code))


def _joined(branches: list[list[_Part]]) -> _Part:
    def first(parts: list[_Part]) -> bool:
        return bool(parts) and parts[0].first

    def last(parts: list[_Part]) -> bool:
        return bool(parts) and parts[-1].last

    return _Part(
        "|".join("".join(part.text for part in parts) for parts in branches),
        any(all(part.nullable for part in parts) for parts in branches),
        all(map(first, branches)),
        all(map(last, branches)),
    )


def _extended(rest: str) -> tuple[str, str]:
    for start, what in (
        ("?=", "(?=…)"),
        ("?!", "(?!…)"),
        ("?<=", "(?<=…)"),
        ("?<!", "(?<!…)"),
        ("?>", "(?>…)"),
    ):
        if rest.startswith(start):
            return what, "RE2 cannot look around: split the pattern into several conditions"
    if re.match(r"\?[a-zA-Z-]+[:)]", rest):
        return f"({rest.partition(')')[0][:8]})", "Flags stand at the start, and only i, m and s"
    return f"({rest[:3]}…", ""


def _braced(text: str) -> str:
    """For `str.format`."""
    return text.replace("{", "{{").replace("}", "}}")
