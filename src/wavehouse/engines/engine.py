"""What an engine must be able to do, and the plain records that pass in and out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from wavehouse.core.columns import Column
from wavehouse.core.table_head import ExternalScan

if TYPE_CHECKING:
    from sqlglot import exp

Row = tuple[Any, ...]


@dataclass(frozen=True)
class CsvFormat:
    """How a CSV file is written; nothing of it is ever guessed."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    encoding: str = "utf-8"


@dataclass(frozen=True)
class CsvScan:
    """One CSV file to read as text: its columns by position, in the file's own order.

    `ascii`: all its bytes are; else some may not be UTF-8, and every column must be looked at. `header`: its
    first record has names, not values.
    """

    path: Path
    columns: Sequence[str]
    format: CsvFormat
    ascii: bool = False
    header: bool = True


@dataclass(frozen=True)
class CsvReject:
    """A record that the CSV reader refused.

    `byte_offset` (0-based, in the decompressed file) is its first byte, or a line end just before it.
    """

    byte_offset: int
    column: str
    reason: str


@dataclass(frozen=True)
class FieldIds:
    """Iceberg field ids of a table: by column, and of the elements of its array columns."""

    columns: Mapping[str, int]
    elements: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class WrittenFile:
    """A Parquet file that an engine wrote, at an absolute path or `s3://` location: rows, size in bytes."""

    location: str
    rows: int
    size: int


@dataclass(frozen=True)
class TableFile:
    """A data file of a snapshot of an Iceberg table."""

    location: str
    rows: int


JsonForm = Literal["newline_delimited", "array", "unstructured"]


@dataclass(frozen=True)
class JsonScan:
    """A file of JSON objects: one a line, in one array, or one after the other over any lines."""

    path: Path
    form: JsonForm
    gzip: bool = False


@dataclass(frozen=True)
class FileForm:
    """How rows are written to files: the format, and its compression ('' for none)."""

    format: Literal["parquet", "csv", "json"]
    compression: str = ""


class MisfitError(Exception):
    """A value did not fit, in a statement that was written for values that all do (`Engine.misfit`)."""


class Metadata(Protocol):
    """What of an engine tells what tables are made of, without their rows; `Engine` says more of each."""

    @property
    def dialect(self) -> str:
        """Its dialect of SQL."""

    def rows(self, sql: str) -> list[Row]:
        """Run one query and return all its rows."""

    def iceberg(self, metadata: str, snapshot: int | None = None, *, path: str = "") -> str:
        """A relation over a snapshot (else the current one) of an Iceberg table."""

    def iceberg_files(self, metadata: str, snapshot: int | None = None) -> list[TableFile]:
        """The data files of a snapshot."""

    def iceberg_partitions(
        self, metadata: str, snapshot: int | None, fields: Sequence[str]
    ) -> dict[str, tuple[str | None, ...]]:
        """The partitions of those files."""

    def external(self, scan: ExternalScan, *, path: str = "") -> str:
        """A relation over files of an external table."""


