"""An answer as a table, as CSV, as JSON or as Parquet: written as its rows come."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any, Protocol

from wavehouse.core.byte_sizes import size
from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.batches import rows_of
from wavehouse.query.parquet_rows import ParquetRows
from wavehouse.query.trino_times import told_type
from wavehouse.query.trino_types import WHOLE, is_number
from wavehouse.query.value_texts import plain_of, shown_of

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import RenderableType

    from wavehouse.engines.engine import Row
    from wavehouse.query.answer import Answer
    from wavehouse.query.translate import ResultColumn

# A cell that starts so is a formula to a spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = re.compile(r'[",\r\n]')
# What would move a terminal's cursor, colour it or turn the direction of writing.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

FORMS = ("table", "csv", "json", "parquet")
BINARY = ("parquet",)


def check_form(form: str) -> None:
    """Raise `CallError` unless `form` is one of `FORMS`: before the query is run, not after."""
    if form not in FORMS:
        raise CallError(f"there is no format '{form}'", remedy=did_you_mean(form, FORMS))


def shows_price(form: str, *, terminal: bool) -> bool:
    """Whether an answer in that form, written to a terminal or not, tells its price."""
    return form == "json" or (form == "table" and terminal)


class Writer(Protocol):
    """Writes one answer to a file: its rows, in any number of parts, and how it ended."""

    def batch(self, batch: pa.RecordBatch) -> None:
        """Rows that come from the engine."""

    def rows(self, rows: Iterable[Row]) -> None:
        """Rows that are there."""

    def end(self, answer: Answer | None) -> None:
        """There are no more; `answer` has what is told besides its rows, if that is known."""

    def abandon(self) -> None:
        """The answer failed: nothing is written any more."""


def writer_of(form: str, columns: Sequence[ResultColumn], file: IO[Any]) -> Writer:
    """What writes answers with these columns as `form`, to a file of bytes for those in `BINARY`.

    Raises `CallError` for a form that there is not, and for columns that it cannot have.
    """
    check_form(form)
    writers: dict[str, type[_Table | _Csv | _Json | ParquetRows]] = {
        "table": _Table,
        "csv": _Csv,
        "json": _Json,
        "parquet": ParquetRows,
    }
    return writers[form](columns, file)


def write_answer(answer: Answer, form: str, file: IO[Any] | None = None) -> None:
    """Write an answer as `form`, to stdout if no other file is given."""
    check_form(form)
    if not answer.columns and form != "json":
        return  # (a statement that says nothing)
    writer = writer_of(form, answer.columns, file or (sys.stdout.buffer if form in BINARY else sys.stdout))
    writer.rows(answer.rows)
    writer.end(answer)


class _Rows:
    """Writes rows one by one."""

    def batch(self, batch: pa.RecordBatch) -> None:
        """Rows that come from the engine."""
        self.rows(rows_of(batch))

    def rows(self, rows: Iterable[Row]) -> None:
        """Rows that are there."""
        raise NotImplementedError

    def abandon(self) -> None:
        """Nothing is written any more."""


class _Table(_Rows):
    """A table for people, drawn at the end: its columns are as wide as their values."""

    def __init__(self, columns: Sequence[ResultColumn], file: IO[str]) -> None:
        self._columns, self._file = columns, file
        self._rows: list[Row] = []

    def rows(self, rows: Iterable[Row]) -> None:
        """Rows that are there."""
        self._rows += rows

    def end(self, answer: Answer | None) -> None:
        """Draw it."""
        from rich.console import Console

        # In a file or a pipe there is no width to fit into: nothing is cut.
        width = None if self._file.isatty() else 100_000
        Console(file=self._file, width=width).print(as_table(self._columns, self._rows, answer))


class _Csv(_Rows):
    """CSV as in RFC 4180, with a header and CRLF.

    NULL is an empty cell and an empty text is `""`. Arrays, maps and rows are JSON text. A text that a
    spreadsheet would take for a formula gets a `'` in front; numbers stay as they are.
    """

    def __init__(self, columns: Sequence[ResultColumn], file: IO[str]) -> None:
        self._file, self._types = file, [column.type for column in columns]
        file.writelines(csv_lines([column.name for column in columns], self._types, ()))

    def rows(self, rows: Iterable[Row]) -> None:
        """Rows that are there."""
        lines = csv_lines([""] * len(self._types), self._types, rows)
        next(lines)
        self._file.writelines(lines)

    def end(self, answer: Answer | None) -> None:
        """Nothing follows."""


class _Json(_Rows):
    """One JSON document: `columns` (name, type), `rows` (arrays), `scanned_bytes`, `seconds`, `truncated`.

    With a price there is `price`, too (`Price.document`).

    Whole numbers, doubles and booleans are JSON's own. A date is `2020-12-31`, a timestamp
    `2020-12-31 23:59:59.000`, one with time zone `2020-12-31 23:59:59.000 UTC`, with as many digits as its
    type has, an interval `1 02:03:04.000` or `1-2` (years and months), a decimal its digits, and NaN,
    Infinity and -Infinity are those words: all of them strings, since JSON has nothing that would keep them
    exact. A varbinary is its bytes in hexadecimal: `61 62`. An array is a JSON array, a map and a row are
    JSON objects (a row's field without a name is `field0`, `field1`, … as Athena calls it).
    """

    def __init__(self, columns: Sequence[ResultColumn], file: IO[str]) -> None:
        self._file, self._plain = file, [plain_of(column.type) for column in columns]
        self._some = False
        told = [{"name": column.name, "type": told_type(column.type)} for column in columns]
        file.write(f'{{"columns": {_json(told)}, "rows": [')

    def rows(self, rows: Iterable[Row]) -> None:
        """Rows that are there."""
        for row in rows:
            told = [plain(value) for plain, value in zip(self._plain, row, strict=True)]
            self._file.write((", " if self._some else "") + _json(told))
            self._some = True

    def end(self, answer: Answer | None) -> None:
        """What is known of the answer, and the document's end."""
        told: dict[str, Any] = {}
        if answer is not None:
            told = {
                "scanned_bytes": answer.scanned_bytes,
                "seconds": round(answer.seconds, 6),
                "truncated": answer.truncated,
            }
            if answer.price is not None:
                told["price"] = answer.price.document()
        more = "".join(f", {_json(name)}: {_json(value)}" for name, value in told.items())
        self._file.write(f"]{more}}}\n")


def csv_lines(names: Sequence[str], types: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The lines of CSV: a header, and rows of these Trino types."""
    cells = [_cell_of(type_) for type_ in types]
    yield ",".join(map(_cell_of("varchar"), names)) + "\r\n"
    for row in rows:
        yield ",".join([cell(value) for cell, value in zip(cells, row, strict=True)]) + "\r\n"


def as_table(columns: Sequence[ResultColumn], rows: Iterable[Row], answer: Answer | None) -> RenderableType:
    """A table for a terminal: NULL dim, numbers to the right, a note where rows were left out."""
    # Loaded only where a table is drawn.
    from rich.box import SIMPLE_HEAD
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table, texts = Table(box=SIMPLE_HEAD), [shown_of(column.type) for column in columns]
    for column in columns:
        number = is_number(column.type)
        table.add_column(Text(shown(column.name)), justify="right" if number else "left", no_wrap=number)
    for row in rows:
        table.add_row(
            *(
                Text("NULL", style="dim") if value is None else Text(shown(text(value)))
                for value, text in zip(row, texts, strict=True)
            )
        )
    notes = []
    if answer is not None and answer.truncated:
        notes.append(f"The first {answer.count:,} rows; there are more.")
    if answer is not None and answer.price is not None:
        notes.append(f"{size(answer.scanned_bytes)} scanned · {answer.price.line()}")
    # Not the table's caption, which would be folded to the width of a narrow table.
    return Group(table, *(Text(note, style="dim") for note in notes)) if notes else table


_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _cell_of(type_: str) -> Callable[[Any], str]:
    if type_ in WHOLE:
        return lambda value: "" if value is None else str(value)
    text, number = shown_of(type_), is_number(type_)

    def cell(value: Any) -> str:
        if value is None:
            return ""
        told = text(value)
        if not number and isinstance(value, str) and told.startswith(_FORMULA):
            told = f"'{told}"
        if told == "" or _QUOTED.search(told):
            return '"' + told.replace('"', '""') + '"'
        return told

    return cell


def shown(text: str) -> str:
    """`text` with what would act on the terminal written out."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
