"""Functions of regular expressions; patterns are constants, since they are translated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wavehouse.core.errors import QueryError
from wavehouse.core.sql_text import literal
from wavehouse.query.functions.function import Function
from wavehouse.query.functions.let import let
from wavehouse.query.functions.patterns import Pattern, pattern
from wavehouse.query.typed import Typed

Body = Callable[[str, Pattern, Sequence[Typed]], str]


def _with(body: Body, *, like: bool = False) -> Callable[[Sequence[Typed]], str]:
    def written(arguments: Sequence[Typed]) -> str:
        found = pattern(arguments[1].text or "")
        return let(arguments[0].sql, "text", found.guarded("text", body("text", found, arguments), like=like))

    return written


def _like(text: str, found: Pattern, _: Sequence[Typed]) -> str:
    return f"regexp_matches({text}, {found.like})"


def _group(found: Pattern, arguments: Sequence[Typed]) -> int:
    group = int(arguments[2].number or 0) if len(arguments) > 2 else 0
    if group > found.groups:
        raise QueryError(f"the pattern has {found.groups} groups: there is no group {group}")
    return group


def _extract(text: str, found: Pattern, arguments: Sequence[Typed]) -> str:
    group = _group(found, arguments)
    if group:
        # A group that takes no part is '' in regexp_extract().
        return f"list_extract(regexp_extract_all({text}, {found.sql}, {group}), 1)"
    return f"CASE WHEN regexp_matches({text}, {found.sql}) THEN regexp_extract({text}, {found.sql}) END"


def _all(text: str, found: Pattern, arguments: Sequence[Typed]) -> str:
    _refuse_nothing(found, "regexp_extract_all")
    return f"regexp_extract_all({text}, {found.sql}, {_group(found, arguments)})"


def _count(text: str, found: Pattern, _: Sequence[Typed]) -> str:
    _refuse_nothing(found, "regexp_count")
    return f"len(regexp_extract_all({text}, {found.sql}))"


def _split(text: str, found: Pattern, _: Sequence[Typed]) -> str:
    _refuse_nothing(found, "regexp_split")
    _refuse_looking(found, "regexp_split")
    return f"string_split_regex({text}, {found.sql})"


def _position(text: str, found: Pattern, _: Sequence[Typed]) -> str:
    _refuse_nothing(found, "regexp_position")
    _refuse_looking(found, "regexp_position")
    return (
        f"CASE WHEN regexp_matches({text}, {found.sql}) "
        f"THEN CAST(length(list_extract(string_split_regex({text}, {found.sql}), 1)) + 1 AS INTEGER) "
        f"WHEN {text} IS NOT NULL THEN -1 END"
    )


def _replace(text: str, found: Pattern, arguments: Sequence[Typed]) -> str:
    _refuse_nothing(found, "regexp_replace")
    by = (arguments[2].text or "") if len(arguments) > 2 else ""
    return f"regexp_replace({text}, {found.sql}, {literal(_replacement(by, found))}, 'g')"


def _replacement(text: str, found: Pattern) -> str:
    """A replacement for RE2: `$1` and `${name}` as `\\1`, and `\\x` as x."""
    written, at = "", 0
    while at < len(text):
        sign, rest = text[at], text[at + 1 :]
        at += 1
        if sign not in ("$", "\\"):
            written += sign
        elif sign == "\\":
            if not rest:
                raise QueryError("a replacement cannot end in '\\'")
            written += "\\\\" if rest[0] == "\\" else rest[0]
            at += 1
        else:
            group, width = _reference(rest, found)
            written += f"\\{group}"
            at += width
    return written


def _reference(rest: str, found: Pattern) -> tuple[int, int]:
    """The group that is meant behind a '$', and how many characters name it."""
    if rest.startswith("{"):
        name, closed, _ = rest[1:].partition("}")
        if not closed or name not in found.names:
            raise QueryError(f"the pattern has no group named '{name}'")
        return found.names[name], len(name) + 2
    digits = 0
    # The longest number that is a group's.
    while rest[digits : digits + 1] in tuple("0123456789") and int(rest[: digits + 1]) <= found.groups:
        digits += 1
    if not digits:
        raise QueryError(
            f"'${rest[:1]}' in a replacement is no group of the pattern",
            remedy="Write \\$ for the sign itself",
        )
    if int(rest[:digits]) > 9:
        raise QueryError("a group above 9 in a replacement is not covered yet")
    return int(rest[:digits]), digits


def _refuse_nothing(found: Pattern, name: str) -> None:
    if found.nullable:
        raise QueryError(f"{name}() with a pattern that may match nothing is not covered yet")


def _refuse_looking(found: Pattern, name: str) -> None:
    if found.looks:
        raise QueryError(f"{name}() with ^ or \\b in the pattern is not covered yet")


REGEXPS: tuple[Function, ...] = (
    Function("regexp_like", ("varchar", "'string'"), "boolean", _with(_like, like=True)),
    *(
        function
        for name, gives, body in (
            ("regexp_extract", "varchar", _extract),
            ("regexp_extract_all", "array(varchar)", _all),
        )
        for function in (
            Function(name, ("varchar", "'string'"), gives, _with(body), "'' is not NULL"),
            Function(name, ("varchar", "'string'", "'offset'"), gives, _with(body), "'' is not NULL"),
        )
    ),
    Function("regexp_count", ("varchar", "'string'"), "bigint", _with(_count)),
    Function("regexp_position", ("varchar", "'string'"), "integer", _with(_position)),
    Function("regexp_split", ("varchar", "'string'"), "array(varchar)", _with(_split)),
    Function("regexp_replace", ("varchar", "'string'"), "varchar", _with(_replace)),
    Function("regexp_replace", ("varchar", "'string'", "'string'"), "varchar", _with(_replace)),
)
