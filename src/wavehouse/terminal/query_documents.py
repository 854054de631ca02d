"""The history of queries as people read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.text import Text

from wavehouse.core.byte_sizes import size
from wavehouse.core.printable import printable
from wavehouse.terminal.tables import print_table

Document = dict[str, Any]
_STYLES = {"SUCCEEDED": "green", "FAILED": "red", "CANCELLED": "red"}
_SHOWN = 60  # characters of a query in a table


def _history(console: Console, document: Document) -> None:
    rows = [
        [
            one["id"][:8],
            one["submitted"][:19].replace("T", " "),
            Text(one["state"].lower(), style=_STYLES.get(one["state"], "")),
            one["total_ms"],
            "" if one["rows"] is None else one["rows"],
            size(one["scanned_bytes"]),
            _short(one["sql"]),
        ]
        for one in document["queries"]
    ]
    columns = ["query", "asked (UTC)", "state", "ms", "rows", "read", "SQL"]
    print_table(console, columns, rows, numeric=("ms", "rows", "read"))


def _query(console: Console, document: Document) -> None:
    reused = f", the answer of {document['reused']}" if document["reused"] else ""
    lines = [
        f"{document['id']}  {document['state'].lower()}{reused}",
        f"asked {document['submitted'][:19].replace('T', ' ')} UTC by {document['source']}; "
        f"{document['total_ms']} ms in all, {document['queue_ms']} waiting, "
        f"{document['planning_ms']} planning, {document['engine_ms']} in the engine; "
        f"{size(document['scanned_bytes'])} read",
        *(f"reads {name} as of {version}" for name, version in document["tables"].items()),
        *([document["reason"]] if document["reason"] else []),
        "",
        document["sql"].strip(),
    ]
    console.print(
        "\n".join(printable(line) for text in lines for line in text.split("\n")),
        markup=False,
        soft_wrap=True,
    )


def _short(sql: str) -> str:
    line = " ".join(sql.split())
    return printable(line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…")


def _export(console: Console, document: Document) -> None:
    console.print(f"{document['path']}: {document['rows']:,} rows", markup=False, soft_wrap=True)


QUERY_KINDS: dict[str, Callable[[Console, Document], None]] = {
    "history": _history,
    "query": _query,
    "export": _export,
}
