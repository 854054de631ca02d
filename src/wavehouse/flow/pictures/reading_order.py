"""The order in which people read a graph: branch by branch, each node after those it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def reading_order(inputs: Mapping[str, Sequence[str]]) -> list[str]:
    """All ids of `inputs` (id → the ids that it reads), what a branch needs together, the first input first.

    Branches follow each other as the ids that nobody reads do in `inputs`; the order of the others in there
    does not count. The graph must have no circle.
    """
    read = {input_ for ids in inputs.values() for input_ in ids}
    order: dict[str, None] = {}
    # (A chain may be longer than Python's stack is deep.)
    stack = [id_ for id_ in reversed(list(inputs)) if id_ not in read]
    while stack:
        id_ = stack[-1]
        missing = [input_ for input_ in inputs[id_] if input_ not in order]
        if id_ in order or not missing:
            order[id_] = None
            stack.pop()
        else:
            stack += reversed(missing)
    return list(order)
