"""The answers of queries as files of typed rows (Arrow), and what is made of them: pages, CSV, JSON, Parquet.

Written batch by batch as the rows come, and read by mapping the file: no answer is in memory as a whole.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavehouse.core.errors import OutsideError
from wavehouse.query.batches import empty
from wavehouse.query.output import writer_of
from wavehouse.query.output_file import opened
from wavehouse.query.service.columns import column_info, metadata_file
from wavehouse.query.translate import ResultColumn
from wavehouse.query.value_texts import text_of

if TYPE_CHECKING:
    import pyarrow as pa

    from wavehouse.query.answer import Answer

Columns = Sequence[tuple[str, str]]
# What is written as text by Arrow itself as Athena does.
_PLAIN = ("varchar", "integer", "bigint", "smallint", "tinyint", "date", "json", "boolean")
FORMS = ("csv", "json", "parquet")
_making = threading.Lock()


@dataclass(frozen=True)
class Results:
    """The files of answers below `folder`; columns are named with their Trino types."""

    folder: Path

    def path(self, id_: str, ending: str = "arrow") -> Path:
        """Where a file of an answer lies."""
        return self.folder / f"{id_}.{ending}"

    def exists(self, id_: str) -> bool:
        """Whether the answer of a query is there."""
        return self.path(id_).is_file()

    def write(self, id_: str, reader: pa.RecordBatchReader) -> int:
        """Keep the rows that come, and return how many there were; a file is there whole or not at all."""
        import pyarrow as pa

        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.path(id_, f"arrow.{os.getpid()}.part")
        rows = 0
        try:
            with pa.OSFile(str(aside), "wb") as file, pa.ipc.new_file(file, reader.schema) as writer:
                for batch in reader:
                    if batch.num_rows:
                        rows += batch.num_rows
                        writer.write_batch(batch)
            aside.replace(self.path(id_))
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        return rows

    def keep(self, id_: str, answer: Answer) -> int:
        """Keep the texts of an answer that is no query's."""
        import pyarrow as pa

        columns = [*zip(*answer.rows, strict=True)] or [()] * len(answer.columns)
        texts = [[None if value is None else str(value) for value in column] for column in columns]
        schema = pa.schema([(f"c{at}", pa.string()) for at in range(len(answer.columns))])
        batch = pa.record_batch([pa.array(column, pa.string()) for column in texts], schema=schema)
        return self.write(id_, pa.RecordBatchReader.from_batches(schema, [batch]))

    def share(self, id_: str, other: str) -> None:
        """Let a query have the answer of another one; it stays when that one is gone."""
        os.link(self.path(other), self.path(id_))

    def page(self, id_: str, columns: Columns, offset: int, limit: int) -> list[list[str | None]]:
        """Rows as Athena writes them, from one on; raises `OutsideError` where they are gone."""
        rows: list[list[str | None]] = []
        for batch in self._batches(id_):
            if offset >= batch.num_rows:
                offset -= batch.num_rows
                continue
            part = batch.slice(offset, limit - len(rows))
            offset = 0
            texts = [array.to_pylist() for array in _texts(part, columns)]
            rows += [list(row) for row in zip(*texts, strict=True)]
            if len(rows) >= limit:
                break
        return rows

    def csv(self, id_: str, columns: Columns) -> Path:
        """The answer as Athena writes it: every value in quotes, NULL empty and without them.

        https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
        """
        return self._made(id_, "csv", lambda path: self._write_csv(id_, columns, path))

    def text(self, id_: str, columns: Columns) -> Path:
        """The answer of a statement that is no query: values between tabs, without a header."""
        return self._made(id_, "txt", lambda path: self._write_text(id_, columns, path))

    def metadata(self, id_: str, columns: Columns, ending: str) -> Path:
        """The file beside it that tells the columns."""
        content = metadata_file(id_, [column_info(*column) for column in columns])
        return self._made(id_, f"{ending}.metadata", lambda path: path.write_bytes(content) and None)

    def export(self, id_: str, columns: Columns, form: str, path: Path) -> None:
        """Write the answer to `path` for people: csv (safe in a spreadsheet), json or parquet."""
        with opened(form, path) as file:
            writer = writer_of(form, [ResultColumn(*column) for column in columns], file)
            for batch in self._batches(id_):
                writer.batch(batch)
            writer.end(None)

    def download(self, id_: str, columns: Columns, form: str) -> Path:
        """A file with what `export` writes, kept as long as the answer."""
        return self._made(id_, f"download.{form}", lambda path: self.export(id_, columns, form, path))

    def _write_text(self, id_: str, columns: Columns, path: Path) -> None:
        with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
            for batch in self._batches(id_):
                texts = [array.to_pylist() for array in _texts(batch, columns)]
                file.writelines("\t".join(map(_or_empty, row)) + "\n" for row in zip(*texts, strict=True))

    def _write_csv(self, id_: str, columns: Columns, path: Path) -> None:
        import pyarrow as pa
        from pyarrow import csv

        options = csv.WriteOptions(include_header=False, quoting_style="all_valid")
        schema = pa.schema([(f"c{at}", pa.string()) for at in range(len(columns))])
        with path.open("wb") as file:
            header = ",".join('"' + name.replace('"', '""') + '"' for name, _ in columns)
            file.write(f"{header}\n".encode("utf-8", "surrogatepass"))
            with csv.CSVWriter(file, schema, write_options=options) as writer:
                for batch in self._batches(id_):
                    writer.write_batch(pa.record_batch(_texts(batch, columns), schema=schema))

    def _made(self, id_: str, ending: str, write: Any) -> Path:
        path = self.path(id_, ending)
        with _making:
            if not path.is_file():
                aside = self.path(id_, f"{ending}.{os.getpid()}.part")
                try:
                    write(aside)
                    aside.replace(path)
                except BaseException:
                    aside.unlink(missing_ok=True)
                    raise
        return path

    def _opened(self, id_: str) -> Any:
        import pyarrow as pa

        try:
            return pa.ipc.open_file(pa.memory_map(str(self.path(id_))))
        except (OSError, pa.ArrowException) as error:
            raise OutsideError(
                "the rows of this query are not there any more", remedy="Ask it again"
            ) from error

    def _batches(self, id_: str) -> Iterator[pa.RecordBatch]:
        with self._opened(id_) as reader:
            yield empty(reader.schema)
            for at in range(reader.num_record_batches):
                yield reader.get_batch(at)


def _or_empty(text: str | None) -> str:
    return text or ""


def _texts(batch: pa.RecordBatch, columns: Columns) -> list[pa.Array]:
    """The columns of a batch as texts."""
    return [_as_text(array, type_) for array, (_, type_) in zip(batch.columns, columns, strict=True)]


def _as_text(array: pa.Array, type_: str) -> pa.Array:
    import pyarrow as pa

    if type_ in _PLAIN:
        return array if pa.types.is_string(array.type) else array.cast(pa.string())
    if pa.types.is_string(array.type):
        return array
    text = text_of(type_)
    return pa.array([None if value is None else text(value) for value in _values(array)], pa.string())


def _values(array: pa.Array) -> list[Any]:
    values: list[Any] = array.to_pylist()
    return values