class Engine(Protocol):
    """Runs SQL over files. Errors of disk and memory are `OutsideError`.

    `dialect` is the one that its statements are written in, which is DuckDB's for all of them: an engine
    whose own is another translates them.
    """

    dialect: str

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The engine's own exceptions: what a statement raises that stops, and has no error of ours."""

    def execute(self, sql: str) -> None:
        """Run one statement for its effect."""

    def rows(self, sql: str) -> list[Row]:
        """Run one query and return all its rows."""

    def columns(self, sql: str) -> tuple[Column, ...]:
        """The columns that `sql` would return, without running it; `DefinitionError` where it cannot."""

    def as_columns(self, sql: str) -> str:
        """A query for the rows of `sql` in the types that `columns` tells: an engine's own may be wider."""

    def csv(self, scan: CsvScan) -> str:
        """A relation (SQL text for FROM) over a CSV file, every column text; '' is NULL.

        A statement over one reads nothing else: an engine may have it run where the file is parsed.
        """

    def csv_rejects(self) -> list[CsvReject]:
        """The records refused by the CSV scans since the last call, by offset; one reason each."""

    def parsed(self, text: str, type_: str) -> str:
        """An expression for the value of `type_` that the text expression stands for; NULL where for none.

        Strict: no rounding of `1.5` to an int, no `1_000`, no hexadecimal, no NaN or infinity; blanks
        around a number or date, `+5` and, for an int, `5.0` are read.
        """

    def null(self, type_: str) -> str:
        """An expression of that type whose value is NULL."""

    def spark_cast(self, text: str, type_: str) -> str:
        """An expression for what Spark's cast (not ANSI) makes of the text expression, else NULL."""

    def decimal_text(self, value: str) -> str:
        """The text of a float or double expression, with the fewest digits that tell it from others."""

    def spark_function(self, node: exp.Expr) -> str | None:
        """What a part of a query in Spark SQL is called here, None where a translation says it.

        The parts of `node` are translated already, and its types are noted (`spark_calls.note_types`). Raises
        `DefinitionError` for a function that is not known to mean here what Spark means by it.
        """

    def spark_query(self, query: exp.Query) -> exp.Query | None:
        """A user's whole query in Spark SQL as this engine is told it, None where it goes part by part.

        Its parts are noted as those of `spark_function` are.
        """

    def misfit(self, type_: str) -> str:
        """An expression of `type_` that stops the statement with `MisfitError` when it is evaluated."""

    def matches(self, text: str, pattern: str) -> str:
        """A condition: the whole of the text expression matches the regular expression (RE2 syntax)."""

    def parquet(self, locations: Sequence[str], *, with_position: bool = False) -> str:
        """A relation over Parquet files of one schema, of which there is at least one.

        `with_position` adds `filename` (the location) and `file_row_number` (0-based).
        """

    def json_lines(self, path: Path, columns: Sequence[Column]) -> str:
        """A relation over a file of JSON objects, one a line, with these columns."""

    def parquet_columns(self, location: str) -> tuple[Column, ...]:
        """The columns of a Parquet file that anybody may have written, with the types they have in a table.

        Raises `RejectedError` for a file that is none, or has a column of a type that no table can hold.
        """

    def foreign_parquet(self, locations: Sequence[str], columns: Sequence[Column]) -> str:
        """A relation over such files, by the names of their columns, in the types of tables."""

    def json_columns(self, scan: JsonScan) -> tuple[Column, ...]:
        """The columns of a file of JSON objects: the type that all values of each have, else text.

        Raises `RejectedError` for a file that is no JSON, and for a column of objects.
        """

    def json_objects(self, scan: JsonScan, columns: Sequence[Column]) -> str:
        """A relation over a file of JSON objects with these columns; one that an object lacks is NULL."""

    def json_values(self, scan: JsonScan, query: Callable[[str], str]) -> list[Row]:
        """The rows of a query over the values of a file of JSON; `query` is given the relation.

        It has one row a value, and those of lists besides (`element`). `record` counts the objects from 1,
        `place` is where `key` stands in its object, from 1; `type` is BOOLEAN, NUMBER, VARCHAR, ARRAY, OBJECT
        or NULL, and `value` the text. An object without keys is a row without one; so is what is no object,
        of the type NONE. Raises `RejectedError` for what is no JSON.
        """

    def iceberg(
        self, metadata: str, snapshot: int | None = None, *, path: str = "", with_position: bool = False
    ) -> str:
        """A relation over a snapshot (else the current one) of the Iceberg table with this metadata file.

        `path` names a column more, behind the others: the location of a row's file, as the metadata has it.
        `with_position` adds that as `filename`, and `file_row_number` (0-based). No column of the table may
        be called so then.
        """

    def iceberg_files(self, metadata: str, snapshot: int | None = None) -> list[TableFile]:
        """The data files of a snapshot (else the current one), by location."""

    def iceberg_partitions(
        self, metadata: str, snapshot: int | None, fields: Sequence[str]
    ) -> dict[str, tuple[str | None, ...]]:
        """By location of a data file, the values of these fields of its partition, as texts.

        All files must be partitioned in one way. Files may be missing, and other ones be there.
        """

    def external(self, scan: ExternalScan, *, path: str = "") -> str:
        """A relation over files of an external table, with its keys behind its columns.

        `path` names a column more, behind these: the location of a row's file.
        """

    def write_parquet(
        self, sql: str, directory: str, *, field_ids: FieldIds, partition_by: str | None = None
    ) -> list[WrittenFile]:
        """Write the rows of `sql`, in its order, to new files below `directory` (which must not exist).

        A file without rows is never written. With `partition_by` there are files per value of that column,
        which stays in the files (Iceberg needs it there).
        """

    def write_files(
        self, sql: str, directory: Path, form: FileForm, partition_by: Sequence[str]
    ) -> list[WrittenFile]:
        """Write the rows of `sql`, in its order, for other programs, into `directory`, which is there.

        With `partition_by` the files lie in folders `column=value` (NULL: `__HIVE_DEFAULT_PARTITION__`), and
        are without those columns. The rows of all files together stand at the first.
        """

    def fraction_done(self) -> float:
        """How far the statement that is running has come (0 to 1); may be asked from another thread."""

    def interrupt(self) -> None:
        """Stop the statement that is running, if one is; may be asked from another thread.

        That statement ends with `KeyboardInterrupt`, as at Ctrl-C.
        """

    def close(self) -> None:
        """Give back memory, threads and temporary files."""
