"""Rows as they come from the engine: batches of Arrow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from wavehouse.engines.engine import Row


def rows_of(batch: pa.RecordBatch) -> Iterable[Row]:
    """The rows of a batch as values of Python; a map is a list of pairs."""
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)


def empty(schema: pa.Schema) -> pa.RecordBatch:
    """A batch without rows."""
    import pyarrow as pa

    return pa.record_batch([pa.array([], type_) for type_ in schema.types], schema=schema)
