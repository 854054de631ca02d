"""A flow as the browser draws it: where each node stands, and what its card says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from wavehouse.console.flow.tools import Document, LastRun
from wavehouse.flow.editing.changes import Tree, fields_of, inputs_of, kind_of
from wavehouse.flow.editing.paths import after
from wavehouse.flow.editing.ports import ports
from wavehouse.flow.editing.reading import drawable_inputs
from wavehouse.flow.graph import Graph
from wavehouse.flow.nodes import KINDS, EvaluateDataQuality, Node, Target
from wavehouse.flow.pictures.cards import family_of
from wavehouse.flow.pictures.details import detail
from wavehouse.flow.pictures.layout import lay_out
from wavehouse.project.yaml_edit import same

# Pixels from one layer to the next, and from one node of a layer to the next (a card: flow.css).
_LAYER, _PLACE = 196, 88

Spot = tuple[float, float]


def picture(
    graph: Graph,
    tree: Tree,
    saved: Tree,
    run: LastRun,
    findings: Sequence[Document],
    moved: Mapping[str, Spot],
) -> dict[str, Any]:
    """The `nodes` and `edges` of a flow being edited; `graph` has its sound nodes, `tree` all.

    What a run tells is of the flow as `saved`: of a node that is another since then, or comes from one, it
    tells nothing.
    """
    inputs = drawable_inputs(tree)
    edited = unlike(tree, saved)
    spots, lines = _placed(inputs, moved)
    worst = {one["node"]: one for one in reversed(findings) if one["severity"] != "note"}
    checks = [id_ for id_, node in graph.nodes.items() if isinstance(node, EvaluateDataQuality)]
    nodes = []
    for id_ in tree["nodes"]:
        kind = kind_of(tree, id_)
        model = KINDS.get(kind)
        node = graph.nodes.get(id_)
        most = ports(kind).most
        # Which of several nodes' rules failed, the record does not say.
        failed = run.failed_rules if checks == [id_] else ()
        status, said = _status(id_, run, worst.get(id_), edited, failed)
        nodes.append(
            {
                "id": id_,
                "name": _name(tree, id_),
                "kind": kind or "no kind",
                "family": family_of(model) if model else "unknown",
                "detail": _detail(node),
                "figures": _figures(id_, run, edited),
                "status": status,
                "said": said,
                "ports": (1 if inputs_of(tree, id_) else 0) if model is None else 1 if most is None else most,
                "gives": not (model and issubclass(model, Target)),
                "x": spots[id_][0],
                "y": spots[id_][1],
            }
        )
    edges = [
        {"start": input_, "end": id_, "port": port, "via": lines.get((input_, id_), [])}
        for id_ in tree["nodes"]
        for port, input_ in enumerate(inputs_of(tree, id_))
        if input_ in tree["nodes"]
    ]
    return {"nodes": nodes, "edges": edges}


def unlike(tree: Tree, saved: Tree) -> set[str]:
    """The nodes that are not as they were saved, and those that come from them."""
    before = saved["nodes"]
    changed = [id_ for id_, body in tree["nodes"].items() if id_ not in before or not same(body, before[id_])]
    return after({id_: inputs_of(tree, id_) for id_ in tree["nodes"]}, changed)


def _placed(
    inputs: Mapping[str, Sequence[str]], moved: Mapping[str, Spot]
) -> tuple[dict[str, Spot], dict[tuple[str, str], list[Spot]]]:
    """Where nodes stand, and where lines pass between nodes that stand where they were put by us."""
    if not inputs:
        return {}, {}
    layout = lay_out(inputs)
    spots = {
        id_: moved.get(id_, (layout.layers[id_] * _LAYER, layout.places[id_] * _PLACE)) for id_ in inputs
    }
    lines: dict[tuple[str, str], list[Spot]] = {
        (line.start, line.end): [
            ((layout.layers[line.start] + 1 + at) * _LAYER, (place + 0.36) * _PLACE)
            for at, place in enumerate(line.through)
        ]
        for line in layout.lines
        if line.start not in moved and line.end not in moved
    }
    return spots, lines


def _status(
    id_: str,
    run: LastRun,
    finding: Document | None,
    edited: Collection[str],
    failed: Sequence[str],
) -> tuple[str, str]:
    """The colour of a node's dot, and what it says."""
    if finding is not None:
        return ("bad" if finding["severity"] == "error" else "warning"), finding["message"]
    if id_ in edited:
        return "none", "not run since it was edited"
    if failed:
        return "warning", f"in the last run a rule did not hold: {failed[0]}"
    if run.kept_aside.get(id_):
        return "warning", f"the last run kept {run.kept_aside[id_]:,} rows aside"
    if id_ in run.rows or id_ in run.node_seconds:
        return "good", "it was made by a run"
    return "none", "no run tells of it"


def _figures(id_: str, run: LastRun, edited: Collection[str]) -> str:
    if id_ in edited:
        return "edited"
    parts = []
    if id_ in run.rows:
        parts.append(f"{run.rows[id_]:,} row{'' if run.rows[id_] == 1 else 's'}")
    if id_ in run.node_seconds:
        parts.append(f"{run.node_seconds[id_]:.1f} s")
    return " · ".join(parts)


def _name(tree: Tree, id_: str) -> str:
    name = fields_of(tree, id_).get("Name")
    return name if isinstance(name, str) and name.strip() else id_


def _detail(node: Node | None) -> str:
    return detail(node) if node is not None else ""
