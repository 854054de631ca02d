"""Where a column comes from and what is made of it, as two trees."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from wavehouse.console.catalog.work import Document
from wavehouse.console.elements.panel import nothing
from wavehouse.console.elements.plain_table import badge
from wavehouse.flow.lineage_tree import Branch, lineage_trees

_WAYS = {
    "up": ("Comes from", "Which rows there are is decided by", "It comes from nothing that is followed."),
    "down": ("Goes to", "It decides which rows there are in", "Nothing is made of it."),
}


def show_lineage(document: Document) -> None:
    """Show the lineage of a column."""
    trees = lineage_trees(document)
    with ui.element("div").classes("wh-two"):
        for way, (title, deciding, none) in _WAYS.items():
            with ui.element("div"):
                ui.label(title).classes("wh-card-title").props('role="heading" aria-level="3"')
                if way in trees:
                    _tree(trees[way].branches)
                else:
                    nothing(none)
                if document["rows"][way]:
                    ui.label(deciding).classes("wh-group")
                    for one in document["rows"][way]:
                        ui.label(f"{one['node']} ({one['how']}): {', '.join(one['columns'])}").classes(
                            "wh-remark"
                        )
    for note in document["notes"]:
        ui.label(note).classes("wh-remark")


def _tree(branches: Sequence[Branch]) -> None:
    with ui.element("ul").classes("wh-tree"):
        for branch in branches:
            with ui.element("li"):
                with ui.element("div").classes("wh-leaf"):
                    ui.label(branch.id).classes("wh-code")
                    if branch.computed:
                        badge("computed", "warning")
                    said = [
                        f"through {', '.join(branch.through)}" if branch.through else "",
                        f"column of {branch.of}" if branch.of else "",
                        "see above" if branch.again else "",
                    ]
                    if any(said):
                        ui.label(" · ".join(filter(None, said))).classes("wh-muted-text")
                if branch.branches:
                    _tree(branch.branches)
