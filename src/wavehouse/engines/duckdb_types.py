"""The catalog's column types and DuckDB's names for them, both ways."""

from __future__ import annotations

from collections.abc import Iterable

from wavehouse.core.columns import canonical_type, element_type
from wavehouse.core.errors import DefinitionError
from wavehouse.core.sql_text import identifier
from wavehouse.engines.engine import Row

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


def in_catalog_types(sql: str, described: Iterable[Row]) -> str:
    """`sql` in exactly the catalog's types, by what DuckDB's DESCRIBE says of it.

    A sum of BIGINT is a HUGEINT otherwise, which Parquet has as a DOUBLE.
    """
    wanted = {name: (type_, duckdb_type(catalog_type(type_))) for name, type_, *_ in described}
    casts = [
        f"CAST({identifier(name)} AS {to}) AS {identifier(name)}"
        for name, (type_, to) in wanted.items()
        if type_ != to
    ]
    return f"SELECT * REPLACE ({', '.join(casts)}) FROM ({sql})" if casts else sql
