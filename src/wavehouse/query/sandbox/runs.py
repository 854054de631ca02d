"""Queries of a command in its process: their rows kept, or written as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from wavehouse.engines.duckdb_elsewhere import DuckDBElsewhere
from wavehouse.engines.engine import Row
from wavehouse.query.answer import Answer, Ran
from wavehouse.query.batches import empty
from wavehouse.query.output import BINARY, Writer, writer_of
from wavehouse.query.sandbox.folders import folders_of
from wavehouse.query.sandbox.solo import Solo
from wavehouse.query.translate import Translation
from wavehouse.query.trino_types import FLOATING, is_decimal

if TYPE_CHECKING:
    import pyarrow as pa


class Runs:
    """Runs queries in `process`, which `engine` asks for the metadata of their tables."""

    def __init__(self, process: Solo) -> None:
        self.process = process
        self.engine = DuckDBElsewhere(process.metadata)

    def kept(self, translation: Translation) -> Ran:
        """Run a query and keep its rows (`Run`)."""
        types = [column.type for column in translation.columns]
        values = [_value_of(type_) for type_ in types]
        rows: list[Row] = []

        def take(found: list[list[Any]]) -> None:
            rows.extend(tuple(value(one) for value, one in zip(values, row, strict=True)) for row in found)

        folders = folders_of(translation, self.engine)
        return Ran(rows, self.process.plain(translation.sql, folders, types, take))


@dataclass
class PassedOn:
    """Writes at most `most` rows of one query to a file as they come; before the first of them nothing."""

    runs: Runs
    form: str
    file: IO[Any]
    most: int | None = None
    _writer: Writer | None = field(default=None, init=False)
    _found: int = field(default=0, init=False)

    def run(self, translation: Translation) -> Ran:
        """Run the query (`Run`)."""
        try:
            return self._ran(translation)
        except BaseException:
            if self._writer is not None:
                self._writer.abandon()
            raise

    def _ran(self, translation: Translation) -> Ran:
        process, folders = self.runs.process, folders_of(translation, self.runs.engine)
        if self.form in BINARY:
            row_groups = process.arrow(
                translation.sql, folders, lambda reader: self._take_batches(translation, reader)
            )
        else:
            types = [column.type for column in translation.columns]
            row_groups = process.plain(
                translation.sql, folders, types, lambda rows: self._take(translation, rows)
            )
            # (An answer without rows has columns still.)
            self._opened(translation)
        more = self.most is not None and self._found > self.most
        return Ran([], row_groups, passed_on=(self.most or 0) if more else self._found, more=more)

    def end(self, answer: Answer) -> None:
        """Write what is known at the end."""
        if self._writer is not None:
            self._writer.end(answer)

    def _opened(self, translation: Translation) -> Writer:
        self._writer = self._writer or writer_of(self.form, translation.columns, self.file)
        return self._writer

    def _take(self, translation: Translation, rows: Sequence[Sequence[Any]]) -> None:
        self._opened(translation).rows(tuple(row) for row in rows[: self._wanted()])
        self._found += len(rows)

    def _take_batches(self, translation: Translation, reader: pa.RecordBatchReader) -> None:
        writer = self._opened(translation)
        writer.batch(empty(reader.schema))
        for batch in reader:
            writer.batch(batch.slice(0, self._wanted()))
            self._found += batch.num_rows

    def _wanted(self) -> int | None:
        return None if self.most is None else max(0, self.most - self._found)


def _value_of(type_: str) -> Callable[[Any], Any]:
    """The number that a value of JSON stands for; all else stays as it is."""
    number = Decimal if is_decimal(type_) else float if type_ in FLOATING else None
    return lambda value: number(value) if number and isinstance(value, str) else value
