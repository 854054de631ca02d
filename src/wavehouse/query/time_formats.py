"""Formats of dates and times, constant in the query: MySQL's and Joda's, to DuckDB's.

https://trino.io/docs/current/functions/datetime.html#mysql-date-functions and
https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html . A format is a list of fields
and of texts between them. What is read is first held against a pattern, since DuckDB reads more than Trino.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal


@dataclass(frozen=True)
class Field:
    """A part of a time: how DuckDB writes it, and the pattern of what is read; no pattern, not covered.

    `part` is the same of all fields that say the same.
    """

    duckdb: str
    part: str = ""
    pattern: str = ""


_TWO = "[0-9]{1,2}"
_YEAR, _HALF = Field("%Y", "year", "[0-9]{4}"), Field("%p", "half", "(?:AM|PM|am|pm)")
_MONTH, _MONTH_1 = Field("%m", "month", _TWO), Field("%-m", "month", _TWO)
_MON, _MONTH_NAME = Field("%b", "month", "[A-Za-z]{3}"), Field("%B", "month", "[A-Za-z]{3,9}")
_DAY, _DAY_1 = Field("%d", "day", _TWO), Field("%-d", "day", _TWO)
_HOUR, _HOUR_1 = Field("%H", "hour", _TWO), Field("%-H", "hour", _TWO)
_HOUR_12, _HOUR_12_1 = Field("%I", "hour of half", _TWO), Field("%-I", "hour of half", _TWO)
_MINUTE, _MINUTE_1 = Field("%M", "minute", _TWO), Field("%-M", "minute", _TWO)
_SECOND, _SECOND_1 = Field("%S", "second", _TWO), Field("%-S", "second", _TWO)
_YEAR_2, _DOY, _DOY_1 = Field("%y"), Field("%j"), Field("%-j")
_WEEK, _WEEK_YEAR, _DOW = Field("%V"), Field("%G"), Field("%u")
_WEEKDAY, _WEEKDAY_NAME = Field("%a"), Field("%A")
_ZONE, _OFFSET, _OFFSET_COLON = Field("zone"), Field("+0000"), Field("+00:00")

_MYSQL: dict[str, tuple[Field | str, ...]] = {
    "a": (_WEEKDAY,),
    "b": (_MON,),
    "c": (_MONTH_1,),
    "d": (_DAY,),
    "e": (_DAY_1,),
    "f": (Field("%g000", "fraction", "[0-9]{1,6}"),),
    "H": (_HOUR,),
    "h": (_HOUR_12,),
    "I": (_HOUR_12,),
    "i": (_MINUTE,),
    "j": (_DOY,),
    "k": (_HOUR_1,),
    "l": (_HOUR_12_1,),
    "M": (_MONTH_NAME,),
    "m": (_MONTH,),
    "p": (_HALF,),
    "r": (_HOUR_12, ":", _MINUTE, ":", _SECOND, " ", _HALF),
    "S": (_SECOND,),
    "s": (_SECOND,),
    "T": (_HOUR, ":", _MINUTE, ":", _SECOND),
    "v": (_WEEK,),
    "x": (_WEEK_YEAR,),
    "W": (_WEEKDAY_NAME,),
    "Y": (_YEAR,),
    "y": (_YEAR_2,),
}
_NOT_IN_TRINO = "DUuVwX"
_JODA: dict[str, Field] = {
    "yyyy": _YEAR,
    "YYYY": _YEAR,
    "yy": _YEAR_2,
    "M": _MONTH_1,
    "MM": _MONTH,
    "MMM": _MON,
    "MMMM": _MONTH_NAME,
    "d": _DAY_1,
    "dd": _DAY,
    "D": _DOY_1,
    "DDD": _DOY,
    "E": _WEEKDAY,
    "EE": _WEEKDAY,
    "EEE": _WEEKDAY,
    "EEEE": _WEEKDAY_NAME,
    "e": _DOW,
    "xxxx": _WEEK_YEAR,
    "ww": _WEEK,
    "a": _HALF,
    "H": _HOUR_1,
    "HH": _HOUR,
    "h": _HOUR_12_1,
    "hh": _HOUR_12,
    "m": _MINUTE_1,
    "mm": _MINUTE,
    "s": _SECOND_1,
    "ss": _SECOND,
    **{"S" * n: Field("%g" + "0" * (n - 3), "fraction", f"[0-9]{{1,{n}}}") for n in (3, 4, 5, 6)},
    "Z": _OFFSET,
    "ZZ": _OFFSET_COLON,
    "ZZZ": _ZONE,
}
_JODA_LETTERS = frozenset("GCYxweEyDMdaKhHkmsSzZ")
_JODA_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|.", re.DOTALL)
Parts = Sequence[Field | str]


def mysql_format(form: str) -> Parts:
    """The parts of a MySQL format; raises `QueryError` for what Trino does not support."""
    parts: list[Field | str] = []
    signs = iter(form)
    for sign in signs:
        if sign != "%":
            parts.append(sign)
            continue
        letter = next(signs, "")  # (A % at the end stands for nothing.)
        if letter and letter in _NOT_IN_TRINO:
            raise QueryError(f"%{letter} is not supported in a format by Athena")
        parts += _MYSQL.get(letter, (letter,))
    return parts


def joda_format(form: str, function: str) -> Parts:
    """The parts of a Joda pattern; raises `QueryError` for what is none, or not covered."""
    parts: list[Field | str] = []
    for found in _JODA_TOKEN.finditer(form):
        run, quoted, letter = found[0], found[1], found[2]
        if quoted is not None:
            parts.append(quoted.replace("''", "'") or "'")
        elif run == "'":
            raise QueryError(f"a quote is not closed in the format '{form}'")
        elif not letter:
            parts.append(run)
        elif run in _JODA:
            parts.append(_JODA[run])
        elif letter in _JODA_LETTERS:
            raise QueryError(f"{run} in {function}() is not covered yet", remedy="Use date_format()")
        else:
            raise QueryError(f"{letter} is not supported in a format by Athena")
    return parts


def written(parts: Parts, clock: str, zone: str | None) -> str:
    """`clock`, a TIMESTAMP of whole milliseconds, as text; `zone` is that of an instant.

    Raises `QueryError` for a zone of what has none.
    """
    form = ""
    for part in parts:
        if isinstance(part, str):
            form += part.replace("%", "%%")
        elif part in (_ZONE, _OFFSET, _OFFSET_COLON):
            form += _zone_text(part, zone)
        else:
            form += part.duckdb
    return f"strftime({clock}, {literal(form)})"


def _zone_text(part: Field, zone: str | None) -> str:
    if zone is None:
        raise QueryError("a timestamp has no zone that a format could tell", remedy="Leave Z and z out")
    if part is _ZONE:
        return zone
    if zone != "UTC":
        raise QueryError(f"the offset of {zone} in a format is not covered yet", remedy="Use ZZZ")
    return part.duckdb


def read(parts: Parts, text: str, function: str) -> str:
    """A TIMESTAMP of whole milliseconds that is read from `text`; what does not fit stops the query.

    Raises `QueryError` where a part is not covered.
    """
    fields = [part for part in parts if isinstance(part, Field)]
    says = [field.part for field in fields]
    for field in fields:
        if not field.pattern:
            raise QueryError(f"{_name(field, function)} in {function}() is not covered yet")
    if len(set(says)) < len(says):
        raise QueryError(f"a format with a part twice in {function}() is not covered yet")
    if "year" not in says or ("day" in says and "month" not in says):
        missing = "a month" if "year" in says else "a year"
        raise QueryError(f"a format without {missing} in {function}() is not covered yet")
    if ("half" in says) != ("hour of half" in says) or {"hour", "hour of half"} <= set(says):
        raise QueryError(
            f"an hour of half a day without its half in {function}() is not covered yet",
            remedy="Use %H, HH in Joda's formats, or add %p, a",
        )
    pattern, form, doubtful = "", "", ""
    for at, part in enumerate(parts):
        if isinstance(part, str):
            pattern, form = pattern + re.escape(part), form + part.replace("%", "%%")
            doubtful += re.escape(part)
            continue
        # Next to another number each has all its digits.
        beside = at > 0 and isinstance(parts[at - 1], Field)
        beside = beside or (at + 1 < len(parts) and isinstance(parts[at + 1], Field))
        pattern += part.pattern.replace("{1,2}", "{2}") if beside else part.pattern
        # Java reads signs, and fewer digits, in some of the fields.
        doubtful += "[+-]?[0-9]+" if part.pattern.startswith("[0-9]") else r"\S+"
        form += "%f" if part.part == "fraction" else part.duckdb.replace("-", "")
    value = f"strptime({text}, {literal(form)})"
    value = f"date_trunc('millisecond', {value})" if "fraction" in says else value
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {value} "
        f"WHEN regexp_full_match({text}, {literal(doubtful)}) "
        f"THEN error('{function}() cannot read ''' || {text} || ''', or it is not answered here') "
        f"WHEN {text} IS NOT NULL THEN error('{function}() cannot read ''' || {text} || '''') END"
    )


def _name(field: Field, function: str) -> str:
    if function == "date_parse":
        return next(f"%{sign}" for sign, parts in _MYSQL.items() if field in parts)
    return next(token for token, one in _JODA.items() if one == field)
