"""format(): Java's Formatter, of which the format is a constant and is taken apart when the query is read.

https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Formatter.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.functions.function import Function
from wavehouse.query.functions.let import let
from wavehouse.query.trino_types import MAX_PRECISION, WHOLE, decimal_of, is_decimal
from wavehouse.query.typed import Typed

_SPECIFIER = re.compile(r"%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])", re.ASCII)
_MOST_WIDTH = 1000
_FLAGS = {"s": "-", "d": "-+ 0,", "f": "-+ 0,", "x": "-0", "b": "-"}
_ASTRAL = r"'[^\x{10000}-\x{10FFFF}]'"


@dataclass(frozen=True)
class _Specifier:
    flags: str
    width: int
    precision: int | None
    conversion: str
    written: str


def _format(arguments: Sequence[Typed]) -> str:
    text, values = arguments[0].text or "", arguments[1:]
    pieces, at, following = [], 0, 0
    for found in re.finditer("%", text):
        if found.start() < at:
            continue
        if found.start() > at:
            pieces.append(literal(text[at : found.start()]))
        matched = _SPECIFIER.match(text, found.start())
        if not matched:
            raise _invalid(text, f"a '%' that starts nothing at character {found.start() + 1}")
        at = matched.end()
        index, flags, width, precision, conversion = matched.groups()
        if conversion in "%n":
            if matched[0] not in ("%%", "%n"):
                raise _refused(matched[0])
            pieces.append(literal("%") if conversion == "%" else "chr(10)")
            continue
        if conversion not in _FLAGS or set(flags) - set(_FLAGS[conversion]) or len(set(flags)) < len(flags):
            raise _refused(matched[0])
        if index is None:
            following += 1
        position = int(index) if index else following
        if not 0 < position <= len(values):
            raise _invalid(text, f"'{matched[0]}' has no argument")
        specifier = _Specifier(
            flags, int(width or 0), None if precision is None else int(precision), conversion, matched[0]
        )
        pieces.append(_one(specifier, values[position - 1]))
    if at < len(text):
        pieces.append(literal(text[at:]))
    return f"({' || '.join(pieces)})" if pieces else "''"


def _invalid(text: str, what: str) -> QueryError:
    return QueryError(f"invalid format string '{text}': {what}")


def _refused(written: str) -> QueryError:
    covered = "Covered: %s %d %x %f %b with width and precision, %,d %+d %05d %-10s, %1$s, %% and %n"
    return QueryError(f"'{written}' in format() is not covered yet", remedy=covered)


def _one(specifier: _Specifier, value: Typed) -> str:
    flags = specifier.flags
    if specifier.width > _MOST_WIDTH or (specifier.precision or 0) > _MOST_WIDTH:
        raise _refused(specifier.written)
    if ("-" in flags or "0" in flags) and not specifier.width:
        raise QueryError(f"invalid format string: '{specifier.written}' has no width")
    if {"-", "0"} <= set(flags) or {"+", " "} <= set(flags):
        raise QueryError(
            f"invalid format string: '{specifier.written}' has two flags that exclude each other"
        )
    if specifier.precision is not None and specifier.conversion in "dx":
        raise QueryError(f"invalid format string: '{specifier.written}' has a precision")
    if value.type == "unknown":
        return _filled(specifier, _cut(specifier, "'null'"))
    match specifier.conversion:
        case "d" | "x":
            return _whole(specifier, value)
        case "f":
            return _fraction(specifier, value)
        case "b":
            return _boolean(specifier, value)
    return _filled(specifier, _cut(specifier, f"coalesce({_text(specifier, value)}, 'null')"))


def _text(specifier: _Specifier, value: Typed) -> str:
    """`%s` of a value: what Java's toString() makes of it."""
    plain = value.type in (*WHOLE, "varchar", "boolean", "date", "json")
    scale = (decimal_of(value.type) or (0, 0))[1]
    # A decimal with more digits may be written with an exponent, as doubles are.
    if not plain and not (is_decimal(value.type) and scale <= 6):
        raise QueryError(f"'{specifier.written}' of {value.type} in format() is not covered yet")
    return f"CAST({_with_zero(value)} AS VARCHAR)"


def _with_zero(value: Typed) -> str:
    """DuckDB writes decimal(2,2) as .25, Java as 0.25: so it gets a digit more."""
    shape = decimal_of(value.type)
    if not is_decimal(value.type) or shape is None or shape[0] > shape[1]:
        return value.sql
    return f"CAST({value.sql} AS DECIMAL({min(shape[0] + 1, MAX_PRECISION)}, {shape[1]}))"


