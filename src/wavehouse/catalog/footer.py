"""What the footer of a Parquet file says."""

from __future__ import annotations

from dataclasses import dataclass

from wavehouse.core.columns import Column

# What a Parquet file begins and ends with; before the end stands the length of the footer.
MAGIC = b"PAR1"
TAIL = 8  # bytes: that length, and the magic


@dataclass(frozen=True)
class Footer:
    """Columns in the types of tables; `obstacles`: why no Iceberg table can have the file as it is."""

    columns: tuple[Column, ...]
    rows: int
    obstacles: tuple[str, ...]
    notes: tuple[str, ...]
