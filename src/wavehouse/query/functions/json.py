"""Functions of JSON. A value of the type json is its text here, as `json_texts` says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wavehouse.core.sql_text import literal
from wavehouse.query.functions.function import Function
from wavehouse.query.functions.json_paths import paths
from wavehouse.query.functions.json_texts import NUMBER, canonical, is_plain, is_sound, parsed, part
from wavehouse.query.functions.let import let
from wavehouse.query.typed import Typed

_SCALAR = (
    "CASE json_type(found) WHEN 'VARCHAR' THEN json_extract_string(found, '$') "
    "WHEN 'BOOLEAN' THEN CAST(found AS VARCHAR) WHEN 'UBIGINT' THEN CAST(found AS VARCHAR) "
    f"WHEN 'BIGINT' THEN CAST(found AS VARCHAR) WHEN 'DOUBLE' THEN CASE WHEN {is_plain('document')} "
    f"THEN CAST(found AS VARCHAR) ELSE {NUMBER} END END"
)
_SIZE = (
    "CASE json_type(found) WHEN 'OBJECT' THEN len(json_keys(found)) "
    "WHEN 'ARRAY' THEN CAST(json_array_length(found) AS BIGINT) "
    "ELSE CASE WHEN found IS NOT NULL THEN 0 END END"
)


def _sound(name: str, sql: str, *, opening: str, otherwise: str = "NULL") -> str:
    """`sql` where `document` is JSON, `otherwise` where it does not even begin with one of `opening`.

    In between, Trino's answer depends on where the damage is.
    """
    return (
        f"CASE WHEN document IS NULL THEN NULL WHEN {is_sound('document')} THEN {sql} "
        f"WHEN regexp_matches(document, '^[ \\t\\r\\n]*[{opening}]') "
        f"THEN error('{name}() of damaged JSON is not answered here') ELSE {otherwise} END"
    )


def _at_path(name: str, body: str) -> Callable[[Sequence[Typed]], str]:
    """`body` of what is at a path of the document, as `found`."""

    def written(arguments: Sequence[Typed]) -> str:
        document, path = arguments[0], arguments[1].text or ""
        choices = [f"json_extract(document, {one})" for one in paths(path)]
        found = f"coalesce({', '.join(choices)})" if len(choices) > 1 else choices[0]
        sql = let(found, "found", body)
        if document.type == "varchar":
            sql = _sound(name, sql, opening="^ \\t\\r\\n" if path == "$" else "[{")
        return let(document.sql, "document", sql)

    return written


def _of_arrays(name: str, body: str) -> Callable[[Sequence[Typed]], str]:
    def written(arguments: Sequence[Typed]) -> str:
        sql = f"CASE WHEN json_type(document) = 'ARRAY' THEN {body} END"
        if len(arguments) > 1:
            sql = sql.replace("{value}", arguments[1].sql)
        if arguments[0].type == "varchar":
            sql = _sound(name, sql, opening="[")
        return let(arguments[0].sql, "document", sql)

    return written


def _parse(arguments: Sequence[Typed]) -> str:
    text = arguments[0].text
    return literal(canonical(text)) if text is not None else parsed(arguments[0].sql)


def _is_scalar(arguments: Sequence[Typed]) -> str:
    sql = "json_type(document) NOT IN ('OBJECT', 'ARRAY')"
    if arguments[0].type == "varchar":
        wrong = "error('is_json_scalar() of a text that is no JSON: ' || document)"
        sql = f"CASE WHEN document IS NULL THEN NULL WHEN {is_sound('document')} THEN {sql} ELSE {wrong} END"
    return let(arguments[0].sql, "document", sql)


def _contains(kind: str, equal: str) -> str:
    return (
        "CASE WHEN {value} IS NOT NULL THEN len(list_filter(json_extract(document, '$[*]'), "
        f"lambda element: json_type(element) IN ({kind}) AND {equal})) > 0 END"
    )


_LENGTH = "CAST(json_array_length(document) AS BIGINT)"
_CONTAINS = (
    ("boolean", _contains("'BOOLEAN'", "CAST(element AS VARCHAR) = CAST({value} AS VARCHAR)")),
    ("whole", _contains("'BIGINT', 'UBIGINT'", "CAST(element AS VARCHAR) = CAST({value} AS VARCHAR)")),
    ("varchar", _contains("'VARCHAR'", "json_extract_string(element, '$') = {value}")),
)

JSON: tuple[Function, ...] = (
    Function("json_parse", ("varchar",), "json", _parse),
    Function("json_format", ("json",), "varchar", "{0}"),
    *(
        function
        for kind in ("varchar", "json")
        for function in (
            Function(
                "json_extract",
                (kind, "'string'"),
                "json",
                _at_path("json_extract", part("document", "found")),
            ),
            Function(
                "json_extract_scalar", (kind, "'string'"), "varchar", _at_path("json_extract_scalar", _SCALAR)
            ),
            Function("json_size", (kind, "'string'"), "bigint", _at_path("json_size", _SIZE)),
            Function("json_array_length", (kind,), "bigint", _of_arrays("json_array_length", _LENGTH)),
            *(
                Function(
                    "json_array_contains", (kind, of), "boolean", _of_arrays("json_array_contains", contains)
                )
                for of, contains in _CONTAINS
            ),
            Function("is_json_scalar", (kind,), "boolean", _is_scalar),
        )
    ),
)
