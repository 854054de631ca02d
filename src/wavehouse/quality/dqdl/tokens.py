"""A DQDL text as tokens, cut as ANTLR cuts it: the longest match, and of equally long ones the first.

So `12abc` and `1.5.2` are identifiers, a word that is a keyword is one wherever it stands, and a quoted text
that looks like a date or a time of day is that date or time, even where only a text may stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, pairwise

from lark import Token

from wavehouse.quality.dqdl.refusal import Refusal
from wavehouse.quality.rules import Position

# A rule that is nested deeper was not written by hand.
MAX_PARENTHESES = 50

KEYWORDS = {
    "Metadata": "METADATA",
    "DataSources": "DATA_SOURCES",
    "DefaultLabels": "DEFAULT_LABELS",
    "Rules": "RULES",
    "Analyzers": "ANALYZERS",
    "labels": "LABELS",
    "where": "WHERE",
    "with": "WITH",
    "matches": "MATCHES",
    "between": "BETWEEN",
    "in": "IN",
    "not": "NOT",
    **dict.fromkeys(("AND", "and"), "_AND"),
    **dict.fromkeys(("OR", "or"), "_OR"),
    **dict.fromkeys(("OF", "of"), "OF"),
    **dict.fromkeys(("null", "NULL"), "NULL"),
    **dict.fromkeys(("empty", "EMPTY"), "EMPTY"),
    **dict.fromkeys(("whitespaces_only", "WHITESPACES_ONLY"), "WHITESPACES_ONLY"),
    **dict.fromkeys(("days", "hours", "minutes"), "DURATION_UNIT"),
    **dict.fromkeys(("B", "KB", "MB", "GB", "TB"), "SIZE_UNIT"),
}
SYMBOLS = {
    ":": "_COLON",
    ",": "_COMMA",
    "{": "_LCURL",
    "}": "_RCURL",
    "[": "_LBRAC",
    "]": "_RBRAC",
    "(": "_LPAREN",
    ")": "_RPAREN",
    "=": "EQUAL",
    "!": "NEGATION",
    ">": "GREATER",
    ">=": "GREATER_EQUAL",
    "<": "LESS",
    "<=": "LESS_EQUAL",
    "+": "PLUS",
    "-": "MINUS",
    "*": "STAR",
    "/": "SLASH",
    "$": "DOLLAR",
}

# A quoted text ends at the first quote that is not escaped; where there is none, at the last escaped one.
_TOKEN = re.compile(
    r"""
      (?P<nothing> [ \t\n]+ | \#[^\n]*\n )
    | (?P<now> now\(\) )
    | (?P<word> [A-Za-z0-9_.]+ )
    | (?P<quoted> "(?: [^"\\]++ | \\["\\]?+ )*+" | "(?s:.*)" )
    | (?P<symbol> >= | <= | [][:,{}()=!<>+*/$-] )
    """,
    re.VERBOSE,
)
_QUOTED = {
    "DATE": re.compile(r'"[0-9]{4}-[0-9]{2}-[0-9]{2}"'),
    "TIME": re.compile(r'"[0-9]{1,2}:[0-9]{2} [AP]M"'),
    "MIL_TIME": re.compile(r'"[0-9]{2}:[0-9]{2}"'),
}
_WHOLE = re.compile(r"[0-9]+")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")


def position(token: Token) -> Position:
    """Where a token starts."""
    return Position(token.line or 1, token.column or 1)


def quoted_kind(text: str) -> str:
    """The kind of token that a text in quotes is."""
    return next((kind for kind, pattern in _QUOTED.items() if pattern.fullmatch(text)), "QUOTED")


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text` up to `$END`; raises `Refusal` where none can be read."""
    parentheses = 0
    for token, following in pairwise(chain(_cut(text), [None])):
        if token is None:
            break
        if (
            token.type == "_AND"
            and following is not None
            and following.type in ("QUOTED", "IDENTIFIER", "DOLLAR")
        ):
            token.type = "AND_NAME"
        parentheses += (token.type == "_LPAREN") - (token.type == "_RPAREN")
        if parentheses > MAX_PARENTHESES:
            raise Refusal(
                f"more than {MAX_PARENTHESES} parentheses are open here",
                position(token),
                "Write the rule with fewer of them",
            )
        yield token


def _cut(text: str) -> Iterator[Token]:
    offset, line, start = 0, 1, 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        if found is None:
            raise _unreadable(text, offset, Position(line, offset - start + 1))
        cut, group = found[0], found.lastgroup or ""
        if group != "nothing":
            yield Token(_kind(group, cut), cut, line=line, column=offset - start + 1)
        if "\n" in cut:
            line += cut.count("\n")
            start = offset + cut.rindex("\n") + 1
        offset = found.end()
    yield Token("$END", "", line=line, column=offset - start + 1)


def _kind(group: str, cut: str) -> str:
    if group == "word":
        if _WHOLE.fullmatch(cut):
            return "WHOLE"
        return KEYWORDS.get(cut) or ("DECIMAL" if _DECIMAL.fullmatch(cut) else "IDENTIFIER")
    if group == "quoted":
        return quoted_kind(cut)
    return SYMBOLS.get(cut) or "NOW"


def _unreadable(text: str, offset: int, place: Position) -> Refusal:
    character = text[offset]
    if character == '"':
        return Refusal(
            "this quoted text is not closed", place, 'It ends with "; a quote within it is written \\"'
        )
    if character == "#":
        return Refusal(
            "this comment ends with the text, not with a line",
            place,
            "Put a line end behind it, as AWS asks for",
        )
    if character == "\r":
        return Refusal(
            "this line ends with a carriage return, which AWS refuses",
            place,
            "Save the text with \\n as its line ends, not with \\r\\n",
        )
    if character == "\ufeff":
        return Refusal("a byte order mark stands here", place, "Save the text as UTF-8 without one")
    if character == "'":
        return Refusal("a single quote cannot stand here", place, "Put texts in double quotes")
    shown = f"'{character}'" if character.isprintable() else f"the character U+{ord(character):04X}"
    return Refusal(
        f"{shown} cannot stand outside of quotes",
        place,
        "Put names in double quotes if they have other characters than A-Z, a-z, 0-9, _ and .",
    )
