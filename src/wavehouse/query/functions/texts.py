"""Functions of texts."""

from __future__ import annotations

from wavehouse.query.functions.function import Function

# What Java calls white space, as a class of RE2 (braces doubled for str.format).
_BLANK = (
    r"[\x{{9}}-\x{{D}}\x{{1C}}-\x{{20}}\x{{1680}}\x{{2000}}-\x{{2006}}\x{{2008}}-\x{{200A}}"
    r"\x{{2028}}\x{{2029}}\x{{205F}}\x{{3000}}]+"
)
_TRIM = "DuckDB trims blanks only, Trino all white space"
_NULLS = "DuckDB skips NULL, Trino gives NULL"


TEXTS: tuple[Function, ...] = (
    Function("lower", ("varchar",), "varchar", "lower({0})"),
    Function(
        "upper",
        ("varchar",),
        "varchar",
        "CASE WHEN contains({0}, 'ß') THEN array_to_string(list_transform(string_split({0}, 'ß'), "
        "lambda part: upper(part)), 'ß') ELSE upper({0}) END",
        "DuckDB makes ẞ of ß, Trino leaves it",
    ),
    Function("length", ("varchar",), "bigint", "length({0})"),
    Function(
        "trim", ("varchar",), "varchar", f"regexp_replace({{0}}, '^{_BLANK}|{_BLANK}$', '', 'g')", _TRIM
    ),
    Function("ltrim", ("varchar",), "varchar", f"regexp_replace({{0}}, '^{_BLANK}', '')", _TRIM),
    Function("rtrim", ("varchar",), "varchar", f"regexp_replace({{0}}, '{_BLANK}$', '')", _TRIM),
    *(
        function
        for name in ("substr", "substring")
        for function in (
            Function(
                name,
                ("varchar", "whole"),
                "varchar",
                "CASE WHEN abs({1}) BETWEEN 1 AND length({0}) THEN substr({0}, {1}) "
                "WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN '' END",
                "a start of 0 or before the string is '' in Trino",
            ),
            Function(
                name,
                ("varchar", "whole", "whole"),
                "varchar",
                "CASE WHEN {2} > 0 AND abs({1}) BETWEEN 1 AND length({0}) THEN substr({0}, {1}, {2}) "
                "WHEN {0} IS NOT NULL AND {1} IS NOT NULL AND {2} IS NOT NULL THEN '' END",
                "a start of 0 or before the string, or a length below 1, is '' in Trino",
            ),
        )
    ),
    Function("replace", ("varchar", "'text'"), "varchar", "replace({0}, {1}, '')"),
    Function("replace", ("varchar", "'text'", "varchar"), "varchar", "replace({0}, {1}, {2})"),
    Function("starts_with", ("varchar", "varchar"), "boolean", "starts_with({0}, {1})"),
    Function("strpos", ("varchar", "varchar"), "bigint", "strpos({0}, {1})"),
    Function(
        "reverse",
        ("varchar",),
        "varchar",
        "array_to_string(list_reverse(regexp_extract_all({0}, '(?s).')), '')",
        "DuckDB reverses graphemes, Trino code points",
    ),
    Function("concat", ("varchar", "varchar"), "varchar", "({joined})", _NULLS, more=True),
    Function("split", ("varchar", "'text'"), "array(varchar)", "string_split({0}, {1})"),
)
