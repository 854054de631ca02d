"""Functions of URLs, which Trino reads as Java's java.net.URI does: RFC 2396, and letters of any alphabet.

A part that is not there is '', and all parts of what is no URI are NULL. What is not plainly one or the
other, such as a host with '_' or an address in brackets, stops the query.
https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/net/URI.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wavehouse.core.sql_text import literal
from wavehouse.query.functions.function import Function
from wavehouse.query.functions.let import let
from wavehouse.query.typed import Typed

_ENCODED = "%[0-9A-Fa-f]{2}"
_SIGN = r"[-A-Za-z0-9_.!~*'();/?:@&=+$,\pL\p{Nd}]"
_URI = rf"(?:{_SIGN}|{_ENCODED})*(?:#(?:{_SIGN}|{_ENCODED})*)?"
# What stands in no URI, wherever it stands.
_WRONG = r'[\x00-\x20\x7f"<>\\^`{|}]|%(?:[^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)'
# RFC 3986, appendix B: scheme, authority, path, query, fragment.
_PARTS = r"^(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$"
_SCHEME, _AUTHORITY, _PATH, _QUERY, _FRAGMENT = range(1, 6)
_LABEL = "[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)*[A-Za-z](?:[-A-Za-z0-9]*[A-Za-z0-9])?\.?"
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_SERVER = rf"(?:[^@]*@)?((?:{_HOST})|{_BYTE}(?:\.{_BYTE}){{3}})(?::([0-9]{{0,9}}))?"
_MALFORMED = "%(?:[^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)"


def _part(number: int) -> str:
    return f"regexp_extract(url, {literal(_PARTS)}, {number})"


def _server(number: int) -> str:
    """Host (1) or port (2) of the authority; '' without one."""
    return let(
        _part(_AUTHORITY),
        "place",
        f"CASE WHEN place = '' THEN '' WHEN regexp_full_match(place, {literal(_SERVER)}) "
        f"THEN regexp_extract(place, {literal('^' + _SERVER + '$')}, {number}) "
        "ELSE error('the host of ' || url || ' is written in a way that is not answered here') END",
    )


def _read(name: str, body: str) -> Callable[[Sequence[Typed]], str]:
    """`body` of a text that is a URI, as `url`."""

    def written(arguments: Sequence[Typed]) -> str:
        sql = body if len(arguments) == 1 else body.replace("{name}", arguments[1].sql)
        # A scheme is one or there is no ':' before the first '/', and something stands behind it; so does
        # something behind '//'. In 'mailto:a@b?c' all behind the scheme is one part without a name.
        no_uri = " OR ".join(
            f"regexp_matches(url, {literal(one)})"
            for one in (
                _WRONG,
                "^[^/?#:]*:(?:#|$)",
                "^(?:[^A-Za-z/?#:][^/?#:]*|[^/?#:]*[^-+.A-Za-z0-9/?#:][^/?#:]*)?:",
                "^(?:[^/?#:]*:)?//$",
            )
        )
        return let(
            arguments[0].sql,
            "url",
            f"CASE WHEN {no_uri} THEN NULL WHEN NOT regexp_full_match(url, {literal(_URI)}) "
            f"THEN error('{name}() of ' || url || ' is not answered here') ELSE {sql} END",
        )

    return written


def _decoded(sql: str) -> str:
    return f"url_decode({sql})"


def _hierarchical(sql: str) -> str:
    return f"CASE WHEN regexp_matches(url, '^[^/?#:]+:[^/]') THEN '' ELSE {sql} END"


# The first of that name counts, also without a value.
_PARAMETER = (
    "CASE WHEN {name} IS NULL THEN NULL ELSE "
    + let(
        f"list_extract(list_filter(string_split({_hierarchical(_part(_QUERY))}, '&'), "
        "lambda pair: split_part(pair, '=', 1) = {name}), 1)",
        "found",
        # ('' is the name of nothing where there is no query at all.)
        f"CASE WHEN {_part(_QUERY)} = '' AND NOT contains(url, '?') THEN NULL "
        "ELSE url_decode(replace(CASE WHEN contains(found, '=') "
        "THEN substr(found, strpos(found, '=') + 1) WHEN found IS NOT NULL THEN '' END, '+', ' ')) END",
    )
    + " END"
)


def _url_decode(arguments: Sequence[Typed]) -> str:
    return let(
        arguments[0].sql,
        "text",
        f"CASE WHEN regexp_matches(text, {literal(_MALFORMED)}) THEN error('url_decode() of a wrong %') "
        "ELSE url_decode(replace(text, '+', ' ')) END",
    )


URLS: tuple[Function, ...] = (
    *(
        Function(name, ("varchar",), "varchar", _read(name, body))
        for name, body in (
            ("url_extract_protocol", _part(_SCHEME)),
            ("url_extract_host", _hierarchical(_server(1))),
            ("url_extract_path", _hierarchical(_decoded(_part(_PATH)))),
            ("url_extract_query", _hierarchical(_decoded(_part(_QUERY)))),
            ("url_extract_fragment", _decoded(_part(_FRAGMENT))),
        )
    ),
    Function(
        "url_extract_port",
        ("varchar",),
        "bigint",
        _read("url_extract_port", f"CAST(nullif({_hierarchical(_server(2))}, '') AS BIGINT)"),
    ),
    Function(
        "url_extract_parameter", ("varchar", "varchar"), "varchar", _read("url_extract_parameter", _PARAMETER)
    ),
    Function(
        "url_encode",
        ("varchar",),
        "varchar",
        "replace(replace(replace(url_encode({0}), '%20', '+'), '%2A', '*'), '~', '%7E')",
        "Trino writes a blank as '+' and lets '*' stand, not '~'",
    ),
    Function(
        "url_decode", ("varchar",), "varchar", _url_decode, "in Trino '+' is a blank, and a wrong % an error"
    ),
)
