"""How a terminal shows what the upkeep of a lake did, or would do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console

from wavehouse.core.byte_sizes import size
from wavehouse.terminal.tables import print_table

Document = dict[str, Any]


def _rollback(console: Console, document: Document) -> None:
    would = "would go" if document["dry_run"] else "went"
    console.print(f"all tables {would} back to run {document['rolled_back_to']}", markup=False)
    print_table(
        console,
        ["table", "as it was in snapshot"],
        [[name, str(id_)] for name, id_ in document["snapshots"].items()],
    )
    if document["held"]:
        held = ", ".join(document["held"])
        console.print(f"held until 'wavehouse release': {held}", markup=False)
    if document["taken_back"]:
        console.print(f"in again: {', '.join(document['taken_back'])}", markup=False)


def _compact(console: Console, document: Document) -> None:
    rows = [
        [one["table"], one["files"], "–" if one["into"] is None else one["into"], one["rows"]]
        for one in document["tables"]
    ]
    if not rows:
        console.print("nothing to put together: no partition has more than one file")
        return
    print_table(console, ["table", "files", "into", "rows"], rows, numeric=("files", "into", "rows"))


def _vacuum(console: Console, document: Document) -> None:
    would = "would be removed" if document["dry_run"] else "removed"
    for path in document["orphans"]:
        console.print(path, markup=False, highlight=False)
    console.print(f"{document['files']} files that nobody needs {would}, {size(document['bytes'])}")
    for table, ids in document["expired"].items():
        console.print(f"{table}: {len(ids)} old snapshots {would}", markup=False)


UPKEEP_KINDS: dict[str, Callable[[Console, Document], None]] = {
    "rollback": _rollback,
    "compact": _compact,
    "vacuum": _vacuum,
}
