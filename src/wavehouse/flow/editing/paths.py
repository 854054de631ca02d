"""What comes from what in a graph that may be wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

Inputs = Mapping[str, Sequence[str]]


def before(inputs: Inputs, node: str) -> set[str]:
    """A node and those that it comes from; `inputs` has what each node reads."""
    found, left = set[str](), [node]
    while left:
        one = left.pop()
        if one not in found and one in inputs:
            found.add(one)
            left += inputs[one]
    return found


def after(inputs: Inputs, nodes: Collection[str]) -> set[str]:
    """Nodes and those that come from them."""
    return {id_ for id_ in inputs if not before(inputs, id_).isdisjoint(nodes)}
