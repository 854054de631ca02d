"""Findings about the graph itself: what its nodes read, and whether anything reads them."""

from __future__ import annotations

from collections.abc import Iterator

from wavehouse.flow.graph import BrokenGraphError, Graph
from wavehouse.flow.lint.finding import Finding
from wavehouse.flow.survey import Survey

_CODES = {
    "input": "F101",
    "circle": "F103",
    "kind": "F104",
    "fields": "F105",
    "target": "F106",
    "names": "F107",
}


def broken(error: BrokenGraphError) -> Finding:
    """The finding for something that was wrong when the graph was read."""
    return Finding(_CODES[error.wrong], "error", error.node, error.where, error.what, error.remedy)


def unused(graph: Graph) -> Iterator[Finding]:
    """F102: nodes that no target comes from. A run leaves them out, Glue runs them for nothing."""
    if not graph.targets:
        return
    used = {id_ for target in graph.targets for id_ in graph.before(target)}
    for id_, node in graph.nodes.items():
        if id_ in used:
            continue
        # What stands at the end of the loose thread is told, not all that hangs on it.
        if not graph.readers(id_):
            before = [one for one in graph.before(id_) if one not in used and one != id_]
            more = f", and the nodes before it ({', '.join(before)})" if before else ""
            yield Finding(
                "F102",
                "warning",
                id_,
                graph.where(id_),
                f"no target comes from '{id_}' ({node.Name}){more}; a run leaves it out",
                "Let a node read it, or delete it",
            )


def not_runnable(survey: Survey, explained: set[str]) -> Iterator[Finding]:
    """F108: nodes that cannot be compiled for a reason that no other finding has (`explained` are those)."""
    for id_, error in survey.faults.items():
        if id_ not in explained:
            yield Finding("F108", "error", id_, error.where, error.what, error.remedy)
