"""The tested list of casts between Trino's types, each as DuckDB's SQL.

https://trino.io/docs/current/functions/conversion.html ; {0} is the value, {type} DuckDB's type. A template
may be made of the two types where the digits of a decimal count.
"""

from __future__ import annotations

from collections.abc import Callable

from wavehouse.query.trino_types import WHOLE, as_type, decimal_of

Template = str | Callable[[str, str], str]

_PLAIN = "CAST({0} AS {type})"
_POINTED = r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)"
_APPROXIMATE = rf"{_POINTED}([eE][+-]?[0-9]+)?"
# What Java's trim() takes away.
_BLANK = r"[\x00-\x20]*"
_REAL_DIGITS = 7


def _strictly(pattern: str, type_: str) -> str:
    # DuckDB reads more than Trino does (' 5', '1_000', '5.7' as an integer, '2020/1/5'): what is not written
    # plainly stops the query.
    return (
        f"CASE WHEN regexp_full_match({{0}}, '{pattern}') THEN CAST({{0}} AS {{type}}) "
        f"WHEN {{0}} IS NOT NULL THEN error('cannot CAST ''' || {{0}} || ''' to {type_}') END"
    )


def _exact(pattern: str, type_: str) -> str:
    # Since its release 458 Trino takes away blanks around a number, before it stopped; which of the two
    # Athena does is not documented. https://trino.io/docs/current/release/release-458.html
    doubtful = (
        f"WHEN regexp_full_match({{0}}, '{_BLANK}{pattern}{_BLANK}') "
        f"THEN error('a CAST of ''' || {{0}} || ''', with its blanks, to {type_} is not covered yet') "
    )
    return _strictly(pattern, type_).replace("WHEN {0} IS NOT NULL", doubtful + "WHEN {0} IS NOT NULL")


def _fixed(text: str) -> str:
    """A number's text with an exponent as one without: 1.5e-05 is 0.000015.

    DuckDB's own cast of 1e-9 to decimal(5,2) is 0.01.
    """
    whole = f"regexp_extract({text}, '^[+-]?([0-9]*)', 1)"
    digits = f"{whole} || regexp_extract({text}, '[.]([0-9]*)', 1)"
    point = f"length({whole}) + CAST(regexp_extract({text}, '[eE](.+)', 1) AS INTEGER)"
    return (
        f"CASE WHEN starts_with({text}, '-') THEN '-' ELSE '' END || "
        f"list_transform([struct_pack(digits := {digits}, point := {point})], lambda it_: CASE "
        "WHEN it_.point <= 0 THEN '0.' || repeat('0', - it_.point) || it_.digits "
        "WHEN it_.point >= length(it_.digits) "
        "THEN it_.digits || repeat('0', it_.point - length(it_.digits)) "
        "ELSE it_.digits[1:it_.point] || '.' || it_.digits[it_.point + 1:] END)[1]"
    )


def _approximate(type_: str) -> str:
    # Java reads Infinity and NaN in that spelling only, and a d or f behind a number.
    return (
        f"CASE WHEN regexp_full_match({{0}}, '{_BLANK}({_APPROXIMATE}[dDfF]?|[+-]?(Infinity|NaN)){_BLANK}') "
        r"THEN CAST(regexp_replace({0}, '^[\x00-\x20+]+|[\x00-\x20dDfF]+$', '', 'g') AS {type}) "
        f"WHEN {{0}} IS NOT NULL THEN error('cannot CAST ''' || {{0}} || ''' to {type_}') END"
    )


def _decimal_text(from_: str, _: str) -> str:
    """DuckDB writes .5 where no digit may stand before the point."""
    precision, scale = decimal_of(from_) or (1, 0)
    if precision > scale:
        return "CAST({0} AS VARCHAR)"
    return r"regexp_replace(CAST({0} AS VARCHAR), '^(-?)[.]', '\10.')"


def _double_text(of: str) -> str:
    """A number as SQL's standard writes an approximate one: 1.5E-5, 0E0, Infinity, NaN.

    `of` gives its digits as 1.500000E-05; https://github.com/trinodb/trino/pull/10657 .
    """
    return (
        "CASE WHEN isnan({0}) THEN 'NaN' WHEN isinf({0}) THEN CASE WHEN {0} > 0 THEN 'Infinity' "
        "ELSE '-Infinity' END WHEN {0} = 0 THEN CASE WHEN signbit({0}) THEN '-0E0' ELSE '0E0' END "
        rf"ELSE regexp_replace(regexp_replace({of}, '([.][0-9]+?)0*E', '\1E'), "
        r"'E([+]|(-))0*([0-9]+)$', 'E\2\3') END"
    )


