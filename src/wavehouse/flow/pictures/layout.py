"""Where the nodes of a graph stand: in layers from the sources on, so that few lines cross.

The steps are those of Sugiyama, Tagawa and Toda (Methods for visual understanding of hierarchical system
structures, IEEE Trans. SMC, 1981): layers by the longest path, order by barycenters, then places.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wavehouse.flow.pictures.places import places
from wavehouse.flow.pictures.reading_order import reading_order

# A node, or the line of a node on its way through a layer that lies before its reader: by id and layer.
Vertex = tuple[str, int]
Links = Mapping[Vertex, Sequence[Vertex]]

_SWEEPS = 12


@dataclass(frozen=True)
class Line:
    """A line from a node to one that reads it; `through` are its places in the layers between them."""

    start: str
    end: str
    through: tuple[float, ...]


@dataclass(frozen=True)
class Layout:
    """A drawn graph: each node's layer, from 0, and its place in it, from 0.

    Places are counted in nodes: two of one layer are 1 apart, or more.
    """

    layers: dict[str, int]
    places: dict[str, float]
    lines: tuple[Line, ...]

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return max(self.layers.values()) + 1

    @property
    def breadth(self) -> float:
        """The room that the broadest layer takes, in nodes; lines may run outside of the nodes."""
        lines = [place for line in self.lines for place in line.through]
        return max([*self.places.values(), *lines]) + 1


def lay_out(inputs: Mapping[str, Sequence[str]]) -> Layout:
    """The layout of a graph without circles, given as id → the ids that it reads, as in `reading_order`."""
    order = reading_order(inputs)
    layers: dict[str, int] = {}
    for id_ in order:
        layers[id_] = max((layers[input_] + 1 for input_ in inputs[id_]), default=0)
    before, rows = _proper(order, inputs, layers)
    after: dict[Vertex, list[Vertex]] = {vertex: [] for row in rows for vertex in row}
    for vertex, ones in before.items():
        for one in ones:
            after[one].append(vertex)
    rows = _untangled(rows, before, after)
    placed = places(rows, before, lambda vertex: layers[vertex[0]] == vertex[1])
    lines = [
        Line(
            input_,
            id_,
            tuple(placed[input_, layer] for layer in range(layers[input_] + 1, layers[id_])),
        )
        for id_ in order
        for input_ in dict.fromkeys(inputs[id_])
    ]
    return Layout(layers, {id_: placed[id_, layers[id_]] for id_ in order}, tuple(lines))


def _proper(
    order: Sequence[str], inputs: Mapping[str, Sequence[str]], layers: Mapping[str, int]
) -> tuple[dict[Vertex, list[Vertex]], list[list[Vertex]]]:
    """What each vertex comes from, always one layer before; and the vertices by layer, in a first order."""
    before: dict[Vertex, list[Vertex]] = {}
    rows: list[list[Vertex]] = [[] for _ in range(max(layers.values()) + 1)]

    def add(vertex: Vertex, ones: list[Vertex]) -> None:
        before[vertex] = ones
        rows[vertex[1]].append(vertex)

    for id_ in order:
        for input_ in dict.fromkeys(inputs[id_]):
            # All lines of a node run together until they part.
            for layer in range(layers[input_] + 1, layers[id_]):
                if (input_, layer) not in before:
                    add((input_, layer), [(input_, layer - 1)])
        ones = [(input_, layers[id_] - 1) for input_ in dict.fromkeys(inputs[id_])]
        add((id_, layers[id_]), ones)
    return before, rows


def _untangled(rows: list[list[Vertex]], before: Links, after: Links) -> list[list[Vertex]]:
    """The rows in the order that had the fewest crossings, sweeping there and back."""
    best, fewest = rows, crossings(rows, before)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        forward = sweep % 2 == 0
        # What has an equal claim to a place changes places every other time.
        turned = sweep % 4 >= 2
        rows = _swept(rows, before if forward else after, forward, turned)
        if (count := crossings(rows, before)) < fewest:
            best, fewest = rows, count
    return best


def _swept(rows: list[list[Vertex]], links: Links, forward: bool, turned: bool) -> list[list[Vertex]]:
    done: list[list[Vertex]] = []
    for row in rows if forward else reversed(rows):
        at = {vertex: place for place, vertex in enumerate(done[-1])} if done else {}
        own = {vertex: place for place, vertex in enumerate(row)}

        def key(vertex: Vertex, at: Mapping[Vertex, int] = at, own: Mapping[Vertex, int] = own) -> float:
            near = [at[one] for one in links[vertex] if one in at]
            return sum(near) / len(near) if near else own[vertex]

        done.append(sorted(reversed(row) if turned else row, key=key))
    return done if forward else done[::-1]


def crossings(rows: Sequence[Sequence[Vertex]], before: Links) -> int:
    """How many pairs of lines between neighbouring rows cross."""
    count = 0
    for above, below in pairwise(rows):
        at = {vertex: place for place, vertex in enumerate(above)}
        seen: list[int] = []
        for vertex in below:
            ends = [at[one] for one in before[vertex]]
            count += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return count
