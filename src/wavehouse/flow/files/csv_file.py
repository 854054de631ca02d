"""One CSV file as Glue's options say that it is written; whatever does not fit names file and line.

A file that is in order is read by the engine as it is. Of any other (a quote character that engines have no
word for, an escape, a first line to skip, bytes that look wrong) a copy in plain form is made by a slower
reader, which knows the lines.
"""

from __future__ import annotations

import bz2
import contextlib
import csv
import io
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wavehouse.core.errors import DefinitionError, RejectedError
from wavehouse.engines.engine import CsvFormat, CsvScan, Engine, FieldIds, WrittenFile
from wavehouse.flow.nodes import S3CsvSource
from wavehouse.staging.compression import compression_of
from wavehouse.staging.decoding import chunks, opened
from wavehouse.staging.inspection import inspect

_PLAIN = CsvFormat()
_LONGEST_VALUE = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class CsvForm:
    """How the files of a node are written; '' for a quote or an escape that there is none of."""

    delimiter: str
    quote: str
    escape: str
    header: bool
    skip: bool
    multiline: bool
    bzip2: bool

    @classmethod
    def of(cls, node: S3CsvSource) -> CsvForm:
        """As a node says; raises `DefinitionError` for an escape of several signs."""
        delimiter, quote = node.signs
        if len(node.Escaper or "") > 1:
            raise DefinitionError(
                f"its Escaper '{node.Escaper}' is more than one sign", remedy="Write one, such as \\"
            )
        skip, bzip2 = bool(node.SkipFirst), node.CompressionType == "bzip2"
        return cls(delimiter, quote, node.Escaper or "", node.WithHeader, skip, node.Multiline, bzip2)

    @property
    def is_plain(self) -> bool:
        """Whether an engine can be told all of it."""
        odd = self.escape or self.skip or self.bzip2 or not self.header or not self.multiline
        return not odd and len(self.quote.encode()) == 1


