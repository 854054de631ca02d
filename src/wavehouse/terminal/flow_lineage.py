"""The lineage of a column as a tree, both ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

_KINDS = {"file": "files", "table": "a table", "output": "files"}


def show_lineage(console: Console, document: dict[str, Any]) -> None:
    """What a column comes from, what comes from it, and what decides about rows."""
    nodes = {node["id"]: node for node in document["nodes"]}
    for title, near, far, way in (
        ("comes from", "to", "from", "up"),
        ("goes to", "from", "to", "down"),
    ):
        steps = defaultdict(list)
        for edge in document["edges"]:
            steps[edge[near]].append((edge[far], edge["how"]))
        if not steps[document["column"]]:
            continue
        tree = Tree(Text(f"{document['column']} {title}", style="bold"), guide_style="dim")
        _grow(tree, document["column"], steps, nodes, set())
        console.print(tree)
        if document["rows"][way]:
            said = (
                "which rows there are is decided by" if way == "up" else "it decides which rows there are in"
            )
            rows = Tree(Text(said), guide_style="dim")
            for one in document["rows"][way]:
                rows.add(Text(f"{one['node']} ({one['how']}): {', '.join(one['columns'])}"))
            console.print(rows)
    for note in document["notes"]:
        console.print(Text(note, style="dim"), soft_wrap=True)


def _grow(
    tree: Tree,
    column: str,
    steps: Mapping[str, list[tuple[str, str]]],
    nodes: Mapping[str, dict[str, Any]],
    shown: set[str],
) -> None:
    for next_, how in steps[column]:
        way = [next_]
        # Nodes that hand a column on under its name, and to one other, stand in one line.
        while how == "as it is" and (more := _only_step(way[-1], steps, nodes)):
            way.append(more)
        last = way[-1]
        text = Text(last)
        if how == "computed" and nodes[last]["column"]:
            text.append("  computed", style="yellow")
        if len(way) > 1:
            text.append(f"  through {', '.join(nodes[one]['owner'] for one in way[:-1])}", style="dim")
        if kind := _KINDS.get(nodes[last]["kind"]):
            text.append(f"  column of {', '.join(nodes[last]['files']) or kind}", style="dim")
        if last in shown and steps[last]:
            text.append("  (see above)", style="dim")
        branch = tree.add(text)
        if last not in shown:
            shown.add(last)
            _grow(branch, last, steps, nodes, shown)


def _only_step(
    column: str, steps: Mapping[str, list[tuple[str, str]]], nodes: Mapping[str, dict[str, Any]]
) -> str | None:
    here = nodes[column]
    if here["kind"] != "node" or len(steps[column]) != 1:
        return None
    ((next_, how),) = steps[column]
    same = nodes[next_]["column"] == here["column"]
    return next_ if how == "as it is" and same and nodes[next_]["kind"] == "node" else None
