"""The ids of nodes: those that Glue Studio makes say nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from wavehouse.flow.nodes import Join, Node, SparkSQL

# Source: the pattern of NodeId in the Glue API.
LEGAL = re.compile(r"[A-Za-z0-9_-]+")
_MADE = re.compile(r"node-?[0-9]+")
_MOST = 40


def readable_ids(nodes: Mapping[str, Node]) -> dict[str, str]:
    """For every id that Glue Studio made (`node-1690364210000`) one by the node's name; others stay."""
    return _ids(nodes, lambda id_: _by_name(nodes[id_]) if _MADE.fullmatch(id_) else id_)


def _by_name(node: Node) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", node.Name.lower()).strip("_")[:_MOST].strip("_")
    return words or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(node).__name__).lower()


def _ids(nodes: Mapping[str, Node], wanted: Callable[[str], str]) -> dict[str, str]:
    # Those that stay go first: they must not have to give way.
    stay = {id_: id_ for id_ in nodes if wanted(id_) == id_}
    # (Ids differ in more than the case of their letters.)
    taken = {id_.casefold() for id_ in stay}
    found = dict(stay)
    for id_ in (one for one in nodes if one not in stay):
        name, number = wanted(id_) or "node", 1
        candidate = name
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{name}_{number}"
        taken.add(candidate.casefold())
        found[id_] = candidate
    return found


def renamed(nodes: Mapping[str, Node], ids: Mapping[str, str]) -> dict[str, Node]:
    """The nodes under other ids, wherever one is named."""
    return {ids[id_]: _renamed(node, ids) for id_, node in nodes.items()}


def _renamed(node: Node, ids: Mapping[str, str]) -> Node:
    if not node.Inputs:
        return node
    changed: dict[str, object] = {"Inputs": [ids[input_] for input_ in node.Inputs]}
    if isinstance(node, Join):
        changed["Columns"] = [one.model_copy(update={"From": ids[one.From]}) for one in node.Columns]
    if isinstance(node, SparkSQL):
        changed["SqlAliases"] = [one.model_copy(update={"From": ids[one.From]}) for one in node.SqlAliases]
    return node.model_copy(update=changed)
