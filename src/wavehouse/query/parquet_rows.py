"""An answer as a Parquet file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any

from wavehouse.core.errors import CallError

if TYPE_CHECKING:
    import pyarrow as pa

    from wavehouse.engines.engine import Row
    from wavehouse.query.answer import Answer
    from wavehouse.query.translate import ResultColumn

# Rows of a row group, at least.
_ROW_GROUP = 100_000


class ParquetRows:
    """A Parquet file with the columns' own types: decimals, timestamps, arrays, maps and rows."""

    def __init__(self, columns: Sequence[ResultColumn], file: IO[bytes]) -> None:
        self._names, self._types = [column.name for column in columns], [column.type for column in columns]
        self._file = file
        self._writer: Any = None
        self._waiting: list[pa.RecordBatch] = []
        for name in self._names:
            if self._names.count(name) > 1:
                raise CallError(
                    f"two columns are called '{name}', and those of a Parquet file differ in their names",
                    remedy="Name one of them otherwise: expression AS name",
                )

    def batch(self, batch: pa.RecordBatch) -> None:
        """Rows that come from the engine; the first batch says the types, and may be empty."""
        import pyarrow.parquet as pq

        named = batch.rename_columns(self._names)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, named.schema)
        self._waiting.append(named)
        if sum(one.num_rows for one in self._waiting) >= _ROW_GROUP:
            self._write()

    def rows(self, rows: Iterable[Row]) -> None:
        """Rows of a statement: whole numbers and texts."""
        import pyarrow as pa

        types = [pa.int64() if type_ == "bigint" else pa.string() for type_ in self._types]
        schema = pa.schema(list(zip(self._names, types, strict=True)))
        values = [*zip(*rows, strict=True)] or [()] * len(types)
        arrays = [pa.array(column, type_) for column, type_ in zip(values, types, strict=True)]
        self.batch(pa.record_batch(arrays, schema=schema))

    def end(self, answer: Answer | None) -> None:  # noqa: ARG002  (nothing of it is in the file)
        """Write the footer."""
        if self._writer is not None:
            self._write()
            self._writer.close()

    def _write(self) -> None:
        import pyarrow as pa

        waiting = [one for one in self._waiting if one.num_rows]
        if waiting:
            self._writer.write_table(pa.Table.from_batches(waiting))
        self._waiting.clear()

    def abandon(self) -> None:
        """Leave the file without the footer by which it would look whole."""
        if self._writer is not None:
            self._writer.is_open = False
