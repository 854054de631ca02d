"""The rows of a node, as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from wavehouse.core.printable import printable
from wavehouse.terminal.tables import print_table

# A value takes no more of a line, and no less where three rows are squeezed beside each other.
_WIDEST = 24
_NARROWEST = 8
_WANTED = 3
_BETWEEN = 2


def show_preview(console: Console, document: dict[str, Any]) -> None:
    """The number of rows; each column with its type, its share of NULLs and its values in the sample."""
    count, seen, sample = document["rows"], document["seen"], document["sample"]
    about = "" if count["exact"] else "about "
    head = f"{document['node']}: {about}{count['count']:,} row{'' if count['count'] == 1 else 's'}"
    if seen["sampled"]:
        head += f"; NULLs among {seen['rows']:,} of them, from the first rows of {seen['sampled']}"
    console.print(Text(head, style="bold"), soft_wrap=True)
    # A column to a line: nodes have more columns than a terminal has room beside each other.
    about_columns = [
        [Text(printable(column["name"])), Text(column["type"]), Text(_share(column["nulls"]))]
        for column in document["columns"]
    ]
    heads = ["column", "type", "NULL"]
    taken = sum(
        _width([name, *column]) for name, column in zip(heads, zip(*about_columns, strict=True), strict=True)
    )
    rows = _fitting([[_cell(value) for value in row] for row in sample], console.width - taken)
    table = [[*about, *(row[place] for row in rows)] for place, about in enumerate(about_columns)]
    print_table(console, [*heads, *map(_head, range(len(rows)))], table, numeric=("NULL",))
    if more := len(sample) - len(rows):
        console.print(Text(f"{more} row{'' if more == 1 else 's'} more with --json", style="dim"))


def _head(number: int) -> str:
    return f"row {number + 1}"


def _share(nulls: float | None) -> str:
    if nulls is None:
        return "–"
    if nulls in (0, 1):
        return "all" if nulls else ""
    # (Rounded, few would look like none, and many like all.)
    return "<0.1%" if nulls < 0.001 else ">99.9%" if nulls >= 0.9995 else f"{nulls:.1%}"


def _cell(value: Any) -> Text:
    """A value as it is: figures are not rounded, since the question may be what they are exactly."""
    if value is None:
        return Text("NULL", style="dim")
    return Text(printable(str(value).lower() if isinstance(value, bool) else str(value)))


def _fitting(rows: list[list[Text]], room: int) -> list[list[Text]]:
    """As many rows as have room beside the columns' names, or three of them, cut off, if that is more."""
    fitting = 0
    left = room
    for number, row in enumerate(rows):
        left -= min(_width([_head(number), *row]), _WIDEST + _BETWEEN)
        if left < 0:
            break
        fitting += 1
    widest = _WIDEST
    if fitting < (wanted := min(_WANTED, len(rows))):
        fitting, widest = wanted, max(_NARROWEST, room // wanted - _BETWEEN)
    for row in rows[:fitting]:
        for cell in row:
            cell.truncate(widest, overflow="ellipsis")
    return rows[:fitting]


def _width(cells: Sequence[Text | str]) -> int:
    """Of a column with those cells, and what stands between it and the next."""
    return _BETWEEN + max((cell_len(str(cell)) for cell in cells), default=0)
