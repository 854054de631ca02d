"""The tested list of functions: what each takes and gives in Athena, and what it is on DuckDB.

`takes` has one kind for each argument: a type, or

- `number`: any but real; computed as double. `whole`: integer or bigint. `decimal`.
- `exact`: what can be ordered, but for double and real with their NaN. `any`. `array`, `array(exact)`.
- `same`, `exact same`: coerced to one type together with all others that are `same`.
- `first`: coerces to the first argument's type; `element`: to the element of the first, an array.
- `constant double`; and in quotes other constants: `'text'` (not ''), `'string'`, `'digits'` (0 to 15),
  `'offset'` (0 or more), `'count'` (1 or more), `'index'` (not 0), `'date unit'`, `'time unit'`.

`gives` is a type, or `first`, `same`, `element`, `array(first)`, `sum of decimals`.

`duckdb` is the text of the call with its arguments as {0}, {1}, {all}; in an aggregate {distinct} and {order}
stand where DISTINCT and ORDER BY may go, {tail} where FILTER or OVER goes. `why` tells what a rewrite mends.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """One signature of a function that gives the same answer on both engines."""

    name: str
    takes: tuple[str, ...]
    gives: str
    duckdb: str
    why: str = ""
    more: bool = False


# What Java calls white space, as a class of RE2 (braces doubled for str.format).
_BLANK = (
    r"[\x{{9}}-\x{{D}}\x{{1C}}-\x{{20}}\x{{1680}}\x{{2000}}-\x{{2006}}\x{{2008}}-\x{{200A}}"
    r"\x{{2028}}\x{{2029}}\x{{205F}}\x{{3000}}]+"
)
_TRIM = "DuckDB trims blanks only, Trino all white space"
_NULLS = "DuckDB skips NULL, Trino gives NULL"
_NAN = "DuckDB takes NaN for the largest number, Trino for none"
_LOGARITHM = "DuckDB refuses what Trino gives as NaN or -Infinity"
_OVERFLOW = "DuckDB widens to HUGEINT; in Trino it is a bigint that may overflow"
_ANY_NULL = "CASE WHEN {nulls} THEN NULL ELSE "
_ANY_NAN = "CASE WHEN {nulls} THEN NULL WHEN {nans} THEN error('NaN in greatest() or least()') ELSE "


def _logarithm(name: str) -> str:
    return (
        f"CASE WHEN {{0}} < 0 THEN CAST('NaN' AS DOUBLE) WHEN {{0}} = 0 THEN CAST('-Infinity' AS DOUBLE) "
        f"ELSE {name}({{0}}) END"
    )


def _extreme(name: str) -> str:
    return f"coalesce({name}(CASE WHEN NOT isnan({{0}}) THEN {{0}} END){{tail}}, {name}({{0}}){{tail}})"


def _extreme_by(name: str, last: str) -> str:
    return f"{name}({{0}}, CASE WHEN {{1}} IS NOT NULL THEN row({last}, {{1}}) END){{tail}}"


def _parts_of_dates(type_: str) -> tuple[Function, ...]:
    names = {
        "year": "year",
        "quarter": "quarter",
        "month": "month",
        "week": "week",
        "day": "day",
        "day_of_month": "day",
        "day_of_week": "isodow",
        "dow": "isodow",
        "day_of_year": "dayofyear",
        "doy": "dayofyear",
    }
    why = "DuckDB's dayofweek() counts from Sunday 0, Trino's from Monday 1"
    return tuple(
        Function(name, (type_,), "bigint", f"{duckdb}({{0}})", why if duckdb == "isodow" else "")
        for name, duckdb in names.items()
    )


SCALARS: tuple[Function, ...] = (
    # Conditions.
    Function("if", ("boolean", "same"), "same", "CASE WHEN {0} THEN {1} END"),
    Function("if", ("boolean", "same", "same"), "same", "CASE WHEN {0} THEN {1} ELSE {2} END"),
    Function("coalesce", ("same", "same"), "same", "coalesce({all})", more=True),
    Function("nullif", ("exact", "first"), "first", "nullif({0}, {1})"),
    Function("nullif", ("double", "constant double"), "first", "nullif({0}, {1})"),
    Function(
        "greatest", ("exact same", "exact same"), "same", _ANY_NULL + "greatest({all}) END", _NULLS, more=True
    ),
    Function(
        "least", ("exact same", "exact same"), "same", _ANY_NULL + "least({all}) END", _NULLS, more=True
    ),
    Function("greatest", ("number", "number"), "double", _ANY_NAN + "greatest({all}) END", _NULLS, more=True),
    Function("least", ("number", "number"), "double", _ANY_NAN + "least({all}) END", _NULLS, more=True),
    # Strings.
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
    # Numbers.
    Function("abs", ("whole",), "first", "abs({0})"),
    Function("abs", ("decimal",), "first", "abs({0})"),
    Function("abs", ("double",), "double", "abs({0})"),
    Function("round", ("whole",), "first", "{0}"),
    Function("round", ("whole", "'digits'"), "first", "{0}"),
    Function("round", ("double",), "double", "round({0})"),
    Function("round", ("double", "'digits'"), "double", "round({0}, {1})"),
    *(
        function
        for name, duckdb in (("floor", "floor"), ("ceil", "ceil"), ("ceiling", "ceil"))
        for function in (
            Function(name, ("whole",), "first", "{0}", "DuckDB gives a double"),
            Function(name, ("double",), "double", f"{duckdb}({{0}})"),
        )
    ),
    Function(
        "sqrt",
        ("number",),
        "double",
        "CASE WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt({0}) END",
        "DuckDB refuses a negative number, Trino gives NaN",
    ),
    Function("power", ("number", "number"), "double", "power({0}, {1})"),
    Function("pow", ("number", "number"), "double", "power({0}, {1})"),
    Function("ln", ("number",), "double", _logarithm("ln"), _LOGARITHM),
    Function("log10", ("number",), "double", _logarithm("log10"), _LOGARITHM),
    # Dates.
    *_parts_of_dates("date"),
    *_parts_of_dates("timestamp"),
    Function(
        "date_trunc",
        ("'date unit'", "date"),
        "date",
        "CAST(date_trunc({0}, {1}) AS DATE)",
        "DuckDB makes a timestamp of it",
    ),
    Function("date_trunc", ("'time unit'", "timestamp"), "timestamp", "date_trunc({0}, {1})"),
    # Arrays.
    Function("cardinality", ("array",), "bigint", "len({0})"),
    Function(
        "contains",
        ("array(exact)", "element"),
        "boolean",
        "CASE WHEN list_contains({0}, {1}) THEN TRUE "
        "WHEN {1} IS NOT NULL AND list_count({0}) = len({0}) THEN FALSE END",
        "DuckDB says false where a NULL leaves it open",
    ),
    Function("element_at", ("array", "'index'"), "element", "list_extract({0}, {1})"),
    Function("array_join", ("array(varchar)", "'string'"), "varchar", "array_to_string({0}, {1})"),
    Function("array_sort", ("array(exact)",), "first", "list_sort({0}, 'ASC', 'NULLS LAST')"),
)

AGGREGATES: tuple[Function, ...] = (
    Function("count", (), "bigint", "count(*){tail}"),
    Function("count", ("any",), "bigint", "count({distinct}{0}){tail}"),
    Function(
        "count_if", ("boolean",), "bigint", "count(CASE WHEN {0} THEN 1 END){tail}", "DuckDB gives a HUGEINT"
    ),
    Function("sum", ("whole",), "bigint", "CAST(sum({distinct}{0}){tail} AS BIGINT)", _OVERFLOW),
    Function("sum", ("double",), "double", "sum({distinct}{0}){tail}"),
    Function("sum", ("decimal",), "sum of decimals", "sum({distinct}{0}){tail}"),
    Function("avg", ("whole",), "double", "avg({distinct}{0}){tail}"),
    Function("avg", ("double",), "double", "avg({distinct}{0}){tail}"),
    Function("min", ("exact",), "first", "min({0}){tail}"),
    Function("min", ("double",), "double", _extreme("min"), _NAN),
    Function("max", ("exact",), "first", "max({0}){tail}"),
    Function("max", ("double",), "double", _extreme("max"), _NAN),
    Function("max_by", ("any", "double"), "first", _extreme_by("arg_max_null", "NOT isnan({1})"), _NAN),
    Function("min_by", ("any", "double"), "first", _extreme_by("arg_min_null", "isnan({1})"), _NAN),
    Function(
        "max_by", ("any", "exact"), "first", "arg_max_null({0}, {1}){tail}", "arg_max() skips a NULL result"
    ),
    Function(
        "min_by", ("any", "exact"), "first", "arg_min_null({0}, {1}){tail}", "arg_min() skips a NULL result"
    ),
    *(
        Function(name, ("number",), "double", f"{duckdb}({{0}}){{tail}}")
        for name, duckdb in (
            ("stddev", "stddev_samp"),
            ("stddev_samp", "stddev_samp"),
            ("stddev_pop", "stddev_pop"),
            ("variance", "var_samp"),
            ("var_samp", "var_samp"),
            ("var_pop", "var_pop"),
        )
    ),
    Function("bool_and", ("boolean",), "boolean", "bool_and({0}){tail}"),
    Function("every", ("boolean",), "boolean", "bool_and({0}){tail}"),
    Function("bool_or", ("boolean",), "boolean", "bool_or({0}){tail}"),
    Function("array_agg", ("any",), "array(first)", "array_agg({0}{order}){tail}"),
)

# Only with OVER. `count`, `sum`, `avg`, `min` and `max` may have it too.
WINDOWS: tuple[Function, ...] = (
    Function("row_number", (), "bigint", "row_number(){tail}"),
    Function("rank", (), "bigint", "rank(){tail}"),
    Function("dense_rank", (), "bigint", "dense_rank(){tail}"),
    Function("ntile", ("'count'",), "bigint", "ntile({0}){tail}"),
    *(
        function
        for name in ("lag", "lead")
        for function in (
            Function(name, ("any",), "first", f"{name}({{0}}){{tail}}"),
            Function(name, ("any", "'offset'"), "first", f"{name}({{0}}, {{1}}){{tail}}"),
            Function(name, ("any", "'offset'", "first"), "first", f"{name}({{0}}, {{1}}, {{2}}){{tail}}"),
        )
    ),
    Function("first_value", ("any",), "first", "first_value({0}){tail}"),
    Function("last_value", ("any",), "first", "last_value({0}){tail}"),
)
AGGREGATES_OVER = ("count", "sum", "avg", "min", "max")
FRAMED = (*AGGREGATES_OVER, "first_value", "last_value")

# What to use instead of a function that is not on the list.
INSTEAD = {
    "approx_distinct": "Use count(DISTINCT x)",
    "array_distinct": "Use array_agg over a SELECT DISTINCT with CROSS JOIN UNNEST",
    "current_date": "Write the day as DATE '2020-12-31'",
    "date": "Use CAST(x AS date)",
    "date_add": "",
    "date_diff": "Compare year(), month() or day()",
    "date_format": "Use year(), month() and day(), or date_trunc()",
    "ifnull": "Use coalesce(x, y)",
    "json_extract": "",
    "listagg": "Use array_join(array_agg(x ORDER BY y), ', ')",
    "mod": "Use the operator %",
    "now": "Write the day as DATE '2020-12-31'",
    "nvl": "Use coalesce(x, y)",
    "position": "Use strpos(x, y)",
    "string_agg": "Use array_join(array_agg(x ORDER BY y), ', ')",
    "try": "",
}
