"""The catalog's column types and DuckDB's names for them, both ways."""

from __future__ import annotations

from wavehouse.core.columns import canonical_type, element_type
from wavehouse.core.errors import DefinitionError

_TO_DUCKDB = {
    "string": "VARCHAR",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
}
_FROM_DUCKDB = {duckdb: type_ for type_, duckdb in _TO_DUCKDB.items()} | {
    # sum() of integers: wider than any catalog type, but a BIGINT in Athena.
    "HUGEINT": "bigint",
    "SMALLINT": "int",
    "TINYINT": "int",
    "UTINYINT": "int",
    "USMALLINT": "int",
    "UINTEGER": "bigint",
}


def duckdb_type(type_: str) -> str:
    """DuckDB's name for a catalog type."""
    element = element_type(type_)
    if element is not None:
        return f"{duckdb_type(element)}[]"
    return _TO_DUCKDB.get(type_) or type_.upper()


def catalog_type(type_: str) -> str:
    """The catalog's name for a DuckDB type; raises `DefinitionError` where it has none."""
    if type_.endswith("[]"):
        return f"array<{catalog_type(type_[:-2])}>"
    if type_.startswith("DECIMAL("):
        return canonical_type(type_)
    try:
        return _FROM_DUCKDB[type_]
    except KeyError:
        raise DefinitionError(
            f"a column of type {type_} cannot stand in a table",
            remedy="CAST it to one of string, int, bigint, double, boolean, date, timestamp or an array",
        ) from None