class CsvFile:
    """A file in that form. Raises `RejectedError` with file and line for what does not fit it."""

    def __init__(self, path: Path, form: CsvForm) -> None:
        self._path = path
        self._form = form
        self.names = self._names()

    def write(self, engine: Engine, scratch: Path, number: int) -> list[str]:
        """Write the rows, all text, as Parquet below `scratch`; returns where. An empty value is NULL."""
        ids = FieldIds({name: at for at, name in enumerate(self.names, start=1)})
        if (records := self._plain_records()) is not None:
            form = CsvFormat(self._form.delimiter, self._form.quote, self._form.quote)
            with contextlib.suppress(RejectedError):
                files = _read(engine, CsvScan(self._path, self.names, form), f"{scratch}/{number}", ids)
                if not engine.csv_rejects() and sum(file.rows for file in files) == records:
                    return [file.location for file in files]
        copy = scratch / f"{number}.csv"
        records = self._copy(copy)
        files = _read(engine, CsvScan(copy, self.names, _PLAIN), f"{scratch}/{number}-copy", ids)
        if engine.csv_rejects() or sum(file.rows for file in files) != records:
            raise RejectedError(
                f"two readers disagree on its {records:,} records",
                where=str(self._path),
                remedy="Check quotes and line ends; nothing was published",
            )
        return [file.location for file in files]

    def _plain_records(self) -> int | None:
        """How many records a file has that an engine can read as it is; None for any other."""
        compression = compression_of(self._path)
        # (By its name the engine knows what is compressed.)
        named = {"": "", ".gz": "gz", ".zst": "zst"}.get(self._path.suffix, "")
        if not self._form.is_plain or compression != named:
            return None
        with opened(self._path, compression) as stream:
            pieces = chunks(stream, self._path.stat().st_size, compression)
            found = inspect(pieces, self._form.delimiter, self._form.quote)
        odd = found.is_irregular(len(self.names)) or found.mixed_line_ends or found.nul_bytes
        return None if odd else found.records

    def _names(self) -> list[str]:
        records = self._records()
        line, first = next(records, (1, []))
        records.close()
        if not first:
            raise self._misfit(1, "the file is empty", "Leave it out, or write its columns into it")
        if not self._form.header:
            return [f"col{at}" for at in range(len(first))]
        folded = [name.strip().casefold() for name in first]
        for at, name in enumerate(folded):
            if not name or name in folded[:at]:
                what = f"'{first[at]}' stands there twice" if name else f"column {at + 1} has no name"
                raise self._misfit(line, f"of the column names, {what}", "Mend the header")
        return [name.strip() for name in first]

    def _copy(self, copy: Path) -> int:
        """Write the records in plain form; returns how many."""
        count = 0
        records = self._records()
        if self._form.header:
            next(records)
        if self._form.skip:
            next(records, None)
        with copy.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.names)
            for line, fields in records:
                if len(fields) != len(self.names):
                    raise self._misfit(
                        line, f"{len(fields)} values stand there, and there are {len(self.names)} columns"
                    )
                # A record of one empty value would be a blank line.
                file.write('""\n') if fields == [""] else writer.writerow(fields)
                count += 1
        return count

    def _records(self) -> Generator[tuple[int, list[str]], None, None]:
        """Each record with the line on which it begins; a blank line is one where there is one column."""
        form = self._form
        csv.field_size_limit(_LONGEST_VALUE)
        with self._open() as stream:
            lines = _Lines(io.TextIOWrapper(stream, "utf-8", errors="surrogateescape", newline=""), self)
            reader = csv.reader(
                iter(lines),
                delimiter=form.delimiter,
                quotechar=form.quote or None,
                quoting=csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE,
                escapechar=form.escape or None,
                strict=True,
            )
            begin, columns = 1, 0
            while True:
                try:
                    fields = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise self._misfit(begin, f"it is not CSV of that form ({error})") from None
                if lines.number > begin and not form.multiline:
                    raise self._misfit(
                        begin, "a value goes on in the next line, and the node says Multiline: false"
                    )
                columns = columns or len(fields)
                if fields or columns == 1:
                    yield begin, fields or [""]
                begin = lines.number + 1

    @contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        if not self._form.bzip2 and self._path.suffix != ".bz2":
            try:
                with opened(self._path, compression_of(self._path)) as stream:
                    yield _without_mark(stream)
            except RejectedError as error:
                raise RejectedError(
                    error.what, where=error.where or str(self._path), remedy=error.remedy
                ) from None
            return
        try:
            with bz2.open(self._path) as stream:
                yield _without_mark(stream)  # type: ignore[arg-type]  # it reads like a file
        except (EOFError, OSError) as error:
            raise RejectedError(
                f"it is no bzip2 file, or ends early ({error})",
                where=str(self._path),
                remedy="Compress it again",
            ) from error

    def check(self, text: str, line: int) -> None:
        """Raise for a line that is no text, or escapes what is read otherwise here than there."""
        if "\0" in text:
            raise self._misfit(
                line, "a NUL byte stands there: it is not text", "Export the file again as CSV"
            )
        if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
            raise self._misfit(line, "some bytes are not UTF-8", "Save the file as UTF-8")
        if self._form.escape and re.search(re.escape(self._form.escape) + "[nrt0]", text):
            raise self._misfit(
                line,
                f"'{self._form.escape}' escapes a letter that stands for a control sign in Glue, "
                "which is not read here",
                "Write the sign itself, in quotes",
            )

    def _misfit(self, line: int, what: str, remedy: str = "") -> RejectedError:
        return RejectedError(
            what,
            where=f"{self._path}:{line}",
            remedy=remedy or "Mend the line, or let the node say how the file is written",
        )


def _read(engine: Engine, scan: CsvScan, directory: str, ids: FieldIds) -> list[WrittenFile]:
    return engine.write_parquet(f"SELECT * FROM {engine.csv(scan)}", directory, field_ids=ids)


class _Lines:
    """Physical lines, counted and looked at."""

    def __init__(self, text: io.TextIOWrapper, file: CsvFile) -> None:
        self._text = text
        self._file = file
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self.number += 1
            self._file.check(line, self.number)
            yield line


def _without_mark(stream: BinaryIO) -> BinaryIO:
    """The stream without a byte order mark."""
    if not stream.seekable():
        head = stream.read(3)
        return io.BytesIO((b"" if head == _BOM else head) + stream.read())
    if stream.read(3) != _BOM:
        stream.seek(0)
    return stream
