"""An answer as a table, as CSV or as JSON."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.trino_types import is_number

if TYPE_CHECKING:
    from rich.console import RenderableType

    from wavehouse.query.answer import Answer

# A cell that starts so is a formula to a spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = re.compile(r'[",\r\n]')
# What would move a terminal's cursor, colour it or turn the direction of writing.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


FORMS = ("table", "csv", "json")


def check_form(form: str) -> None:
    """Raise `CallError` unless `form` is one of `FORMS`: before the query is run, not after."""
    if form not in FORMS:
        raise CallError(f"there is no format '{form}'", remedy=did_you_mean(form, FORMS))


def write_answer(answer: Answer, form: str) -> None:
    """Write an answer to stdout as `form`; raises `CallError` for a form that does not exist."""
    check_form(form)
    if form == "table":
        from rich.console import Console

        # In a file or a pipe there is no width to fit into: nothing is cut.
        Console(width=None if sys.stdout.isatty() else 100_000).print(as_table(answer))
    else:
        sys.stdout.write(as_csv(answer) if form == "csv" else as_json(answer) + "\n")


def as_table(answer: Answer) -> RenderableType:
    """A table for a terminal: NULL dim, numbers to the right, a note where rows were left out."""
    # Loaded only where a table is drawn.
    from rich.box import SIMPLE_HEAD
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD)
    for column in answer.columns:
        number = is_number(column.type)
        table.add_column(Text(_shown(column.name)), justify="right" if number else "left", no_wrap=number)
    for row in answer.rows:
        cells = (Text("NULL", style="dim") if value is None else Text(_shown(_text(value))) for value in row)
        table.add_row(*cells)
    if not answer.truncated:
        return table
    # Not the table's caption, which would be folded to the width of a narrow table.
    return Group(table, Text(f"The first {len(answer.rows):,} rows; there are more.", style="dim"))


def as_csv(answer: Answer) -> str:
    """CSV as in RFC 4180, with a header and CRLF.

    NULL is an empty cell and an empty text is `""`. An array is JSON text. A text that a spreadsheet would
    take for a formula gets a `'` in front; numbers stay as they are.
    """
    lines = [csv_line(column.name for column in answer.columns)]
    lines += [csv_line(row) for row in answer.rows]
    return "".join(lines)


def as_json(answer: Answer) -> str:
    """One JSON document: `columns` (name, type), `rows` (arrays), `scanned_bytes`, `seconds`, `truncated`.

    Whole numbers, doubles and booleans are JSON's own. A date is `2020-12-31`, a timestamp
    `2020-12-31 23:59:59.000000` (one with time zone in UTC, with ` UTC`), a decimal its digits, and NaN,
    Infinity and -Infinity are those words: all of them strings, since JSON has nothing that would keep them
    exact. An array is a JSON array.
    """
    document = {
        "columns": [{"name": column.name, "type": column.type} for column in answer.columns],
        "rows": [[plain(value) for value in row] for row in answer.rows],
        "scanned_bytes": answer.scanned_bytes,
        "seconds": round(answer.seconds, 6),
        "truncated": answer.truncated,
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """A value of an answer as `as_json` writes it."""
    match value:
        case list():
            return [plain(element) for element in value]
        case float() if not math.isfinite(value):
            return _text(value)
        case None | bool() | int() | float() | str():
            return value
    return _text(value)


def _text(value: Any) -> str:
    """A value as Athena writes it; an array as JSON text, which keeps its elements apart."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return _number(value)
        case datetime():
            # A timestamp of Iceberg has microseconds.
            return value.isoformat(sep=" ", timespec="microseconds")
        case Decimal():
            return format(value, "f")
        case list():
            return json.dumps(plain(value), ensure_ascii=False)
    # A date is `2020-12-31` here too.
    return str(value)


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def csv_line(cells: Iterable[Any]) -> str:
    """A line of `as_csv`."""
    return ",".join(_cell(cell) for cell in cells) + "\r\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = _text(value)
    if isinstance(value, str):
        text = f"'{text}" if text.startswith(_FORMULA) else text
    if text == "" or _QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _shown(text: str) -> str:
    """`text` with what would act on the terminal written out."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
