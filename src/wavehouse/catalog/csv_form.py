"""How a CSV file is written: delimiter, quote and header, found out from its first records.

The rules are those of Glue's built-in classifier
(https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-built-in).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wavehouse.catalog.classifiers import CsvClassifier
from wavehouse.catalog.formats import NotCoveredError
from wavehouse.catalog.text_kinds import kind_of
from wavehouse.core.data_catalog import CsvReading

_DELIMITERS = (",", "|", "\t", ";", "\x01")
_BUILT_IN = tuple(CsvClassifier(name="built_in", delimiter=sign) for sign in _DELIMITERS)
# As many records as the documentation says that are sampled.
RECORDS = 1_000
_LONGEST_NAME = 150
_LONGEST_VALUE = 16 * 1024 * 1024
# What is said of files that might have a header, or be CSV with nothing but a header.
ALL_TEXTS = "no header: all values are texts, so nothing tells the first record from the others"
NO_CSV = (
    "text that is no CSV: with none of the delimiters , | ; tab and Ctrl-A are there two lines "
    "of two values or more, and as many each"
)

# A delimiter, and the names of a header.
Header = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class CsvForm:
    """How a file is read, the names of its columns by position, and why it is read so."""

    reading: CsvReading
    names: tuple[str, ...]
    why: str


def csv_form(
    head: str,
    *,
    whole: bool,
    classifiers: Sequence[CsvClassifier] = (),
    headers: Collection[Header] = (),
) -> CsvForm:
    """The form of a file that begins with `head` (`whole`: that is all of it).

    `headers` are those of other files: a file that begins with one of them has it too.
    Raises `NotCoveredError` for what is no CSV: fewer than two columns or records, or records of
    several lengths.
    """
    for classifier in classifiers:
        records = _records(head, classifier, whole=whole)
        if _fits(records, classifier):
            return _form(records, classifier, f"by the classifier {classifier.name}")
    tried = [(one, _records(head, one, whole=whole)) for one in _BUILT_IN]
    for one, records in tried:
        if records and _fits(records, one, whole=False) and (one.delimiter, _names_of(records[0])) in headers:
            reading = CsvReading(one.delimiter, one.quote, "", header=True)
            why = "a header: its first record is the header of other files"
            return CsvForm(reading, _names(records[0], len(records[0])), why)
    fitting = [
        (one, records) for one, records in tried if len(records) > 1 and _fits(records, one, whole=False)
    ]
    if not fitting:
        raise NotCoveredError(NO_CSV)
    # Of several, the one that makes most columns; commas in a text are many, and not as many in each line.
    chosen, records = max(fitting, key=lambda one: len(one[1][0]))
    return _form(records, chosen, f"all of its first {len(records):,} records have {len(records[0])} values")


def _records(head: str, classifier: CsvClassifier, *, whole: bool) -> list[list[str]]:
    csv.field_size_limit(_LONGEST_VALUE)
    reader = csv.reader(
        io.StringIO(head, newline=""),
        delimiter=classifier.delimiter,
        quotechar=classifier.quote or None,
        quoting=csv.QUOTE_MINIMAL if classifier.quote else csv.QUOTE_NONE,
    )
    records: list[list[str]] = []
    try:
        for record in reader:
            if record:
                records.append(record)
            if len(records) > RECORDS:
                break
    except csv.Error:
        return []
    # The last one may go on behind the head.
    return records if whole and len(records) <= RECORDS else records[:-1]


def _fits(records: Sequence[Sequence[str]], classifier: CsvClassifier, *, whole: bool = True) -> bool:
    """Whether the records are as many values each as they should be.

    With a classifier of the project all must be; else nine of ten, so that a broken line is told as such.
    """
    if not records:
        return False
    width = len(classifier.columns) or len(records[0])
    if width < (1 if classifier.allow_single_column else 2):
        return False
    fitting = sum(len(record) == width for record in records)
    return fitting == len(records) if whole else fitting >= 0.9 * len(records) and len(records[0]) == width


def _form(records: Sequence[Sequence[str]], classifier: CsvClassifier, why: str) -> CsvForm:
    header, because = _header(records, classifier)
    reading = CsvReading(classifier.delimiter, classifier.quote, "", header)
    names = classifier.columns or _names(records[0] if header else (), len(records[0]))
    return CsvForm(reading, names, f"{why}; {because}")


def _header(records: Sequence[Sequence[str]], classifier: CsvClassifier) -> tuple[bool, str]:
    """Whether the first record has names, and why."""
    if classifier.header != "UNKNOWN":
        return classifier.header == "PRESENT", f"the classifier says that a header is {classifier.header}"
    first, rows = records[0], records[1:]
    if not rows:
        return False, "no header: there is one record only"
    for at, name in enumerate(first, start=1):
        # (So that a delimiter may end each line, the last one may be empty and long.)
        if (against := _no_name(name)) and not (at == len(first) and not name.strip()):
            return False, f"no header: value {at} of the first record is {against}"
    if not any(value and kind_of(value) != "string" for row in rows for value in row):
        return False, ALL_TEXTS
    return True, "a header: its values are texts, and values of other records are not"


def _no_name(text: str) -> str:
    """Why a text is no name of a column; '' where it may be one."""
    bare = text.strip()
    if not bare:
        return "empty"
    if kind_of(bare) != "string":
        return f"no text: {bare!r}"
    if len(text) >= _LONGEST_NAME:
        return f"{_LONGEST_NAME} signs long or more"
    return "" if text.isprintable() else "on several lines, or has control signs"


def _names_of(record: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.strip() for name in record)


def _names(header: Sequence[str], width: int) -> tuple[str, ...]:
    """The names of the columns; those that have none, or one that is taken, are called by their place."""
    names: list[str] = []
    for at in range(width):
        name = header[at].strip() if at < len(header) else ""
        taken = {known.casefold() for known in names}
        names.append(name if name and name.casefold() not in taken else _free(f"col{at + 1}", taken))
    return tuple(names)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name