# The fewest digits that read back as the same double, as Java's; rounded to as many they are exact.
_SHORTEST = (
    "format('{{:.' || greatest(length(regexp_replace(regexp_replace(CAST({0} AS VARCHAR), "
    "'e.*|[.]0$|[^0-9e.]', '', 'g'), '^[0.]+|[.]', '', 'g')) - 1, 1) || 'E}}', {0})"
)
# A real is written with seven digits at most.
_SEVEN_DIGITS = "format('{{:.6E}}', CAST(CAST({0} AS VARCHAR) AS DOUBLE))"

_LARGEST_REAL, _ROUNDS_TO_INFINITY = "3.4028234663852886e38", "3.4028235677973366e38"
_TO_REAL = (
    f"CASE WHEN abs({{0}}) BETWEEN {_LARGEST_REAL} AND 1.7976931348623157e308 THEN sign({{0}}) * "
    f"CASE WHEN abs({{0}}) < {_ROUNDS_TO_INFINITY} THEN CAST({_LARGEST_REAL} AS FLOAT) "
    "ELSE CAST('Infinity' AS FLOAT) END ELSE CAST({0} AS FLOAT) END"
)


def _decimal_to_double(from_: str, to: str) -> str:
    return as_type("{0}", from_, to)


def _decimal_to_real(from_: str, _to: str) -> str:
    precision, _ = decimal_of(from_) or (1, 0)
    # Trino divides reals, which of more digits rounds twice.
    return "CAST({0} AS FLOAT)" if precision <= _REAL_DIGITS else ""


# (from, to) → DuckDB; `decimal` stands for every decimal(p,s). '' is not covered.
CASTS: dict[tuple[str, str], Template] = {
    **{(from_, to): _PLAIN for from_ in WHOLE for to in (*WHOLE, "real", "double", "decimal")},
    **{(from_, to): _PLAIN for from_ in (*WHOLE, "boolean") for to in ("boolean", "varchar")},
    **{("boolean", to): _PLAIN for to in (*WHOLE, "real", "double", "decimal")},
    **{(from_, "boolean"): _PLAIN for from_ in ("decimal", "real", "double")},
    **{("decimal", to): _PLAIN for to in (*WHOLE, "decimal")},
    # DuckDB rounds a half to the even neighbour.
    **{(from_, to): "CAST(round({0}) AS {type})" for from_ in ("real", "double") for to in WHOLE},
    ("decimal", "double"): _decimal_to_double,
    ("decimal", "real"): _decimal_to_real,
    ("decimal", "varchar"): _decimal_text,
    ("real", "double"): _PLAIN,
    ("real", "varchar"): _double_text(_SEVEN_DIGITS),
    ("double", "real"): _TO_REAL,
    # Its shortest digits are rounded, not its binary value.
    ("double", "decimal"): (
        "CASE WHEN contains(CAST({0} AS VARCHAR), 'e') "
        f"THEN CAST({_fixed('CAST({0} AS VARCHAR)')} AS {{type}}) "
        "ELSE CAST(CAST({0} AS VARCHAR) AS {type}) END"
    ),
    ("double", "varchar"): _double_text(_SHORTEST),
    **{("varchar", to): _exact("[+-]?[0-9]+", to) for to in WHOLE},
    ("varchar", "decimal"): (
        f"CASE WHEN regexp_full_match({{0}}, '{_POINTED}[eE][+-]?[0-9]{{{{1,2}}}}') "
        f"THEN CAST({_fixed('{0}')} AS {{type}}) "
        f"WHEN regexp_full_match({{0}}, '{_POINTED}[eE][+-]?[0-9]+') "
        "THEN error('a CAST of ''' || {0} || ''' to a decimal is not covered yet') "
        f"ELSE {_exact(_POINTED, 'decimal')} END"
    ),
    ("varchar", "real"): _approximate("real"),
    ("varchar", "double"): _approximate("double"),
    ("varchar", "boolean"): (
        "CASE WHEN lower({0}) IN ('t', 'true', '1') THEN TRUE WHEN lower({0}) IN ('f', 'false', '0') "
        "THEN FALSE WHEN {0} IS NOT NULL THEN error('Cannot cast ''' || {0} || ''' to BOOLEAN') END"
    ),
}


def cast_template(from_: str, to: str) -> str:
    """The SQL of a cast with a hole for the value and {type}; '' where it is not covered."""
    pair = tuple("decimal" if type_.startswith("decimal(") else type_ for type_ in (from_, to))
    template = CASTS.get((pair[0], pair[1]), "")
    return template if isinstance(template, str) else template(from_, to)
