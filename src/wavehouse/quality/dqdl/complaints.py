"""A sentence for a token that may not stand where it does: what stands there, and what may."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from lark import Token

from wavehouse.quality.dqdl.refusal import Refusal, near
from wavehouse.quality.dqdl.rule_types import RULE_TYPES
from wavehouse.quality.dqdl.tokens import KEYWORDS, SYMBOLS, position

SECTIONS = ("Metadata", "DataSources", "DefaultLabels", "Rules", "Analyzers")

# Kinds of tokens that are one thing to the reader; the first whose kinds are all accepted stand for them.
_GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    ("a value", frozenset({"WHOLE", "QUOTED", "DATE", "NULL", "MINUS", "IDENTIFIER"})),
    ("a number", frozenset({"WHOLE", "DECIMAL", "MINUS", "IDENTIFIER"})),
    ("a condition such as '> 5'", frozenset({"EQUAL", "GREATER", "BETWEEN", "IN", "NOT", "MATCHES"})),
    ("a parameter", frozenset({"QUOTED", "IDENTIFIER", "DOLLAR"})),
    ("an operator such as '+'", frozenset({"PLUS", "MINUS", "STAR", "SLASH"})),
    ("a quoted text", frozenset({"QUOTED"})),
    ("a name", frozenset({"IDENTIFIER"})),
    ("a number", frozenset({"WHOLE"})),
    ("'now()'", frozenset({"NOW"})),
    ("the end of the text", frozenset({"$END"})),
)
# What goes without saying once its group was named.
_COVERED = {
    "a value": frozenset(
        {"DECIMAL", "TIME", "MIL_TIME", "NOW", "EMPTY", "WHITESPACES_ONLY", "DOLLAR", "_LPAREN"}
    ),
    "a number": frozenset({"NULL", "_LPAREN"}),
    "a condition such as '> 5'": frozenset({"GREATER_EQUAL", "LESS", "LESS_EQUAL", "NEGATION"}),
    "a parameter": frozenset({"OF", "AND_NAME"}),
}
# One spelling of every kind is enough, but units are all different.
_WORDS = {
    **{kind: f"'{word}'" for word, kind in (SYMBOLS | KEYWORDS).items()},
    "DURATION_UNIT": "'days', 'hours', 'minutes'",
    "SIZE_UNIT": "'B', 'KB', 'MB', 'GB', 'TB'",
}
_SECTION_KINDS = ("METADATA", "DATA_SOURCES", "DEFAULT_LABELS", "RULES", "ANALYZERS")
_IN_RULES = ("where", "with", "labels", "matches", "between", "in", "not", "and", "or")
_DATES = ("DATE", "TIME", "MIL_TIME")
_NUMBER_AND_UNIT = re.compile(r"(\d+)(days|hours|minutes|B|KB|MB|GB|TB)")


def complaint(token: Token, before: Sequence[Token], accepted: Collection[str]) -> Refusal:
    """Why `token` may not stand behind `before`, where `accepted` kinds of tokens may."""
    if section := _misspelled_section(token, before):
        return section
    last = before[-1] if before else None
    if last is not None and last.type == "IDENTIFIER" and set(accepted) == {"_LPAREN"}:
        # It was read as the name of a function, since no other name may stand among values.
        return Refusal(f"'{last}' is neither a number nor a quoted text", position(last), _value_hint(last))
    if last is not None and last.type == "DOLLAR":
        return Refusal(f"'$' is followed by {_shown(token)}", position(token), "A variable is written $name")
    return Refusal(
        f"{_shown(token)} cannot stand here", position(token), _hint(token, last, accepted) or _may(accepted)
    )


def _misspelled_section(token: Token, before: Sequence[Token]) -> Refusal | None:
    """`Rule = [ … ]` reads as a variable up to the first rule in it."""
    depth = 0
    found = None
    for first, second in pairwise([*before, token]):
        depth += (first.type in ("_LBRAC", "_LCURL")) - (first.type in ("_RBRAC", "_RCURL"))
        if depth == 0 and first.type == "IDENTIFIER" and second.type == "EQUAL":
            found = first
        elif first.type in _SECTION_KINDS:
            found = None
    if found is None or not (suggestion := near(found, *SECTIONS)):
        return None
    return Refusal(f"there is no section '{found}'", position(found), suggestion)


def _shown(token: Token) -> str:
    if token.type == "$END":
        return "the end of the text"
    what = {"DATE": "the date ", "TIME": "the time of day ", "MIL_TIME": "the time of day "}.get(
        token.type, ""
    )
    text = str(token).split("\n", 1)[0]
    text = text if len(text) <= 40 else f"{text[:39]}…"
    return what + (text if text.startswith('"') else f"'{text}'")


def _hint(token: Token, last: Token | None, accepted: Collection[str]) -> str:
    before = "" if last is None else last.type
    return (
        _order_hint(token, accepted)
        or _token_hint(token, before, accepted)
        or (_word_hint(token, accepted) if token.type == "IDENTIFIER" else "")
        or (_last_word_hint(str(last), accepted) if before == "IDENTIFIER" else "")
    )


def _order_hint(token: Token, accepted: Collection[str]) -> str:
    if token.type in ("WHERE", "LABELS", "WITH"):
        return "The order within a rule is: parameters, condition, where, labels, with"
    if token.type in _SECTION_KINDS:
        return "The order is: Metadata, DataSources, variables, DefaultLabels, Rules, Analyzers"
    if "$END" in accepted:
        return "AWS reads no further than the last section: nothing may stand behind it"
    return ""


def _token_hint(token: Token, before: str, accepted: Collection[str]) -> str:
    if token.type in _DATES and "QUOTED" in accepted:
        return "In quotes this is a date or a time wherever it stands; no other text may look like one"
    if token.type in ("_RBRAC", "_RCURL") and before == "_COMMA":
        return "Take away the comma before it"
    if token.type == "_COLON" and before == "WHOLE":
        return 'A time of day stands in quotes: "9:30 AM" or "21:45"'
    return ""


def _word_hint(word: Token, accepted: Collection[str]) -> str:
    known = [keyword for keyword, kind in KEYWORDS.items() if kind in accepted]
    return near(word, *known) or (_value_hint(word) if "WHOLE" in accepted else "")


def _last_word_hint(last: str, accepted: Collection[str]) -> str:
    if set(accepted) == {"EQUAL"} and any(type_.name == last for type_ in RULE_TYPES):
        return "Rules stand in Rules = [ … ]"
    return near(last, *(word for word in _IN_RULES if KEYWORDS[word] in accepted))


def _value_hint(name: Token) -> str:
    if glued := _NUMBER_AND_UNIT.fullmatch(name):
        return f"Write {glued[1]} {glued[2]}"
    if name[0] in "0123456789.":
        return "A number is written like 12, -12 or 0.5"
    return near(name, "NULL", "EMPTY", "WHITESPACES_ONLY") or "Put texts in double quotes"


def _may(accepted: Collection[str]) -> str:
    names = list(dict.fromkeys(_names(set(accepted))))
    if len(names) > 1:
        names[-2:] = [f"{names[-2]} or {names[-1]}"]
    return f"Here may stand {', '.join(names)}"


def _names(accepted: set[str]) -> Iterator[str]:
    for name, kinds in _GROUPS:
        if kinds <= accepted:
            yield name
            accepted -= kinds | _COVERED.get(name, frozenset())
    yield from (word for kind, word in _WORDS.items() if kind in accepted)
