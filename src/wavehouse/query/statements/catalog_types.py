"""Trino's types as tables keep them, and Hive's names for those that only views have."""

from __future__ import annotations

import re

from wavehouse.core.columns import canonical_type
from wavehouse.core.errors import DefinitionError, QueryError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.trino_times import INSTANT, told_type
from wavehouse.query.trino_types import element_of, fields_of, map_of

_STORED = {"varchar": "string", "integer": "int", "real": "float", INSTANT: "timestamptz"}
_STORABLE = ("string", "int", "bigint", "float", "double", "boolean", "date", "timestamp", "timestamptz")
_DECIMAL = re.compile(r"decimal\(\d+,\d+\)")
# Types of Athena's DDL (https://docs.aws.amazon.com/athena/latest/ug/data-types.html) that no table here has.
_OTHERS = ("tinyint", "smallint", "char", "binary", "map", "struct", "uuid", "time", "fixed")


def stored_type(type_: str, column: str) -> str:
    """The catalog's type for a column of Trino's `type_`; raises `QueryError` where no table here has it."""
    if type_ == "unknown":
        raise QueryError(f"the column '{column}' is NULL, of no type", remedy="Write CAST(NULL AS type)")
    inner = element_of(type_)
    if inner is not None and element_of(inner) is None:
        return f"array<{stored_type(inner, column)}>"
    # A table keeps six digits of every timestamp, and instants in UTC.
    told = told_type(type_)
    found = _STORED.get(told, told)
    if found not in _STORABLE and not _DECIMAL.fullmatch(found):
        raise QueryError(
            f"a column of type {type_} ('{column}') in a table is not covered yet",
            remedy="CAST it to varchar, or leave the column out",
        )
    return found


def hive_type(type_: str) -> str:
    """Hive's name for a type of Trino, as Glue shows it for the columns of a view."""
    element, pair, fields = element_of(type_), map_of(type_), fields_of(type_)
    if element is not None:
        return f"array<{hive_type(element)}>"
    if pair is not None:
        return f"map<{hive_type(pair[0])},{hive_type(pair[1])}>"
    if fields is not None:
        inside = (f"{name or f'field{at}'}:{hive_type(of)}" for at, (name, of) in enumerate(fields))
        return f"struct<{','.join(inside)}>"
    told = told_type(type_)
    return {"varbinary": "binary", INSTANT: "timestamp"}.get(told) or _STORED.get(told, told)


def declared_type(text: str) -> str:
    """The catalog's type for what CREATE TABLE says; raises `QueryError` for one that no table here has."""
    spelled = re.sub(r"\s+", "", text).lower()
    spelled = re.sub(r"varchar\(\d+\)", "string", spelled)
    try:
        return canonical_type(
            {"timestampwithtimezone": "timestamptz", "decimal": "decimal(10,0)"}.get(spelled, spelled)
        )
    except DefinitionError as error:
        if re.split(r"[<(]", spelled)[0] in _OTHERS or "<" in spelled:
            raise QueryError(
                f"a column of type {text} is not covered yet",
                remedy=f"Columns are {', '.join(_STORABLE)}, decimal(p,s) or array<…> of one of them",
            ) from None
        raise QueryError(error.what, remedy=error.remedy or did_you_mean(text, _STORABLE)) from None
