"""What the crawler knows of a file that it has read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wavehouse.catalog.census import Census
from wavehouse.core.columns import Column
from wavehouse.core.data_catalog import CsvReading, Format


@dataclass(frozen=True)
class Form:
    """How a file is written: the files of a table have the same form. `compression` is '' for none."""

    format: Format
    compression: Literal["", "gz", "zst"] = ""
    csv: CsvReading | None = None

    @property
    def is_text(self) -> bool:
        """Whether its values are texts, which can always be read as strings."""
        return self.format in ("csv", "json")

    def __str__(self) -> str:
        dialect = ""
        if self.csv:
            dialect = f" with {_sign(self.csv.delimiter)}" + ("" if self.csv.header else " and no header")
        packed = {"": "", "gz": ", gzip", "zst": ", zstd"}[self.compression]
        return f"{self.format.upper() if self.is_text else self.format.capitalize()}{dialect}{packed}"


def _sign(delimiter: str) -> str:
    return {"\t": "tabs", "\x01": "Ctrl-A", " ": "blanks"}.get(delimiter, f"'{delimiter}'")


@dataclass(frozen=True)
class ReadFile:
    """A file: its path relative to what is crawled (parts separated by `/`), size in bytes, time in ns.

    `censuses` are, by column, what the values of a text file look like, else (). `rows` is None where only a
    sample was read. `obstacles` say why it cannot be a data file of an Iceberg table as it is. `notes` are
    what a user should know of it.
    """

    path: str
    size: int
    modified: int
    form: Form
    columns: tuple[Column, ...]
    rows: int | None
    censuses: tuple[Census, ...] = ()
    obstacles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders above it."""
        return tuple(self.path.split("/")[:-1])


@dataclass(frozen=True)
class Problem:
    """Something that could not be taken: where (relative to what is crawled), its kind, and what it is."""

    path: str
    kind: str
    what: str
