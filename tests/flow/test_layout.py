"""Where nodes stand in a picture: no two at one place, lines forward, and few crossings."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from tests.flow.random_inputs import Inputs, acyclic, with_ends_in_order

from wavehouse.flow.pictures.layout import Layout, lay_out
from wavehouse.flow.pictures.reading_order import reading_order

_CLOSE = 1e-6


def _crossed(layout: Layout) -> int:
    """Pairs of lines that cross between two neighbouring layers."""
    steps = []
    for line in layout.lines:
        places = [layout.places[line.start], *line.through, layout.places[line.end]]
        first = layout.layers[line.start]
        steps += [(first + at, start, end) for at, (start, end) in enumerate(pairwise(places))]
    steps = sorted(set(steps))
    return sum(
        one[0] == other[0] and (one[1] - other[1]) * (one[2] - other[2]) < -_CLOSE
        for at, one in enumerate(steps)
        for other in steps[at + 1 :]
    )


@given(acyclic())
def test_every_line_leads_to_a_later_layer_and_no_two_nodes_meet(inputs: Inputs) -> None:
    layout = lay_out(inputs)
    assert layout.layers.keys() == layout.places.keys() == inputs.keys()
    for id_, ids in inputs.items():
        assert layout.layers[id_] == max((layout.layers[one] + 1 for one in ids), default=0)
    for layer in range(layout.depth):
        places = sorted(layout.places[id_] for id_ in inputs if layout.layers[id_] == layer)
        assert all(after - before > 1 - _CLOSE for before, after in pairwise(places))
        assert places[0] >= 0
        assert places[-1] <= layout.breadth - 1 + _CLOSE


@given(acyclic())
def test_lines_pass_between_nodes(inputs: Inputs) -> None:
    layout = lay_out(inputs)
    wanted = {(one, id_) for id_, ids in inputs.items() for one in ids}
    assert {(line.start, line.end) for line in layout.lines} == wanted
    for line in layout.lines:
        between = range(layout.layers[line.start] + 1, layout.layers[line.end])
        assert len(line.through) == len(between)
        for layer, place in zip(between, line.through, strict=True):
            for id_ in inputs:
                if layout.layers[id_] == layer:
                    assert abs(layout.places[id_] - place) > 0.5


@given(acyclic())
def test_the_same_graph_gives_the_same_layout(inputs: Inputs) -> None:
    assert lay_out(inputs) == lay_out(with_ends_in_order(inputs))


@given(acyclic())
def test_nodes_are_read_after_what_they_read(inputs: Inputs) -> None:
    order = reading_order(inputs)
    assert sorted(order) == sorted(inputs)
    for id_, ids in inputs.items():
        assert all(order.index(one) < order.index(id_) for one in ids)


def test_a_branch_is_read_as_a_whole() -> None:
    inputs = {"end": ["join"], "join": ["b", "d"], "d": ["c"], "b": ["a"], "a": [], "c": []}
    assert reading_order(inputs) == ["a", "b", "c", "d", "join", "end"]


def test_what_follows_its_first_input_stands_in_a_line_with_it() -> None:
    layout = lay_out({"a": [], "b": ["a"], "c": [], "join": ["b", "c"], "end": ["join"]})
    assert {layout.places[id_] for id_ in ("a", "b", "join", "end")} == {0.0}
    assert layout.places["c"] == 1.0
    assert {line.start: line.through for line in layout.lines if line.through} == {"c": (1.0,)}


@pytest.mark.parametrize(
    "inputs",
    [
        {"a": [], "b": [], "x": ["b"], "y": ["a"]},
        {"a": [], "b": [], "c": [], "x": ["c"], "y": ["b"], "z": ["a"], "end": ["x", "z"]},
        {"a": [], "b": [], "c": ["a"], "d": ["b"], "e": ["d"], "f": ["c"], "long": ["a", "e"], "g": ["f"]},
    ],
    ids=["two", "turned around", "past others"],
)
def test_what_need_not_cross_does_not(inputs: Inputs) -> None:
    assert _crossed(lay_out(inputs)) == 0


def test_a_chain_longer_than_the_stack() -> None:
    inputs: Inputs = {"n0": []} | {f"n{at}": [f"n{at - 1}"] for at in range(1, 3000)}
    layout = lay_out(inputs)
    assert layout.depth == 3000
    assert layout.breadth == 1.0
