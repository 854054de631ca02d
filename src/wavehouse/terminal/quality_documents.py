"""Documents about quality as people read them: rules, their history, and what was kept aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.text import Text

from wavehouse.core.run_record import measured
from wavehouse.terminal.cells import shown
from wavehouse.terminal.tables import print_table

Document = dict[str, Any]

_BARS = "▁▂▃▄▅▆▇█"
_RUNS = 20  # as many as a line has room for


def _parsed(console: Console, document: Document) -> None:
    for rule in document["rules"]:
        kind = "each row" if rule["rows"] else "the whole"
        console.print(Text(rule["text"], style="bold"), soft_wrap=True)
        console.print(Text(f"  line {rule['line']}, about {kind}", style="dim"))
        for line in rule["sql"].splitlines():
            console.print(Text(f"  {line}"), soft_wrap=True)
    for analyzer in document["analyzers"]:
        name = " ".join([analyzer["type"], *analyzer["parameters"]])
        console.print(Text(f"analyzer {name}: read, and not evaluated here", style="dim"))


def _listed(console: Console, document: Document) -> None:
    rows = [[rule["source"], rule["action"], rule["text"]] for rule in document["rules"]]
    print_table(console, ["source", "where it fails", "rule"], rows)


def _history(console: Console, document: Document) -> None:
    if not document["rules"]:
        console.print("no run has judged any rule yet")
        return
    rows = [
        [
            rule["source"],
            rule["rule"],
            measured(rule["runs"][-1]["metric"]),
            _spark([run["metric"] for run in rule["runs"][-_RUNS:]]),
            f"{sum(run['passed'] for run in rule['runs'])} of {len(rule['runs'])}",
        ]
        for rule in document["rules"]
    ]
    print_table(console, ["source", "rule", "newest", "by run", "held"], rows, numeric=("newest", "held"))


def _spark(values: list[float | None]) -> str:
    """The course of a metric as small bars; a run without a value is a blank."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    span = high - low
    return "".join(
        " " if value is None else _BARS[-1 if not span else round((value - low) / span * (len(_BARS) - 1))]
        for value in values
    )


def _quarantine(console: Console, document: Document) -> None:
    for file in document["files"]:
        console.print(Text(f"file set aside: {file['reason']}", style="red"), soft_wrap=True)
    if not document["rows"] and document["all"]:
        console.print(f"no row is of that kind; {document['all']:,} are kept aside")
        return
    if not document["rows"]:
        console.print("no row is kept aside" if document["files"] else "nothing is kept aside")
        return
    rows = [
        [
            row["source"],
            f"{row['file']}:{row['line']}",
            row["reason"] + (" (retried at every load)" if row["retryable"] else ""),
            row["raw"][:120],
        ]
        for row in document["rows"]
    ]
    print_table(console, ["source", "file:line", "reason", "row"], rows)
    if document["total"] > len(rows):
        more = document["total"] - len(rows)
        console.print(f"{more:,} more; --limit shows more of them, --source, --file and --rule fewer")


def _row(console: Console, document: Document) -> None:
    for row in document["rows"]:
        console.print(Text(f"{row['file']}:{row['line']}", style="bold"))
        console.print(
            Text(f"source {row['source']}, batch {row['batch']}, byte {row['byte_offset']:,}", style="dim")
        )
        for rule, column in zip(row["rules"], row["columns"], strict=True):
            reason = f"{column}: {rule}" if column else rule
            console.print(Text(f"  {shown(reason)}", style="yellow"), soft_wrap=True)
        if row["retryable"]:
            console.print("  Nothing in the row is wrong: it comes in by itself when what it names is there.")
        for line in row["raw"].splitlines():
            console.print(Text(f"  {shown(line)}"), soft_wrap=True)


def _exported(console: Console, document: Document) -> None:
    console.print(f"{document['path']}: {document['rows']:,} rows", markup=False, soft_wrap=True)


QUALITY_KINDS: dict[str, Callable[[Console, Document], None]] = {
    "rules_parse": _parsed,
    "rules_list": _listed,
    "rules_history": _history,
    "quarantine": _quarantine,
    "quarantine_row": _row,
    "quarantine_export": _exported,
}
