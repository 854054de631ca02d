"""CSV files whose header is seen by that of others: of nothing but texts, or with nothing but a header."""

from __future__ import annotations

from collections.abc import Iterable

from wavehouse.catalog.csv_form import ALL_TEXTS, NO_CSV, Header
from wavehouse.catalog.read_file import Problem, ReadFile


def headers_of(files: Iterable[ReadFile]) -> frozenset[Header]:
    """The headers that files have."""
    looks = {(file.form.csv, file.columns) for file in files if file.form.csv and file.form.csv.header}
    return frozenset(
        (csv.delimiter, tuple(column.name for column in columns)) for csv, columns in looks if csv
    )


def is_in_doubt(one: ReadFile | Problem) -> bool:
    """Whether a file might have a header all the same, if others have it."""
    if isinstance(one, Problem):
        return NO_CSV in one.what
    return any(note.endswith(ALL_TEXTS) for note in one.notes)
