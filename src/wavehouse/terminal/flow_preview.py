"""The rows of a node, as people read them."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from wavehouse.terminal.tables import print_table


def show_preview(console: Console, document: dict[str, Any]) -> None:
    """The number of rows; each column with its type, its share of NULLs and its values in the sample."""
    count, seen, sample = document["rows"], document["seen"], document["sample"]
    about = "" if count["exact"] else "about "
    head = f"{document['node']}: {about}{count['count']:,} rows"
    if seen["sampled"]:
        head += f"; NULLs among {seen['rows']:,} of them, from the first rows of {seen['sampled']}"
    console.print(Text(head, style="bold"), soft_wrap=True)
    # A column to a line: nodes have more columns than a terminal has room beside each other.
    table = [
        [column["name"], column["type"], _share(column["nulls"]), *(row[place] for row in sample)]
        for place, column in enumerate(document["columns"])
    ]
    width = _fitting(console.width, len(sample))
    heads = ["column", "type", "NULL", *(f"row {number + 1}" for number in range(len(sample)))]
    print_table(console, heads[: 3 + width], [row[: 3 + width] for row in table], numeric=("NULL",))
    if width < len(sample):
        console.print(Text(f"{len(sample) - width} rows more with --json", style="dim"))


def _share(nulls: float | None) -> str:
    if nulls is None:
        return "–"
    return "" if nulls == 0 else f"{nulls:.1%}" if nulls >= 0.001 else "<0.1%"


def _fitting(width: int, rows: int) -> int:
    """How many rows have room beside the columns' names."""
    return max(1, min(rows, (width - 45) // 24))
