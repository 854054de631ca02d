"""Where a query stops: what TRY catches, and Trino's words for what the engine says.

https://trino.io/docs/current/functions/conditional.html#try
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# A quoted constant or name, else one character: nothing inside of quotes is taken for SQL.
_PIECE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|.""", re.DOTALL)
# An expression of any type that fails with a text; not volatile, as error() is, which TRY does not take, and
# not folded before the rows are there, as a plain CAST of a constant is.
_FAILURE = "list_extract([NULL], CAST('! ' || ({0}) AS BIGINT))"
# What only says that the answer is not known here.
REFUSALS = ("not covered", "not answered here")
_ATTEMPTS = {"CAST": "TRY_CAST", "strptime": "try_strptime"}

_WHOLE = {"8": "tinyint", "16": "smallint", "32": "integer", "64": "bigint"}
_OVERFLOW = re.compile(r"Overflow in (\w+) of INT(\d+) \((.+)\)")
_RANGE = re.compile(r"Type (\w+) with value (\S+) can't be cast .* type INT(\d+)")
# (It goes on with the engine's own letters for the format.)
_NO_TIME = re.compile(r'Could not parse string "(.*?)" according to format specifier', re.DOTALL)
_ABSOLUTE = re.compile(r"Overflow on abs\((-\d+)\)")
_DECIMAL_OVERFLOW = re.compile(r"Overflow in (\w+ of (DECIMAL|INT128)|HUGEINT)")


def caught(sql: str) -> str:
    """SQL for TRY: NULL where `sql` stops; what only says that it is not covered still stops."""
    tried = f"TRY({_with_stops(sql, _FAILURE)})"
    if not any(words in sql for words in REFUSALS):
        return tried
    # Outside of TRY, which would take that for NULL.
    return f"CASE WHEN ({attempted(sql)}) IS NULL THEN {tried} ELSE {tried} END"


def attempted(sql: str) -> str:
    """The SQL of a cast as that of TRY_CAST: NULL where the cast would stop.

    What only says that it is not covered still stops.
    """
    pieces = _PIECE.findall(_with_stops(sql, "NULL", but=REFUSALS))
    return "".join(_ATTEMPTS.get(piece, piece) for piece in pieces)


def holds(sql: str, word: str) -> bool:
    """Whether a word is in `sql`, outside of quotes."""
    return word in _PIECE.findall(sql)


def _with_stops(sql: str, failure: str, *, but: Sequence[str] = ()) -> str:
    """`sql` with every `error(text)` as `failure`, which has a hole for the text."""
    pieces = _PIECE.findall(sql)
    done: list[str] = []
    at = 0
    while at < len(pieces):
        if pieces[at : at + 2] == ["error", "("]:
            end = _closing(pieces, at + 1)
            text = "".join(pieces[at + 2 : end])
            done.append(f"error({text})" if any(words in text for words in but) else failure.format(text))
            at = end
        else:
            done.append(pieces[at])
        at += 1
    return "".join(done)


def _closing(pieces: list[str], opening: int) -> int:
    depth = 0
    for at in range(opening, len(pieces)):
        depth += (pieces[at] == "(") - (pieces[at] == ")")
        if not depth:
            return at
    raise AssertionError("SQL without a closing bracket")


def in_trinos_words(what: str) -> str:  # noqa: PLR0911
    """What the engine says of a query that stopped, `Kind Error: text`, as Trino says it."""
    kind, _, text = what.partition(" Error: ")
    said = (text or kind).rstrip("!")
    if found := _OVERFLOW.search(said):
        return f"{_WHOLE.get(found[2], 'decimal')} {found[1]} overflow: {found[3]}"
    if found := _NO_TIME.search(said):
        return f"'{found[1]}' is no time of the format"
    if found := _ABSOLUTE.search(said):
        type_ = _WHOLE[str((-int(found[1])).bit_length())]
        return f"Value {found[1]} is out of range for abs({type_})"
    if "Overflow in negation" in said:
        return "negation overflow: the smallest number has no positive one"
    if _DECIMAL_OVERFLOW.search(said):
        return "Decimal overflow"
    if found := _RANGE.search(said):
        type_ = _WHOLE.get(found[3], "bigint")
        if found[2] == "nan":
            return f"Cannot cast {'real' if found[1] == 'FLOAT' else 'double'} NaN to {type_}"
        return f"Out of range for {type_}: {found[2]}"
    return said
