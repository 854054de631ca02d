"""JSON as Trino keeps it: the text that json_parse() makes, keys sorted and numbers as Java writes them."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import Any, NoReturn

from wavehouse.core.errors import QueryError
from wavehouse.query.functions.let import let

_STRINGS = r"""'"(?:[^"\\]|\\.)*"', '""', 'g'"""
# What DuckDB reads and Jackson does not, and -0, of which DuckDB forgets the sign.
_LENIENT = r"'(?i)nan|inf|,[ \t\n\r]*[\]}]|-0(?:[^0-9.]|$)'"
# Numbers that the two write differently: 1e5, 1.50, 0.0001, 12345678.5, more digits than a double keeps.
_ODD_NUMBERS = (
    r"'[0-9][eE]|\.[0-9]+0(?:[^0-9]|$)|[0-9]{8}\.|[0-9]{19}|[0-9]\.[0-9]{9}|(?:^|[^0-9])0\.000[0-9]'"
)
_FRACTIONS = r"'[0-9][.eE]|[0-9]{19}'"
_MOST_DIGITS = 15
NUMBER = "error('a number in JSON that is written in such a way is not answered here')"
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def canonical(text: str) -> str:
    """The text of JSON that json_parse() makes of `text`; raises `QueryError` for what is no JSON."""
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise QueryError(f"cannot convert to JSON: '{text[:100]}'") from None
    return _written(document)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _written(value: Any) -> str:
    match value:
        case None | bool() | int():
            return json.dumps(value)
        case float():
            return _double(value)
        case str():
            return _string(value)
        case list():
            return f"[{','.join(map(_written, value))}]"
    # Java sorts texts by their UTF-16.
    pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass"))
    return f"{{{','.join(f'{_string(key)}:{_written(one)}' for key, one in pairs)}}}"


def _string(text: str) -> str:
    if re.search("[\ud800-\udfff]", text):
        raise QueryError("half of a surrogate pair in JSON is not covered yet")
    signs = (_ESCAPES.get(sign) or (f"\\u{ord(sign):04X}" if sign < " " else sign) for sign in text)
    return f'"{"".join(signs)}"'


def _double(value: float) -> str:
    """https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Double.html ."""
    if not math.isfinite(value):
        raise QueryError("a number in JSON that no double holds is not covered yet")
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    exact = Decimal(repr(value))
    digits = "".join(map(str, exact.as_tuple().digits)).rstrip("0")
    if len(digits) > _MOST_DIGITS:
        # Before version 19 Java wrote some of them with more digits than are needed.
        raise QueryError("a number in JSON with so many digits is not covered yet")
    return f"{'-' if value < 0 else ''}{digits[0]}.{digits[1:] or '0'}E{exact.adjusted()}"


def _bare(text: str) -> str:
    """JSON without what its strings say."""
    return f"regexp_replace({text}, {_STRINGS})"


def is_sound(text: str) -> str:
    """Whether a text is JSON for both engines."""
    return f"(json_valid({text}) AND NOT regexp_matches({_bare(text)}, {_LENIENT}))"


def is_plain(text: str) -> str:
    """Whether its numbers are written as Java would write them."""
    return f"(NOT regexp_matches({_bare(text)}, {_ODD_NUMBERS}))"


def part(document: str, value: str) -> str:
    """`value`, cut out of `document`, as text; stops where a number in it may be written differently."""
    text = f"CAST({value} AS VARCHAR)"
    return (
        f"CASE WHEN regexp_matches({_bare(text)}, {_FRACTIONS}) AND NOT {is_plain(document)} "
        f"THEN {NUMBER} ELSE {text} END"
    )


def parsed(text: str) -> str:
    """json_parse() of a text that is no constant."""
    nodes = "list_concat([json(parsed)], json_extract(parsed, '$..*'))"
    in_order = "json_keys(node) = list_sort(list_distinct(json_keys(node)))"
    return let(
        text,
        "parsed",
        f"CASE WHEN parsed IS NULL THEN NULL WHEN NOT {is_sound('parsed')} "
        "THEN error('cannot convert to JSON: ' || parsed) "
        f"WHEN NOT {is_plain('parsed')} THEN {NUMBER} "
        f"WHEN len(list_filter({nodes}, lambda node: NOT ({in_order}))) > 0 "
        "THEN error('json_parse() of an object whose keys are not sorted or come twice is not answered here: "
        "json_extract() takes a varchar too') "
        "ELSE CAST(json(parsed) AS VARCHAR) END",
    )
