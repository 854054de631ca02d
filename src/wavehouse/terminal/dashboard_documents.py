"""Dashboards as definitions, and what is wrong with them, as people read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.text import Text

from wavehouse.core.byte_sizes import size
from wavehouse.terminal.tables import print_table

Document = dict[str, Any]


def _list(console: Console, document: Document) -> None:
    rows = [
        [one["name"], one["title"], ", ".join(one["sheets"]), len(one["charts"])]
        for one in document["dashboards"]
    ]
    print_table(console, ["dashboard", "title", "sheets", "visuals"], rows, numeric=("visuals",))
    for one in document["broken"]:
        console.print(Text(one["error"], style="red"), soft_wrap=True)


def _one(console: Console, document: Document) -> None:
    console.print(Text(f"{document['title']}: {document['description']}"), soft_wrap=True)
    console.print()
    rows = [
        [name, _source(data), ", ".join(data.get("fields", {}))] for name, data in document["data"].items()
    ]
    print_table(console, ["data set", "of", "calculated fields"], rows)
    if document["controls"]:
        console.print()
        controls = [
            [one["id"], one["kind"], one.get("field") or "(parameter)", _default(one), one["title"]]
            for one in document["controls"]
        ]
        print_table(console, ["control", "kind", "field", "default", "title"], controls)
    for sheet in document["sheets"]:
        console.print()
        console.print(Text(f"{sheet['id']}: {sheet['title']}", style="bold"))
        visuals = [[one["id"], one["kind"], _figures(one), one["title"]] for one in sheet["visuals"]]
        print_table(console, ["visual", "kind", "shows", "title"], visuals)


def _export(console: Console, document: Document) -> None:
    for one in document["files"]:
        console.print(Text(f"{one['file']}: {size(one['bytes'])}"), soft_wrap=True)


def _check(console: Console, document: Document) -> None:
    for one in document["problems"]:
        console.print(Text(one["text"], style="red"), soft_wrap=True)
    count = len(document["problems"])
    said = "nothing is wrong" if not count else "1 problem" if count == 1 else f"{count} problems"
    names = ", ".join(document["dashboards"])
    console.print(Text(f"{document['visuals']} visuals of {names or 'no dashboard'}: {said}"), soft_wrap=True)


def _source(data: Document) -> str:
    if "sql" in data:
        return "a query"
    return str(data.get("table") or f"records of {data['records']}")


def _default(control: Document) -> str:
    given = control.get("default")
    return "" if given is None else str(given)


def _figures(visual: Document) -> str:
    by = visual.get("drill") or visual.get("dimensions") or []
    dimensions = (" > " if visual.get("drill") else ", ").join(one["field"] for one in by)
    measures = ", ".join(one["of"] for one in visual.get("measures", {}).values())
    series = f", {visual['series']['field']}" if visual.get("series") else ""
    return f"{measures} by {dimensions}{series}" if dimensions else measures


DASHBOARD_KINDS: dict[str, Callable[[Console, Document], None]] = {
    "dashboards": _list,
    "dashboard": _one,
    "dashboard check": _check,
    "dashboard export": _export,
}
