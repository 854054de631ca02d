"""An answer as a table, as CSV or as JSON."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wavehouse.core.byte_sizes import size
from wavehouse.core.errors import CallError
from wavehouse.core.suggestions import did_you_mean
from wavehouse.query.trino_types import is_number

if TYPE_CHECKING:
    from rich.console import RenderableType

    from wavehouse.query.answer import Answer
    from wavehouse.query.price import Price
    from wavehouse.query.translate import ResultColumn

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


def shows_price(form: str) -> bool:
    """Whether an answer in that form, written to stdout, tells its price."""
    return form == "json" or (form == "table" and sys.stdout.isatty())


def write_answer(answer: Answer, form: str) -> None:
    """Write an answer to stdout as `form`; raises `CallError` for a form that does not exist."""
    check_form(form)
    if not answer.columns and form != "json":
        return  # (a statement that says nothing)
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
    notes = [f"The first {len(answer.rows):,} rows; there are more."] if answer.truncated else []
    if answer.price is not None:
        notes.append(f"{size(answer.scanned_bytes)} scanned · {answer.price.line()}")
    # Not the table's caption, which would be folded to the width of a narrow table.
    return Group(table, *(Text(note, style="dim") for note in notes)) if notes else table


def write_price(columns: Sequence[ResultColumn], price: Price, *, as_json: bool) -> None:
    """Write what a query would cost to stdout: a line for each place of a table, and the sum."""
    if as_json:
        named = [{"name": column.name, "type": column.type} for column in columns]
        sys.stdout.write(json.dumps({"columns": named, "price": price.document()}, ensure_ascii=False) + "\n")
        return
    for reason in price.reasons():
        sys.stdout.write(f"{_shown(reason)}\n")
    sys.stdout.write(f"{price.line()}\n")
    if price.is_over_limit:
        sys.stdout.write(f"more than bytes_scanned_cutoff allows ({price.rates.cutoff:,} bytes): refused\n")


def as_csv(answer: Answer) -> str:
    """CSV as in RFC 4180, with a header and CRLF.

    NULL is an empty cell and an empty text is `""`. Arrays, maps and rows are JSON text. A text
    that a spreadsheet would take for a formula gets a `'` in front; numbers stay as they are.
    """
    lines = [csv_line(column.name for column in answer.columns)]
    lines += [csv_line(row) for row in answer.rows]
    return "".join(lines)


def as_json(answer: Answer) -> str:
    """One JSON document: `columns` (name, type), `rows` (arrays), `scanned_bytes`, `seconds`, `truncated`.

    With a price there is `price`, too (`Price.document`).

    Whole numbers, doubles and booleans are JSON's own. A date is `2020-12-31`, a timestamp
    `2020-12-31 23:59:59.000000`, one with time zone `2020-12-31 23:59:59.000 UTC` with as many digits as it
    has, an interval `1 02:03:04.000` or `1-2` (years and months), a decimal its digits, and NaN, Infinity and
    -Infinity are those words: all of them strings, since JSON has nothing that would keep them exact. A
    varbinary is its bytes in hexadecimal: `61 62`. An array is a JSON array, a map and a row are JSON objects
    (a row's field without a name is `field0`, `field1`, … as Athena calls it).
    """
    document = {
        "columns": [{"name": column.name, "type": column.type} for column in answer.columns],
        "rows": [[plain(value) for value in row] for row in answer.rows],
        "scanned_bytes": answer.scanned_bytes,
        "seconds": round(answer.seconds, 6),
        "truncated": answer.truncated,
    }
    if answer.price is not None:
        document["price"] = answer.price.document()
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """A value of an answer as `as_json` writes it."""
    match value:
        case list():
            return [plain(element) for element in value]
        case dict():
            return {key if isinstance(key, str) else _text(key): plain(one) for key, one in value.items()}
        case float() if not math.isfinite(value):
            return _text(value)
        case None | bool() | int() | float() | str():
            return value
    return _text(value)


def _text(value: Any) -> str:  # noqa: PLR0911
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
        case bytes():
            # As Athena shows a varbinary.
            return value.hex(" ")
        case list() | dict():
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
