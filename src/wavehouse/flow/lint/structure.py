"""Findings about the graph itself: what its nodes read, and whether anything reads them."""

from __future__ import annotations

from collections.abc import Iterator

from wavehouse.flow.broken_graph import BrokenGraphError
from wavehouse.flow.graph import Graph
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
    # (What a broken node reads will be used once that is mended.)
    ends = {*graph.targets, *(id_ for reads in graph.broken.values() for id_ in reads if id_ in graph.nodes)}
    used = {id_ for end in ends for id_ in graph.before(end)}
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
