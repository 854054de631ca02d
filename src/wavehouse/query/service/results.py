"""The answers of queries as files of typed rows (Arrow), and what is made of them: pages, CSV, JSON, Parquet.

Written batch by batch as the rows come, and read by mapping the file: no answer is in memory as a whole.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from wavehouse.core.errors import OutsideError, QueryError, in_words
from wavehouse.core.recent import Recent
from wavehouse.query.batches import empty
from wavehouse.query.output import writer_of
from wavehouse.query.output_file import opened
from wavehouse.query.service.columns import column_info, metadata_file
from wavehouse.query.service.texts import Columns, texts
from wavehouse.query.translate import ResultColumn

if TYPE_CHECKING:
    import pyarrow as pa

    from wavehouse.query.answer import Answer

FORMS = ("csv", "json", "parquet")
# Bytes of one answer.
MOST = 1_000_000_000
_SIZES = 10_000
# (Two answers have the same one seldom.)
_LOCKS = 64


class Results:
    """The files of answers below `folder`, each of at most `most` bytes."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self.folder = folder
        self._most = most
        self._sizes: Recent[tuple[str, str], int] = Recent(_SIZES)
        self._making = [threading.Lock() for _ in range(_LOCKS)]

    def path(self, id_: str, ending: str = "arrow") -> Path:
        """Where a file of an answer lies."""
        return self.folder / f"{id_}.{ending}"

    def exists(self, id_: str) -> bool:
        """Whether the answer of a query is there."""
        return self.path(id_).is_file()

    def write(self, id_: str, reader: pa.RecordBatchReader) -> int:
        """Write the rows that come, and return how many there were; they are no answer until `show`.

        Raises `QueryError` for more than an answer may have, `OutsideError` where they cannot be written.
        """
        aside = self._aside(id_)
        try:
            return self._written(aside, reader)
        except OSError as error:
            raise in_words(error, str(aside)) from error

    def show(self, id_: str) -> None:
        """Let what was written be the answer: all of its rows have come."""
        try:
            self._aside(id_).replace(self.path(id_))
        except OSError as error:
            raise in_words(error, str(self._aside(id_))) from error

    def discard(self, id_: str) -> None:
        """Remove what was written of an answer that failed."""
        self._aside(id_).unlink(missing_ok=True)

    def keep(self, id_: str, answer: Answer) -> int:
        """Keep the texts of an answer that is no query's; raises what `write` does."""
        import pyarrow as pa

        columns = [*zip(*answer.rows, strict=True)] or [()] * len(answer.columns)
        told = [[None if value is None else str(value) for value in column] for column in columns]
        schema = pa.schema([(f"c{at}", pa.string()) for at in range(len(answer.columns))])
        batch = pa.record_batch([pa.array(column, pa.string()) for column in told], schema=schema)
        try:
            rows = self.write(id_, pa.RecordBatchReader.from_batches(schema, [batch]))
            self.show(id_)
        except BaseException:
            self.discard(id_)
            raise
        return rows

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
            rows += _rows(part, columns)
            if len(rows) >= limit:
                break
        return rows

    def csv(self, id_: str, columns: Columns) -> Path:
        """The answer as Athena writes it: every value in quotes, NULL empty and without them.

        https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
        """
        return self._file(id_, columns, "csv")

    def text(self, id_: str, columns: Columns) -> Path:
        """The answer of a statement that is no query: values between tabs, without a header."""
        return self._file(id_, columns, "txt")

    def metadata(self, id_: str, columns: Columns, ending: str) -> Path:
        """The file beside it that tells the columns."""
        content = _metadata(id_, columns)
        return self._made(id_, f"{ending}.metadata", lambda path: path.write_bytes(content))

    def size(self, id_: str, columns: Columns, ending: str) -> int:
        """How many bytes `csv`, `text` (txt) or `metadata` (….metadata) would have; none of them is made."""
        if ending.endswith(".metadata"):
            return len(_metadata(id_, columns))
        known = self._sizes.get((id_, ending))
        if known is None:
            known = self._counted(id_, columns, ending)
            self._sizes.put((id_, ending), known)
        return known

    def changed(self, id_: str) -> float:
        """When the answer was written, in seconds since 1970; raises `OSError` where it is gone."""
        return self.path(id_).stat().st_mtime

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

    def _written(self, aside: Path, reader: pa.RecordBatchReader) -> int:
        import pyarrow as pa

        self.folder.mkdir(parents=True, exist_ok=True)
        rows = 0
        with pa.OSFile(str(aside), "wb") as file, pa.ipc.new_file(file, reader.schema) as writer:
            for batch in reader:
                if batch.num_rows:
                    rows += batch.num_rows
                    writer.write_batch(batch)
                if file.tell() > self._most:
                    raise QueryError(
                        f"the answer has more than the {self._most // 1_000_000:,} MB that one may have",
                        remedy="Ask for fewer rows or columns, or write it to a file: "
                        "wavehouse sql 'SELECT …' --format parquet --to FILE",
                    )
        return rows

    def _aside(self, id_: str) -> Path:
        return self.path(id_, f"arrow.{os.getpid()}.part")

    def _write_text(self, id_: str, columns: Columns, file: IO[bytes]) -> None:
        for batch in self._batches(id_):
            lines = "".join("\t".join(text or "" for text in row) + "\n" for row in _rows(batch, columns))
            file.write(lines.encode("utf-8", "surrogatepass"))

    def _write_csv(self, id_: str, columns: Columns, file: IO[bytes]) -> None:
        import pyarrow as pa
        from pyarrow import csv

        options = csv.WriteOptions(include_header=False, quoting_style="all_valid")
        schema = pa.schema([(f"c{at}", pa.string()) for at in range(len(columns))])
        header = ",".join('"' + name.replace('"', '""') + '"' for name, _ in columns)
        file.write(f"{header}\n".encode("utf-8", "surrogatepass"))
        with csv.CSVWriter(file, schema, write_options=options) as writer:
            for batch in self._batches(id_):
                writer.write_batch(pa.record_batch(texts(batch, columns), schema=schema))

    def _writing(self, ending: str) -> Callable[[str, Columns, IO[bytes]], None]:
        return self._write_csv if ending == "csv" else self._write_text

    def _counted(self, id_: str, columns: Columns, ending: str) -> int:
        path = self.path(id_, ending)
        if path.is_file():
            return path.stat().st_size
        count = _Count()
        self._writing(ending)(id_, columns, count)  # type: ignore[arg-type]
        return count.bytes

    def _file(self, id_: str, columns: Columns, ending: str) -> Path:
        def write(path: Path) -> None:
            with path.open("wb") as file:
                self._writing(ending)(id_, columns, file)

        return self._made(id_, ending, write)

    def _made(self, id_: str, ending: str, write: Callable[[Path], object]) -> Path:
        path = self.path(id_, ending)
        with self._making[hash(id_) % _LOCKS]:
            if not path.is_file():
                aside = self.path(id_, f"{ending}.{os.getpid()}.part")
                try:
                    write(aside)
                    # It is as old as the answer, whoever asked for it first.
                    os.utime(aside, (self.changed(id_),) * 2)
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


class _Count:
    """A file that only counts what is written to it."""

    closed = False

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, content: Any) -> int:
        size = len(content)
        self.bytes += size
        return size

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """It may be written to further."""


def _rows(batch: pa.RecordBatch, columns: Columns) -> list[list[str | None]]:
    told = [array.to_pylist() for array in texts(batch, columns)]
    return [list(row) for row in zip(*told, strict=True)]


def _metadata(id_: str, columns: Columns) -> bytes:
    return metadata_file(id_, [column_info(*column) for column in columns])
