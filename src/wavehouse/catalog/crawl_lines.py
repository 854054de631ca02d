"""A crawl's document in words: what is different in a table, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from wavehouse.core.byte_sizes import size
from wavehouse.core.printable import printable

Document = dict[str, Any]

# Of long lists so many are named.
_SHOWN = 10


def told_of(table: Document) -> str:
    """What a table of a crawl is, in one line: its kind, keys, files, rows and size."""
    rows = "" if table["rows"] is None else f", {counted(table['rows'], 'row')}"
    keys = f", by {', '.join(table['partition_by'])}" if table["partition_by"] else ""
    kind = "Iceberg" if table["kind"] == "iceberg" else f"external {table['format']}"
    if table["change"] == "unchanged" and table["deprecated"]:
        kind += ", gone before"
    return f"{kind}{keys}; {counted(table['files'], 'file')}{rows}, {size(table['bytes'])}"


def changed_lines(table: Document) -> Iterator[tuple[str, str]]:
    """The lines of a difference: a sign, and what came, changed or went."""
    change = table["difference"]
    if table["change"] == "new":
        for column in table["columns"]:
            yield "+", f"{column['name']} {column['type']}{' (partition)' if column['partition'] else ''}"
    yield from (("+", f"column {one['name']} {one['type']}") for one in change["columns_new"])
    yield from (("~", f"column {one['name']}: {one['was']} → {one['now']}") for one in change["retyped"])
    yield from (("-", f"column {one['name']} {one['type']}") for one in change["columns_gone"])
    yield from (("~", text) for text in change["otherwise"])
    for sign, part in (("+", "new"), ("~", "changed"), ("-", "gone")):
        shown = [
            "/".join("NULL" if one is None else one for one in values)
            for values in change[f"partitions_{part}"]
        ]
        yield from ((sign, text) for text in some("partitions" if len(shown) > 1 else "partition", shown))
        if table["change"] == "changed":
            files = change[f"files_{part}"]
            yield from ((sign, text) for text in some("files" if len(files) > 1 else "file", files))


def counted(number: int, what: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def some(what: str, names: Sequence[str]) -> list[str]:
    """A line with the first of the names; none where there are none."""
    if not names:
        return []
    more = f", … ({len(names):,})" if len(names) > _SHOWN else ""
    return [f"{what} {', '.join(map(printable, names[:_SHOWN]))}{more}"]
