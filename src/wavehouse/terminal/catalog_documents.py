"""How a terminal shows the data catalog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.text import Text

from wavehouse.core.byte_sizes import size
from wavehouse.terminal.cells import shown
from wavehouse.terminal.tables import print_table

Document = dict[str, Any]

_LONGEST = 40  # of a value in a column of statistics
_NO_VALUE = "NULL"


def _databases(console: Console, document: Document) -> None:
    rows = [[one["name"], one["tables"], one["comment"]] for one in document["databases"]]
    print_table(console, ["database", "tables", ""], rows, numeric=("tables",))


def _tables(console: Console, document: Document) -> None:
    rows = [
        [
            one["name"],
            f"{one['format']}, gone" if one["deprecated"] else one["format"],
            one["rows"],
            one["files"],
            size(one["bytes"]),
            one["columns"],
            ", ".join(one["partition_by"]),
        ]
        for one in document["tables"]
    ]
    columns = ["table", "format", "rows", "files", "size", "columns", "partitioned by"]
    print_table(console, columns, rows, numeric=("rows", "files", "size", "columns"))


def _describe(console: Console, document: Document) -> None:
    counted = "rows not counted" if document["rows"] is None else f"{document['rows']:,} rows"
    summary = f"{counted}, {document['files']} files, {size(document['bytes'])}"
    console.print(Text(f"{document['name']}: {summary}", style="bold"))
    place = f" in {document['location']}" if document["location"] else ""
    lines = [document["comment"], f"{document['format']}{place}"]
    if document["csv"]:
        told = document["csv"]
        quote = f"quote {told['quote']!r}" if told["quote"] else "no quotes"
        header = "with a header" if told["header"] else "without a header"
        lines.append(f"delimiter {told['delimiter']!r}, {quote}, {header}")
    if document["deprecated"]:
        lines.append("its files were gone at the last crawl")
    lines += [f"not read: {path}" for path in document["left_out"]]
    for line in filter(None, lines):
        console.print(Text(shown(line)), soft_wrap=True)
    rows = [
        [one["name"], one["type"], "partition" if one["partition"] else "", one["comment"]]
        for one in document["columns"]
    ]
    print_table(console, ["column", "type", "", "comment"], rows)


def _partitions(console: Console, document: Document) -> None:
    if not document["keys"]:
        console.print(f"{document['name']} has no partitions", markup=False)
        return
    rows = [
        [
            *(_NO_VALUE if v is None else v for v in one["values"]),
            one["rows"],
            one["files"],
            size(one["bytes"]),
        ]
        for one in document["partitions"]
    ]
    counted = ("rows", "files", "size")
    print_table(console, [*document["keys"], *counted], rows, numeric=counted)


def _statistics(console: Console, document: Document) -> None:
    rows = [
        [one["name"], one["type"], _cut(one["min"]), _cut(one["max"]), one["nulls"], one["distinct"]]
        for one in document["columns"]
    ]
    distinct = "distinct" if document["exact"] else "distinct (about)"
    print_table(
        console,
        ["column", "type", "min", "max", "nulls", distinct],
        rows,
        numeric=("nulls", distinct),
    )
    console.print(f"{document['rows']:,} rows")


def _cut(value: str | None) -> str | None:
    return f"{value[:_LONGEST]}…" if value is not None and len(value) > _LONGEST else value


def _versions(console: Console, document: Document) -> None:
    rows = [
        [
            str(one["version"]),
            one["since"][:19].replace("T", " "),
            one["columns"],
            one["rows"],
            one["files"],
            ", ".join(dict.fromkeys(_told(difference) for difference in one["differences"])),
        ]
        for one in document["versions"]
    ]
    columns = ["version", "since (UTC)", "columns", "rows", "files", "what changed"]
    print_table(console, columns, rows, numeric=("version", "columns", "rows", "files"))


def _told(difference: Document) -> str:
    sign = "+" if difference["before"] is None else "-" if difference["after"] is None else ""
    if difference["what"] == "table":
        return str(difference["name"])
    return f"{sign}{difference['what']} {difference['name']}".rstrip()


def _differences(console: Console, document: Document) -> None:
    if not document["differences"]:
        console.print("nothing is different")
        return
    rows = [[one["what"], one["name"], one["before"], one["after"]] for one in document["differences"]]
    print_table(console, ["", "", f"version {document['from']}", f"version {document['to']}"], rows)


def _properties(console: Console, document: Document) -> None:
    print_table(console, ["property", "value"], [[*one] for one in document["properties"].items()])


def _drop(console: Console, document: Document) -> None:
    left = {"vacuum": "its files go with the next vacuum", "stay": "its files stay where they are"}
    console.print(f"{document['name']} is dropped; {left[document['files']]}", markup=False)


CATALOG_KINDS: dict[str, Callable[[Console, Document], None]] = {
    "databases": _databases,
    "tables": _tables,
    "describe": _describe,
    "partitions": _partitions,
    "statistics": _statistics,
    "versions": _versions,
    "differences": _differences,
    "properties": _properties,
    "drop": _drop,
}
