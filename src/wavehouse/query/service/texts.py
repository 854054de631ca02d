"""The values of answers as texts, as Athena writes them: by Arrow where that writes the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wavehouse.query.batches import values_of
from wavehouse.query.value_texts import text_of

if TYPE_CHECKING:
    import pyarrow as pa

# By their names and Trino types.
Columns = Sequence[tuple[str, str]]
# What is written as text by Arrow itself as Athena does.
_PLAIN = ("varchar", "integer", "bigint", "smallint", "tinyint", "json", "boolean")


def texts(batch: pa.RecordBatch, columns: Columns) -> list[pa.Array]:
    """The columns of a batch as texts."""
    return [_as_text(array, type_) for array, (_, type_) in zip(batch.columns, columns, strict=True)]


def _as_text(array: pa.Array, type_: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(array.type):
        return array
    if type_ in _PLAIN:
        return array.cast(pa.string())
    if type_ == "date":
        told = array.cast(pa.string())
        # (A longer one is of a year that Arrow has no sign for, or no text at all.)
        if (pc.max(pc.utf8_length(told)).as_py() or 0) <= len("2020-12-31"):
            return told
    text = text_of(type_)
    return pa.array([None if value is None else text(value) for value in values_of(array)], pa.string())
