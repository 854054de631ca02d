"""How a terminal shows the project on AWS: what would change, what is there, what differs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console
from rich.text import Text

from wavehouse.core.counted import counted
from wavehouse.core.printable import printable
from wavehouse.terminal.tables import print_table

Document = dict[str, Any]

_SIGNS = {"create": "+", "change": "~", "replace": "!", "delete": "-", "import": "+", "unknown": "~"}
_DIFF_SIGNS = {"defined only": "+", "changed": "~", "deployed only": "-", "deleted": "-"}
_STYLES = {"+": "green", "~": "yellow", "!": "red", "-": "red"}
# So much of a value is shown; --json has all.
_MOST = 60


def _plan(console: Console, document: Document) -> None:
    console.print(Text(f"{document['stack']}: {sum(document['resources'].values())} resources"))
    rows = [[kind.removeprefix("AWS::"), count] for kind, count in document["resources"].items()]
    print_table(console, ["resource", "count"], rows, numeric=("count",))
    for job, nodes in document["jobs"].items():
        console.print(Text(f"  {job}: a visual job of {nodes} nodes"), soft_wrap=True)
    cost = document["cost"]
    console.print(Text(f"A month, with {cost['rows']:,} rows: about ${cost['usd']:,.2f} (us-east-1)"))
    lines = [[line["what"], line["how"], f"{line['usd']:,.2f}"] for line in cost["lines"]]
    print_table(console, ["", "how much", "USD"], lines, numeric=("USD",))
    for note in (*cost["notes"], *document["notes"]):
        console.print(Text(f"note: {note}", style="yellow"), soft_wrap=True)
    for path in document["files"].values():
        console.print(Text(f"written: {path}"), soft_wrap=True)


def _changes(console: Console, document: Document) -> None:
    console.print(f"{document['stack']}, account {document['account']}, {document['region']}", markup=False)
    for change in document["resources"]:
        names = f": {', '.join(change['properties'])}" if change["properties"] else ""
        # (What is replaced loses what is in it.)
        ending = " is replaced" if change["action"] == "replace" else ""
        _line(console, _SIGNS[change["action"]], f"{change['resource']} ({change['type']}){ending}{names}")
    for job in document["graphs"]:
        _line(console, "~", f"{job}: its graph is set")
    for table in document["tables"]:
        _line(console, "+", f"{table}: the table is made")
    for place in document["uploads"]:
        _line(console, "+", place)


def _deployed(console: Console, document: Document) -> None:
    if not document["changed"]:
        console.print("nothing has changed: what is deployed is what the project says")
    rows = [[name, value] for name, value in document["outputs"].items()]
    if rows:
        print_table(console, ["output", "value"], rows)
    _links(console, document["links"])


def _diff(console: Console, document: Document) -> None:
    if document["status"] is None:
        console.print(f"{document['stack']}: nothing is deployed", markup=False)
    for one in document["resources"]:
        _line(console, _DIFF_SIGNS[one["change"]], f"{one['resource']} ({one['type']})")
        _properties(console, one["properties"])
    _properties(console, document["template"], indent="")
    for graph in document["graphs"]:
        _line(console, _DIFF_SIGNS[graph["change"]], f"{graph['job']}: graph")
        _properties(console, graph["nodes"])
    for table in document["tables"]:
        _line(console, "+", f"{table}: table")
    for place in document["uploads"]:
        _line(console, "+", place)
    drift = document["drift"]
    for one in drift["resources"]:
        _line(
            console,
            _DIFF_SIGNS[one["change"]],
            f"{one['resource']} ({one['type']}) was {one['change']} by hand",
        )
        _properties(console, one["properties"])
    if not drift["looked"] and document["status"] is not None:
        _line(console, "~", f"drift was not looked for: {drift['why']}")
    if document["same"]:
        console.print(f"{document['stack']} is what the project says", markup=False)


def _status(console: Console, document: Document) -> None:
    good = document["status"].endswith("COMPLETE") and "ROLLBACK" not in document["status"]
    told = f"{document['stack']}: {document['status']}, {counted(document['resources'], 'resource')}"
    console.print(Text(told, style="green" if good else "yellow"))
    rows = [[one["at"], one["resource"], one["status"], one["reason"]] for one in document["events"]]
    print_table(console, ["at", "resource", "status", "reason"], rows)
    runs = [
        [f"job {job['name']}", run["status"], run["started"], run["error"]]
        for job in document["jobs"]
        for run in job["runs"]
    ]
    for kind in ("crawler", "workflow"):
        runs += [
            [f"{kind} {one['name']}", one["last"] or "never ran", one["started"], one["error"]]
            for one in document[f"{kind}s"]
        ]
    if runs:
        console.print()
        print_table(console, ["", "last", "started", "error"], runs)
    _links(console, document["links"])


def _losses(console: Console, document: Document) -> None:
    for bucket, objects in document["objects"].items():
        _line(console, "-", f"{bucket}: {counted(objects, 'object')}")
    for table in document["tables"]:
        _line(console, "-", f"table {table}")


def _destroyed(console: Console, document: Document) -> None:
    console.print(f"{document['stack']} is gone", markup=False)
    for key, day in document["keys_pending_deletion"].items():
        console.print(f"  the key {key} is deleted on {day}; until then it can be rescued", markup=False)


def _line(console: Console, sign: str, text: str) -> None:
    console.print(Text(f"{sign} {printable(text)}", style=_STYLES[sign]), soft_wrap=True)


def _properties(console: Console, properties: Iterable[Document], indent: str = "    ") -> None:
    for one in properties:
        told = f"{indent}{one['path']}: {_short(one['deployed'])} → {_short(one['defined'])}"
        console.print(Text(printable(told)), soft_wrap=True)


def _short(value: Any) -> str:
    if value is None:
        return "–"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"


def _links(console: Console, links: Document) -> None:
    for name, link in links.items():
        console.print(f"{name}: {link}", markup=False, soft_wrap=True)


def _parity(console: Console, document: Document) -> None:
    rows = [
        [
            one["kind"],
            one["name"],
            Text("same", style="green") if one["same"] else Text("differs", style="red"),
        ]
        for one in document["compared"]
    ]
    print_table(console, ["", "name", ""], rows)
    for one in document["compared"]:
        for difference in one["differences"]:
            _line(console, "~", f"{one['name']}: {difference}")
    for note in document["notes"]:
        console.print(Text(f"note: {note}", style="yellow"), soft_wrap=True)


AWS_KINDS: dict[str, Callable[[Console, Document], None]] = {
    "aws-plan": _plan,
    "aws-parity": _parity,
    "aws-changes": _changes,
    "aws-deployed": _deployed,
    "aws-diff": _diff,
    "aws-status": _status,
    "aws-losses": _losses,
    "aws-destroyed": _destroyed,
}
