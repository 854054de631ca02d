"""A table as all documents show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from wavehouse.terminal.cells import shown


def print_table(
    console: Console, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, numeric: Sequence[str] = ()
) -> None:
    """A table without lines; `numeric` names the columns whose cells stand right."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in columns:
        right = name in numeric
        # Figures and ids are never broken.
        whole = right or name in ("run", "snapshot", "table", "column", "type", "file:line")
        table.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=whole)
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(shown(cell)) for cell in row))
    console.print(table)
