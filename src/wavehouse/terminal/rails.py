"""A graph as rails beside a list: a line per node, and one before it where rails meet or part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# By where a line leads from a place: up, down, left, right.
_SIGNS = {
    (True, True, False, True): "├",
    (True, True, True, False): "┤",
    (True, True, True, True): "┼",
    (True, False, True, False): "╯",
    (True, False, False, True): "╰",
    (False, True, True, False): "╮",
    (False, True, False, True): "╭",
    (True, False, True, True): "┴",
    (False, True, True, True): "┬",
}


@dataclass(frozen=True)
class Rails:
    """What stands left of one node: `before` is the line above it, '' where it needs none."""

    before: str
    beside: str


def rails(inputs: Mapping[str, Sequence[str]], marks: Mapping[str, str]) -> dict[str, Rails]:
    """The rails of a graph whose nodes (id → the ids that they read) stand each after those it reads.

    `marks` has the sign for each node, one cell broad. A line goes on from a node as long as one reads it.
    """
    waiting = dict.fromkeys(inputs, 0)
    for ids in inputs.values():
        for input_ in set(ids):
            waiting[input_] += 1
    lanes: list[str | None] = []
    ended = -1
    drawn: dict[str, Rails] = {}
    for id_, ids in inputs.items():
        at = {lanes.index(input_): input_ for input_ in ids}
        for input_ in at.values():
            waiting[input_] -= 1
        ending = sorted(lane for lane, input_ in at.items() if not waiting[input_])
        own = ending[0] if ending else lanes.index(None) if None in lanes else len(lanes)
        if own == len(lanes):
            lanes.append(None)
        going_on = [lane == own or (of is not None and lane not in ending) for lane, of in enumerate(lanes)]
        met = {*at, own} if at else set()
        before = _crossing(lanes, going_on, met) if len(met) > 1 else ""
        if not at and own == ended:
            # Nothing leads from the node above to this one.
            before = " ".join("│" if of else " " for of in lanes).rstrip() or " "
        for lane in ending:
            lanes[lane] = None
        lanes[own] = id_
        signs = ["│" if of else " " for of in lanes]
        signs[own] = marks[id_]
        drawn[id_] = Rails(before, " ".join(signs).rstrip())
        ended = -1 if waiting[id_] else own
        if not waiting[id_]:
            lanes[own] = None
        while lanes and lanes[-1] is None:
            lanes.pop()
    return drawn


def _crossing(lanes: Sequence[str | None], going_on: Sequence[bool], met: set[int]) -> str:
    """The line in which the lanes `met` are bound together; others pass."""
    first, last = min(met), max(met)
    signs = ""
    for lane, of in enumerate(lanes):
        if lane in met:
            signs += _SIGNS[of is not None, going_on[lane], lane > first, lane < last]
        else:
            signs += "│" if of is not None else "─" if first < lane < last else " "
        signs += "─" if first <= lane < last else " "
    return signs.rstrip()