def _boolean(specifier: _Specifier, value: Typed) -> str:
    if value.type != "boolean":
        raise _refused(f"{specifier.written} of {value.type}")
    return _filled(specifier, _cut(specifier, f"CAST(coalesce({value.sql}, FALSE) AS VARCHAR)"))


def _whole(specifier: _Specifier, value: Typed) -> str:
    if value.type not in WHOLE:
        raise QueryError(f"invalid format string: '{specifier.written}' of {value.type}")
    if specifier.conversion == "x":
        digits = f"printf('%x', CAST({value.sql} AS BIGINT))"
        return _signed(specifier, f"CASE WHEN {value.sql} IS NOT NULL THEN '' END", digits)
    number = f"CAST({value.sql} AS HUGEINT)"
    digits = f"CAST(abs({number}) AS VARCHAR)"
    if "," in specifier.flags:
        digits = f"ltrim(printf('%,d', CAST({value.sql} AS BIGINT)), '-')"
    return _signed(specifier, _sign(specifier, f"{value.sql} < 0"), digits)


def _fraction(specifier: _Specifier, value: Typed) -> str:
    precision = 6 if specifier.precision is None else specifier.precision
    if precision > 18 or not (value.type == "double" or is_decimal(value.type)):
        if value.type in WHOLE or value.type in ("varchar", "boolean", "date", "timestamp"):
            raise QueryError(
                f"invalid format string: '{specifier.written}' of {value.type}", remedy="CAST it to double"
            )
        raise _refused(f"{specifier.written} of {value.type}")
    # Java rounds the shortest digits of a double half up, which the C library does not.
    shortest = f"CAST({value.sql} AS VARCHAR)"
    rounded = f"CAST(CAST(ltrim({shortest}, '-') AS DECIMAL(38, {precision})) AS VARCHAR)"
    if "," in specifier.flags:
        whole = f"printf('%,d', CAST(split_part({rounded}, '.', 1) AS BIGINT))"
        rounded = whole + (f" || '.' || split_part({rounded}, '.', 2)" if precision else "")
    if value.type != "double":
        # (A decimal that is rounded to 0 has no sign.)
        sign = f"{value.sql} < 0 AND CAST({shortest} AS DECIMAL(38, {precision})) <> 0"
        return _signed(specifier, _sign(specifier, sign), rounded)
    # Java before version 19 knows more digits of large ones than are needed.
    what = literal(f"'{specifier.written}' of NaN, or of 1e15 or more, is not answered here")
    digits = f"CASE WHEN NOT abs({value.sql}) < 1e15 THEN error({what}) ELSE {rounded} END"
    return _signed(specifier, _sign(specifier, f"starts_with({shortest}, '-')"), digits)


def _sign(specifier: _Specifier, negative: str) -> str:
    other = "'+'" if "+" in specifier.flags else "' '" if " " in specifier.flags else "''"
    return f"CASE WHEN {negative} THEN '-' WHEN NOT ({negative}) THEN {other} END"


def _signed(specifier: _Specifier, sign: str, digits: str) -> str:
    """Sign and digits, with zeros between them where the flag says so; 'null' of NULL."""
    number = f"{sign} || {digits}"
    if "0" in specifier.flags:
        zeros = f"repeat('0', {specifier.width} - length({sign}) - length({digits}))"
        number = f"{sign} || {zeros} || {digits}"
    return _filled(specifier, f"coalesce({number}, 'null')")


def _cut(specifier: _Specifier, text: str) -> str:
    if specifier.precision is None:
        return text
    what = literal(f"'{specifier.written}' of a text with such characters is not answered here")
    # Java counts a character beyond U+FFFF as two.
    return let(
        text,
        "whole",
        f"CASE WHEN regexp_matches(whole, '[\\x{{10000}}-\\x{{10FFFF}}]') THEN error({what}) "
        f"ELSE substr(whole, 1, {specifier.precision}) END",
    )


def _filled(specifier: _Specifier, text: str) -> str:
    if not specifier.width:
        return text
    units = f"(length(cell) + length(regexp_replace(cell, {_ASTRAL}, '', 'g')))"
    blanks = f"repeat(' ', {specifier.width} - {units})"
    return let(text, "cell", f"cell || {blanks}" if "-" in specifier.flags else f"{blanks} || cell")


FORMATS: tuple[Function, ...] = (
    Function(
        "format", ("'string'", "any"), "varchar", _format, "in DuckDB it is another language", more=True
    ),
)
