"""Places inside the layers of a layout: whoever reads several stands in a line with the first of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

Vertex = TypeVar("Vertex")

_ROUNDS = 4
# The room that a line takes on its way past nodes, where a node takes 1.
_LINE = 0.4
# How much more a vertex counts that has something to stand in a line with: a bend disturbs more than a gap.
_BOUND = 20.0


def places(
    rows: Sequence[Sequence[Vertex]],
    before: Mapping[Vertex, Sequence[Vertex]],
    is_node: Callable[[Vertex], bool],
) -> dict[Vertex, float]:
    """A place for each vertex, from 0 on: in the order of its row, and none nearer to the next than fits.

    `before` has what each comes from, the first of them first.
    """
    found: dict[Vertex, float] = {}
    offsets: dict[Vertex, float] = {}
    for row in rows:
        room = 0.0
        for vertex in row:
            half = 0.5 if is_node(vertex) else _LINE / 2
            found[vertex] = offsets[vertex] = room + half
            room += 2 * half
    first = {vertex: ones[:1] for vertex, ones in before.items()}
    followers: dict[Vertex, list[Vertex]] = {vertex: [] for vertex in before}
    for vertex, ones in first.items():
        for one in ones:
            followers[one].append(vertex)

    def settle(row: Sequence[Vertex], bound: Mapping[Vertex, Sequence[Vertex]]) -> None:
        wanted, weights = [], []
        for vertex in row:
            near = [found[one] for one in bound[vertex]] or [found[vertex]]
            wanted.append(sum(near) / len(near) - offsets[vertex])
            weights.append(_BOUND if bound[vertex] else 1.0)
        for vertex, place in zip(row, _rising(wanted, weights), strict=True):
            found[vertex] = place + offsets[vertex]

    for _ in range(_ROUNDS):
        for row in reversed(rows):
            settle(row, followers)
        for row in rows:
            settle(row, first)
    return _closed(found, {vertex: 0.5 if is_node(vertex) else _LINE / 2 for vertex in found})


def _closed(found: Mapping[Vertex, float], halves: Mapping[Vertex, float]) -> dict[Vertex, float]:
    """The places without the gaps that go through all rows; the first is 0."""
    closed: dict[Vertex, float] = {}
    reached = gaps = min(place - halves[vertex] for vertex, place in found.items())
    for vertex in sorted(found, key=lambda one: found[one] - halves[one]):
        start = found[vertex] - halves[vertex]
        gaps += max(0.0, start - reached)
        reached = max(reached, start + 2 * halves[vertex])
        closed[vertex] = found[vertex] - gaps
    least = min(closed.values())
    return {vertex: place - least for vertex, place in closed.items()}


def _rising(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The values nearest to `wanted` (least squares) that never fall: neighbours that would are pooled."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(wanted, weights, strict=True):
        pools.append((value, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            last, before = pools.pop(), pools.pop()
            total = before[1] + last[1]
            pools.append(((before[0] * before[1] + last[0] * last[1]) / total, total, before[2] + last[2]))
    return [value for value, _, count in pools for _ in range(count)]
