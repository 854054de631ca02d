"""Functions of texts."""

from __future__ import annotations

from wavehouse.query.functions.function import Function
from wavehouse.query.trino_types import map_type

# What Java calls white space, as a class of RE2 (braces doubled for str.format).
_BLANK = (
    r"[\x{{9}}-\x{{D}}\x{{1C}}-\x{{20}}\x{{1680}}\x{{2000}}-\x{{2006}}\x{{2008}}-\x{{200A}}"
    r"\x{{2028}}\x{{2029}}\x{{205F}}\x{{3000}}]+"
)
_TRIM = "DuckDB trims blanks only, Trino all white space"
_NULLS = "DuckDB skips NULL, Trino gives NULL"
_PAD = (
    "CASE WHEN {{nulls}} THEN NULL WHEN {{1}} < 0 THEN error('{name}() to a length below 0') "
    "WHEN {{2}} = '' THEN error('{name}() with an empty padding') "
    "ELSE {name}({{0}}, CAST({{1}} AS INTEGER), {{2}}) END"
)
# (Occurrences may overlap, and an empty text is found once, at 1.)
_INSTANCE = (
    "CASE WHEN {nulls} THEN NULL WHEN {2} = 0 THEN error('strpos() of the instance 0') WHEN {1} = '' THEN 1 "
    "ELSE coalesce(list_extract(list_filter(range(1, length({0}) + 1), "
    "lambda n: starts_with(substr({0}, n), {1})), {2}), 0) END"
)
_LIMITED = (
    "CASE WHEN len(string_split({0}, {1})) <= {2} THEN string_split({0}, {1}) "
    "ELSE list_append(list_slice(string_split({0}, {1}), 1, {2} - 1), "
    "array_to_string(list_slice(string_split({0}, {1}), {2}, len(string_split({0}, {1}))), {1})) END"
)
_HAMMING = (
    "CASE WHEN length({0}) <> length({1}) THEN error('hamming_distance() of texts that differ in length') "
    "WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN len(list_filter(range(1, length({0}) + 1), "
    "lambda n: substr({0}, n, 1) <> substr({1}, n, 1))) END"
)
_LEVENSHTEIN = (
    "CASE WHEN strlen({0}) <> length({0}) OR strlen({1}) <> length({1}) "
    "THEN error('levenshtein_distance() of texts that are not ASCII is not answered here') "
    "WHEN greatest(length({0}), length({1})) * (least(length({0}), length({1})) - 1) > 1000000 "
    "THEN error('levenshtein_distance() of texts that are too long') ELSE levenshtein({0}, {1}) END"
)
_ENTRIES = "list_filter(string_split({0}, {1}), lambda entry: entry <> '')"
_MAP = (
    f"CASE WHEN contains({{0}}, {{1}} || {{1}}) OR starts_with({{0}}, {{1}}) "
    "THEN error('split_to_map() of an empty entry') "
    f"WHEN len(list_filter({_ENTRIES}, lambda entry: len(string_split(entry, {{2}})) <> 2)) > 0 "
    "THEN error('split_to_map() of an entry that is not one key and one value') "
    f"ELSE map_from_entries(list_transform({_ENTRIES}, "
    "lambda entry: row(split_part(entry, {2}, 1), split_part(entry, {2}, 2)))) END"
)


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
    *(
        Function(name, ("varchar", "varchar"), "varchar", f"{name}({{0}}, {{1}})")
        for name in ("trim", "ltrim", "rtrim")
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
    Function("strpos", ("varchar", "varchar", "whole"), "bigint", _INSTANCE),
    Function(
        "reverse",
        ("varchar",),
        "varchar",
        "array_to_string(list_reverse(regexp_extract_all({0}, '(?s).')), '')",
        "DuckDB reverses graphemes, Trino code points",
    ),
    Function("concat", ("varchar", "varchar"), "varchar", "({joined})", _NULLS, more=True),
    Function("split", ("varchar", "'text'"), "array(varchar)", "string_split({0}, {1})"),
    Function("split", ("varchar", "'text'", "'count'"), "array(varchar)", _LIMITED),
    Function(
        "split_part",
        ("varchar", "'text'", "whole"),
        "varchar",
        "CASE WHEN {0} IS NOT NULL AND {2} < 1 THEN error('split_part() with an index below 1') "
        "ELSE list_extract(string_split({0}, {1}), {2}) END",
        "DuckDB gives '' where there is no such part, Trino NULL",
    ),
    Function("split_to_map", ("varchar", "'text'", "'text'"), map_type("varchar", "varchar"), _MAP),
    Function("chr", ("whole",), "varchar", "chr(CAST({0} AS INTEGER))"),
    Function(
        "codepoint",
        ("varchar",),
        "integer",
        "CASE WHEN length({0}) <> 1 "
        "THEN error('codepoint() of anything but one character is not answered here') "
        "ELSE unicode({0}) END",
    ),
    Function("concat_ws", ("varchar", "varchar"), "varchar", "concat_ws({all})", more=True),
    Function(
        "concat_ws",
        ("varchar", "array(varchar)"),
        "varchar",
        "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN coalesce(array_to_string({1}, {0}), '') END",
    ),
    *(
        Function(name, ("varchar", "whole", "varchar"), "varchar", _PAD.format(name=name))
        for name in ("lpad", "rpad")
    ),
    Function("translate", ("varchar", "varchar", "varchar"), "varchar", "translate({0}, {1}, {2})"),
    Function("hamming_distance", ("varchar", "varchar"), "bigint", _HAMMING, "DuckDB compares bytes"),
    Function("levenshtein_distance", ("varchar", "varchar"), "bigint", _LEVENSHTEIN, "DuckDB compares bytes"),
    Function("normalize", ("varchar",), "varchar", "nfc_normalize({0})"),
)
