"""A flow on the terminal: its nodes in reading order, with the lines between them drawn beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from wavehouse.terminal.cells import shown
from wavehouse.terminal.rails import Rails, rails

_MARKS = {"source": "○", "target": "■"}
_COLOURS = {
    "source": "cyan",
    "columns": "yellow",
    "rows": "magenta",
    "query": "red",
    "quality": "green",
    "target": "blue",
}
_GAP = 2
_TEXT_WIDTH = 140


@dataclass
class _Column:
    """One column: `least` is how narrow it may become, `wanted` whether it is there at all."""

    head: str
    texts: list[str]
    styles: list[str]
    least: int
    right: bool = False
    width: int = 0

    def __post_init__(self) -> None:
        self.width = max(map(cell_len, [self.head, *self.texts]))


def show_flow(console: Console, document: dict[str, Any]) -> None:
    """Print a flow; without much room what the nodes do is left out, then names are cut."""
    nodes = document["nodes"]
    inputs = {node["id"]: node["inputs"] for node in nodes}
    marks = {node["id"]: _MARKS.get(node["family"], "●") for node in nodes}
    drawn = rails(inputs, marks)
    breadth = max(len(line) for one in drawn.values() for line in (one.before, one.beside))
    columns = _columns(nodes, listed=breadth > console.width // 3)
    if breadth > console.width // 3:
        drawn = {id_: Rails("", mark) for id_, mark in marks.items()}
        breadth = 1
    columns = _fitted(columns, console.width - breadth)
    title = Text(shown(document["flow"]), style="bold")
    if document["description"]:
        title.append(f"  {shown(document['description'])}", style="not bold dim")
    console.print(title, soft_wrap=True)
    console.print(_table(nodes, drawn, breadth, columns))
    if document["rows_of"]:
        console.print(Text(f"rows: as of run {document['rows_of']}", style="dim"), soft_wrap=True)


def flow_as_text(document: dict[str, Any]) -> str:
    """The same as plain text, broad enough for what nodes do."""
    console = Console(file=StringIO(), width=_TEXT_WIDTH, no_color=True, highlight=False)
    with console.capture() as captured:
        show_flow(console, document)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _columns(nodes: Sequence[dict[str, Any]], *, listed: bool) -> list[_Column]:
    colours = [_COLOURS[node["family"]] for node in nodes]
    dim = ["dim"] * len(nodes)
    columns = [
        _Column("node", [shown(node["name"]) for node in nodes], [""] * len(nodes), 16),
        _Column("kind", [node["kind"] for node in nodes], colours, 8),
        _Column("id", [node["id"] for node in nodes], dim, 8),
    ]
    if listed:
        columns.append(_Column("reads", [", ".join(node["inputs"]) for node in nodes], [""] * len(nodes), 12))
    columns.append(_Column("does", [shown(node["detail"]) for node in nodes], dim, 16))
    if any(node["rows"] is not None for node in nodes):
        rows = ["" if node["rows"] is None else f"{node['rows']:,}" for node in nodes]
        columns.append(_Column("rows", rows, [""] * len(nodes), 1, right=True))
    return columns


def _fitted(columns: list[_Column], room: int) -> list[_Column]:
    """The columns as they fit beside each other: first what nodes do gets less, then names, then ids."""

    def over(some: Sequence[_Column]) -> int:
        return sum(column.width + _GAP for column in some) - room

    by_head = {column.head: column for column in columns}
    if over(columns) - by_head["does"].width + by_head["does"].least > 0:
        columns = [column for column in columns if column.head != "does"]
    for head in ("does", "reads", "node", "id", "kind"):
        if head in by_head and (much := over(columns)) > 0:
            column = by_head[head]
            column.width = max(min(column.least, column.width), column.width - much)
    return columns


def _table(
    nodes: Sequence[dict[str, Any]], drawn: dict[str, Rails], breadth: int, columns: Sequence[_Column]
) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    table.add_column("", width=breadth, no_wrap=True)
    for column in columns:
        table.add_column(
            column.head,
            justify="right" if column.right else "left",
            width=column.width,
            no_wrap=True,
            overflow="ellipsis",
        )
    for at, node in enumerate(nodes):
        one, colour = drawn[node["id"]], _COLOURS[node["family"]]
        if one.before:
            table.add_row(Text(one.before, style="dim"))
        mark = _MARKS.get(node["family"], "●")
        beside = Text.assemble(
            *((sign, f"not dim bold {colour}" if sign == mark else "dim") for sign in one.beside)
        )
        table.add_row(beside, *(Text(column.texts[at], style=column.styles[at]) for column in columns))
    return table
