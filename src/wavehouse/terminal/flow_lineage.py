"""The lineage of a column as a tree, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from wavehouse.flow.lineage_tree import Branch, lineage_trees


def show_lineage(console: Console, document: dict[str, Any]) -> None:
    """What a column comes from, what comes from it, and what decides about rows."""
    trees = lineage_trees(document)
    for title, way in (("comes from", "up"), ("goes to", "down")):
        if way not in trees:
            continue
        tree = Tree(Text(f"{document['column']} {title}", style="bold"), guide_style="dim")
        _grow(tree, trees[way].branches)
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


def _grow(tree: Tree, branches: Sequence[Branch]) -> None:
    for branch in branches:
        text = Text(branch.id)
        if branch.computed:
            text.append("  computed", style="yellow")
        if branch.through:
            text.append(f"  through {', '.join(branch.through)}", style="dim")
        if branch.of:
            text.append(f"  column of {branch.of}", style="dim")
        if branch.again:
            text.append("  (see above)", style="dim")
        _grow(tree.add(text), branch.branches)
