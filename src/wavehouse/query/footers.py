"""What the footers of Parquet files say: their row groups, with the size and the bounds of each column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from wavehouse.core.sql_text import file_list, literal
from wavehouse.engines.engine import Metadata
from wavehouse.query.certain import ALL_NULL, Known
from wavehouse.query.comparable import value_of

# The way in which values of a type lie in a file: bounds of others are in the order of another type.
# https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
_PHYSICAL = {
    "int": ("INT32",),
    "bigint": ("INT32", "INT64"),
    "double": ("DOUBLE",),
    "string": ("BYTE_ARRAY",),
    "date": ("INT32",),
    "timestamp": ("INT64",),
}
_DECIMAL = ("INT32", "INT64", "FIXED_LEN_BYTE_ARRAY")


@dataclass(frozen=True)
class Chunk:
    """A column in a row group: its compressed size, its least and greatest value as texts, and its NULLs.

    Of a nested column, whose parts lie in chunks of their own, `parts` says how many; the size is of all.
    """

    size: int
    parts: int
    physical: str
    low: str | None
    high: str | None
    nulls: int | None
    rows: int

    def beside(self, other: Chunk) -> Chunk:
        """Both of them, if one name means the two."""
        return replace(self, size=self.size + other.size, parts=self.parts + other.parts)

    def known(self, type_: str) -> Known | None:
        """What that tells of the values, in a table whose column is of `type_`."""
        physical = _DECIMAL if type_.startswith("decimal(") else _PHYSICAL.get(type_, ())
        if self.parts != 1 or self.physical not in physical:
            return None
        if self.nulls == self.rows:
            return ALL_NULL
        return Known(_bound(self.low, type_), _bound(self.high, type_), nulls=self.nulls != 0)


def _bound(text: str | None, type_: str) -> Any:
    # Bytes that are no UTF-8 are written out as \x…: another order.
    return None if text is None or "\\x" in text else value_of(text, type_)


@dataclass(frozen=True)
class RowGroup:
    """A row group of a file; its `chunks` are by the names of columns (casefolded)."""

    number: int
    chunks: Mapping[str, Chunk]


class Footers:
    """Reads each footer once; `columns` (None: all) are those that anybody will ask for."""

    def __init__(self, engine: Metadata, columns: Iterable[str] | None = None) -> None:
        self._engine = engine
        self._columns = None if columns is None else sorted(columns)
        self._read: dict[str, list[RowGroup]] = {}

    def of(self, files: Iterable[str]) -> Mapping[str, list[RowGroup]]:
        """The row groups of these files, and perhaps of others."""
        wanted = sorted({file for file in files if file not in self._read})
        if wanted:
            self._read |= {file: [] for file in wanted}
            found: dict[tuple[str, int], dict[str, Chunk]] = {}
            for file, number, column, *told in self._engine.rows(self._sql(wanted)):
                chunks, name, chunk = found.setdefault((file, number), {}), column.casefold(), Chunk(*told)
                # (Names that differ by case alone.)
                chunks[name] = chunk.beside(chunks[name]) if name in chunks else chunk
            for (file, number), chunks in sorted(found.items()):
                self._read.setdefault(file, []).append(RowGroup(number, chunks))
        return self._read

    def _sql(self, files: list[str]) -> str:
        # The path of a nested column is `genres, list, element`.
        column = "split_part(path_in_schema, ', ', 1)"
        listed = ", ".join(f"lower({literal(one)})" for one in self._columns or ())
        # Bounds that are cut off are none here.
        return (
            f"SELECT file_name, row_group_id, {column}, "
            "CAST(sum(total_compressed_size) AS BIGINT), count(*), any_value(type), "
            "any_value(CASE WHEN min_is_exact IS DISTINCT FROM false THEN stats_min_value END), "
            "any_value(CASE WHEN max_is_exact IS DISTINCT FROM false THEN stats_max_value END), "
            "any_value(stats_null_count), any_value(row_group_num_rows) "
            f"FROM parquet_metadata({file_list(files)}) "
            f"{f'WHERE lower({column}) IN ({listed}) ' if listed else ''}GROUP BY ALL"
        )
