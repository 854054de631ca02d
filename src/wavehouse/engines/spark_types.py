"""The catalog's column types and Spark's names for them, both ways."""

from __future__ import annotations

from collections.abc import Iterable

from wavehouse.core.columns import Column, canonical_type, element_type
from wavehouse.core.errors import DefinitionError

# A `timestamp` here has no zone; Spark calls that so, and means a moment by the plain word.
_TO_SPARK = {"timestamp": "timestamp_ntz", "timestamptz": "timestamp"}
_FROM_SPARK = {"timestamp_ntz": "timestamp", "timestamp": "timestamptz", "smallint": "int", "tinyint": "int"}


def spark_type(type_: str) -> str:
    """Spark's name for a catalog type."""
    element = element_type(type_)
    return f"array<{spark_type(element)}>" if element is not None else _TO_SPARK.get(type_, type_)


def catalog_type(type_: str) -> str:
    """The catalog's name for a type of Spark's; raises `DefinitionError` where it has none."""
    element = element_type(type_)
    if element is not None:
        return f"array<{catalog_type(element)}>"
    try:
        return canonical_type(_FROM_SPARK.get(type_, type_))
    except DefinitionError:
        raise DefinitionError(
            f"a column of type {type_.upper()} cannot stand in a table",
            remedy="CAST it to one of string, int, bigint, double, boolean, date, timestamp or an array",
        ) from None


def quoted(name: str) -> str:
    """A name as Spark quotes it."""
    return "`" + name.replace("`", "``") + "`"


def schema_of(columns: Iterable[Column]) -> str:
    """The schema of these columns, as Spark's DDL."""
    return ", ".join(f"{quoted(column.name)} {spark_type(column.type)}" for column in columns)
