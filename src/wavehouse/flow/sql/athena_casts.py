"""Casts in Athena's SQL that give what Spark's give; those that cannot are refused.

Known to differ: a text of an odd form that Spark still reads (a year of five digits, a number `.5` as a whole
number) is NULL.
"""

from __future__ import annotations

from sqlglot import exp, parse_one

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.sql.casts import WHOLE, data_type, is_number

_DAY = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"


def athena_cast(value: exp.Expr, from_: str, to: str) -> exp.Expr:
    """`value` as `to`; raises `DefinitionError` where Athena would make something else of it."""
    if from_ == to:
        return exp.cast(value, data_type(to))
    if from_ == "string":
        return _from_text(value, to)
    if to == "string":
        if from_ not in (*WHOLE, "boolean", "date") and not from_.startswith("decimal"):
            raise _refused(from_, to)
        return exp.cast(value, "string")
    if to in WHOLE and from_ not in WHOLE and is_number(from_):
        value = exp.Trunc(this=value)
    return exp.TryCast(this=value, to=data_type(to))


def _from_text(value: exp.Expr, to: str) -> exp.Expr:
    text = value.sql("athena")
    if to in WHOLE:
        whole = rf"REGEXP_EXTRACT(TRIM({text}), '^([+-]?[0-9]+)(\.[0-9]*)?$', 1)"
        made = f"TRY_CAST({whole} AS {'INTEGER' if to == 'int' else 'BIGINT'})"
    elif is_number(to):
        made = f"TRY_CAST(TRIM({text}) AS {data_type(to).sql('athena')})"
    elif to == "boolean":
        folded = f"LOWER(TRIM({text}))"
        made = (
            f"CASE WHEN {folded} IN ('t', 'true', 'y', 'yes', '1') THEN TRUE "
            f"WHEN {folded} IN ('f', 'false', 'n', 'no', '0') THEN FALSE END"
        )
    elif to == "date":
        bare = f"TRIM({text})"
        made = (
            f"TRY_CAST(CASE WHEN REGEXP_LIKE({bare}, '^{_DAY}([ T].*)?$') "
            f"THEN REGEXP_EXTRACT({bare}, '^{_DAY}') "
            f"WHEN REGEXP_LIKE({bare}, '^[0-9]{{4}}-[0-9]{{1,2}}$') THEN {bare} || '-01' "
            f"WHEN REGEXP_LIKE({bare}, '^[0-9]{{4}}$') THEN {bare} || '-01-01' END AS DATE)"
        )
    else:
        raise _refused("string", to)
    return parse_one(made, read="athena")


def _refused(from_: str, to: str) -> DefinitionError:
    return DefinitionError(
        f"a cast from {from_} to {to} cannot be said in Athena's SQL, which writes or reads such values "
        "differently",
        remedy="Ask for another --dialect",
    )
