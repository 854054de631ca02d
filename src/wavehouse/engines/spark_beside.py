"""The part of the Spark engine that needs no Spark: expressions, and what files say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wavehouse.core.columns import Column
from wavehouse.core.sql_text import literal
from wavehouse.engines.duckdb_engine import DuckDBEngine
from wavehouse.engines.engine import JsonScan, Row, TableFile
from wavehouse.engines.spark_words import SPARK_CAST

if TYPE_CHECKING:
    from sqlglot import exp


class BesideSpark:
    """Expressions are DuckDB's, translated with the statement around them; footers and metadata it reads."""

    dialect = "duckdb"

    def __init__(self, files: DuckDBEngine) -> None:
        self._files = files

    def parsed(self, text: str, type_: str) -> str:
        """The value of `type_` that `text` stands for, else NULL."""
        return self._files.parsed(text, type_)

    def null(self, type_: str) -> str:
        """An expression of `type_` whose value is NULL."""
        return self._files.null(type_)

    def spark_cast(self, text: str, type_: str) -> str:
        """Spark's own cast."""
        return text if type_ == "string" else f"{SPARK_CAST}({text}, {literal(type_)})"

    def decimal_text(self, value: str) -> str:
        """The text of a float or double by which Spark makes it a decimal."""
        return f"CAST(CAST({value} AS DOUBLE) AS VARCHAR)"

    def spark_function(self, node: exp.Expr) -> str | None:
        """Nothing of a user's query is said in other words."""
        del node
        return None

    def misfit(self, type_: str) -> str:
        """An expression of `type_` that stops the statement with `MisfitError`."""
        return self._files.misfit(type_)

    def matches(self, text: str, pattern: str) -> str:
        """Whether the whole of `text` matches `pattern`."""
        return self._files.matches(text, pattern)

    def parquet_columns(self, location: str) -> tuple[Column, ...]:
        """The columns of a Parquet file that anybody may have written."""
        return self._files.parquet_columns(location)

    def json_columns(self, scan: JsonScan) -> tuple[Column, ...]:
        """The columns of a file of JSON objects."""
        return self._files.json_columns(scan)

    def json_values(self, scan: JsonScan, query: Callable[[str], str]) -> list[Row]:
        """The rows of a query over the values of a file of JSON."""
        return self._files.json_values(scan, query)

    def iceberg_files(self, metadata: str, snapshot: int | None = None) -> list[TableFile]:
        """The data files of a snapshot, by location."""
        return self._files.iceberg_files(metadata, snapshot)

    def iceberg_partitions(
        self, metadata: str, snapshot: int | None, fields: Sequence[str]
    ) -> dict[str, tuple[str | None, ...]]:
        """The partitions of the data files of a snapshot, by location."""
        return self._files.iceberg_partitions(metadata, snapshot, fields)
