"""The lineage of a column as a tree, both ways, made of the document that `lineage_of` gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_KINDS = {"file": "files", "table": "a table", "output": "files"}
Steps = Mapping[str, list[tuple[str, str]]]
Nodes = Mapping[str, Mapping[str, Any]]


@dataclass
class Branch:
    """A column, a chart or a query; `through` are nodes that hand it on as it is.

    `of` says of what it is a column, where that is no node. `again`: what is beyond it stands above already.
    """

    id: str
    computed: bool = False
    through: list[str] = field(default_factory=list)
    of: str = ""
    again: bool = False
    branches: list[Branch] = field(default_factory=list)


def lineage_trees(document: Mapping[str, Any]) -> dict[str, Branch]:
    """What the column comes from (`up`) and goes to (`down`); a way that leads nowhere is left out."""
    nodes = {node["id"]: node for node in document["nodes"]}
    trees = {}
    for way, near, far in (("up", "to", "from"), ("down", "from", "to")):
        steps = defaultdict(list)
        for edge in document["edges"]:
            steps[edge[near]].append((edge[far], edge["how"]))
        if steps[document["column"]]:
            trees[way] = Branch(document["column"], branches=_grown(document["column"], steps, nodes, set()))
    return trees


def _grown(column: str, steps: Steps, nodes: Nodes, shown: set[str]) -> list[Branch]:
    found = []
    for next_, how in steps[column]:
        way = [next_]
        # Nodes that hand a column on under its name, and to one other, stand in one line.
        while how == "as it is" and (more := _only_step(way[-1], steps, nodes)):
            way.append(more)
        last = way[-1]
        kind = _KINDS.get(nodes[last]["kind"])
        branch = Branch(
            last,
            how == "computed" and bool(nodes[last]["column"]),
            [nodes[one]["owner"] for one in way[:-1]],
            (", ".join(nodes[last]["files"]) or kind) if kind else "",
            last in shown and bool(steps[last]),
        )
        found.append(branch)
        if last not in shown:
            shown.add(last)
            branch.branches = _grown(last, steps, nodes, shown)
    return found


def _only_step(column: str, steps: Steps, nodes: Nodes) -> str | None:
    here = nodes[column]
    if here["kind"] != "node" or len(steps[column]) != 1:
        return None
    ((next_, how),) = steps[column]
    same = nodes[next_]["column"] == here["column"]
    return next_ if how == "as it is" and same and nodes[next_]["kind"] == "node" else None
