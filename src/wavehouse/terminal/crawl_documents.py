"""How a terminal shows a crawl: the difference with the catalog, why, and what could not be taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from wavehouse.catalog.crawl_lines import changed_lines, counted, some, told_of
from wavehouse.core.printable import printable
from wavehouse.terminal.tables import print_table

Document = dict[str, Any]

_SIGNS = {"new": "+", "changed": "~", "gone": "-", "unchanged": "="}
_STYLES = {"+": "green", "~": "yellow", "-": "red", "=": "dim"}
# Of long lists so many are shown; --json has all.
_SHOWN = 10


def _crawl(console: Console, document: Document) -> None:
    for table in document["tables"]:
        _head(console, table)
        for sign, text in changed_lines(table):
            _line(console, sign, text)
    _problems(console, document["problems"])
    counts = Counter(table["change"] for table in document["tables"])
    told = ", ".join(f"{counts[change]} {change}" for change in _SIGNS if counts[change]) or "no tables"
    ending = "; nothing was changed (--dry-run)" if document["dry_run"] else ""
    console.print(f"{told}{ending}", markup=False)


def _explained(console: Console, document: Document) -> None:
    for table in document["tables"]:
        if table["change"] == "gone":
            continue
        console.print(Text(f"{table['name']}: why", style="bold"))
        for reason in (*table["reasons"], *_reasons(table)):
            console.print(f"  {printable(reason)}", markup=False, soft_wrap=True)
        rows = [
            [printable(column["name"]), column["type"], column.get("why", "")] for column in table["columns"]
        ]
        print_table(console, ["column", "type", "why"], rows)
        for text in _differences(table):
            console.print(f"  {printable(text)}", markup=False, soft_wrap=True)
        console.print()
    _crawl(console, document)


def _head(console: Console, table: Document) -> None:
    sign = _SIGNS[table["change"]]
    console.print(Text(f"{sign} {table['name']}", style=_STYLES[sign]), Text(told_of(table)), soft_wrap=True)


def _line(console: Console, sign: str, text: str) -> None:
    console.print(Text(f"  {sign} {printable(text)}", style=_STYLES[sign]), soft_wrap=True)


def _reasons(table: Document) -> list[str]:
    found = [*table["notes"]]
    if table["why_external"]:
        found.append(f"external, since {table['why_external'][0]}")
    if table["left_out"]:
        found += some(f"left out, {counted(len(table['left_out']), 'file')}:", table["left_out"])
    return found


def _differences(table: Document) -> Iterator[str]:
    """Where the cloud, or the project's contract, would have another type."""
    for column in table["columns"]:
        if column.get("cloud", column["type"]) != column["type"]:
            yield f"{column['name']}: the cloud's crawler would make it {column['cloud']}"
    for column in table["columns"]:
        if (known := column.get("contract")) and known["why"]:
            type_ = known["type"] or "no column"
            yield f"{column['name']}: {type_} in the contract '{table['contract']}': {known['why']}"
    if table["lacking"]:
        yield f"columns of the contract that are not there: {', '.join(table['lacking'])}"


def _problems(console: Console, problems: Sequence[Document]) -> None:
    by_kind: dict[str, list[Document]] = {}
    for problem in problems:
        by_kind.setdefault(problem["kind"], []).append(problem)
    for kind, found in by_kind.items():
        for problem in found[:_SHOWN]:
            told = f"{printable(problem['path'])}: {printable(problem['what'])}"
            console.print(Text(f"! {told}", style="yellow"), soft_wrap=True)
        if len(found) > _SHOWN:
            more = f"! and {len(found) - _SHOWN:,} more of these ({kind}); --json has all"
            console.print(Text(more, style="yellow"), soft_wrap=True)


CRAWL_KINDS: dict[str, Callable[[Console, Document], None]] = {"crawl": _crawl, "crawl-explained": _explained}
