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


def _promote(console: Console, document: Document) -> None:
    rows = [[name, one["rows"], one["files"]] for name, one in document["tables"].items()]
    print_table(console, ["table", "rows", "files"], rows, numeric=("rows", "files"))
    for name, place in document["stays"].items():
        console.print(f"! {name}: its files stay where they are, {place}", markup=False, highlight=False)
    whole = f"{document['files']:,} files, {size(document['bytes'])}"
    if document["dry_run"]:
        console.print(f"{whole} would be copied; nothing was changed (--dry-run)", highlight=False)
        return
    were = document["files"] - document["copied"]
    again = f" ({were:,} were there already)" if were else ""
    console.print(f"{whole}{again}: {document['lake']}", markup=False, highlight=False)
    if document["warehouse"].startswith("s3://"):
        console.print(f"its tables lie at {document['warehouse']}", markup=False, highlight=False)


UPKEEP_KINDS: dict[str, Callable[[Console, Document], None]] = {
    "rollback": _rollback,
    "compact": _compact,
    "promote": _promote,
    "vacuum": _vacuum,
}
