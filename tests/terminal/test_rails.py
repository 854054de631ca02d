"""The rails beside a list of nodes show who reads whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from tests.flow.random_inputs import Inputs, acyclic

from wavehouse.flow.pictures.reading_order import reading_order
from wavehouse.terminal.rails import Rails, rails

_ACROSS = "─├┤┼╯╰╮╭┴┬"


def _drawn(inputs: Inputs) -> dict[str, Rails]:
    return rails(inputs, dict.fromkeys(inputs, "●"))


def _picture(inputs: Inputs) -> str:
    lines = []
    for id_, one in _drawn(inputs).items():
        lines += [one.before] if one.before else []
        lines.append(f"{one.beside} {id_}")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("inputs", "picture"),
    [
        ({"a": [], "b": ["a"]}, "● a\n● b"),
        ({"a": [], "b": [], "c": ["a", "b"]}, "● a\n│ ● b\n├─╯\n● c"),
        ({"a": [], "b": ["a"], "c": ["a"]}, "● a\n├─╮\n│ ● b\n● c"),
        (
            {"a": [], "b": [], "c": [], "d": ["a", "c"], "e": ["d", "b"]},
            "● a\n│ ● b\n│ │ ● c\n├─│─╯\n● │ d\n├─╯\n● e",
        ),
        ({"a": [], "b": [], "c": ["a", "b"], "d": ["c", "a"]}, "● a\n│ ● b\n├─┤\n│ ● c\n├─╯\n● d"),
        ({"a": [], "b": []}, "● a\n \n● b"),
    ],
    ids=["chain", "join", "read twice", "past another", "read again", "two flows"],
)
def test_a_picture(inputs: Inputs, picture: str) -> None:
    assert _picture(inputs) == picture


@given(acyclic(16))
def test_following_the_rails_gives_the_inputs_back(inputs: Inputs) -> None:
    ordered = {id_: inputs[id_] for id_ in reading_order(inputs)}
    # By column: the node whose rail runs there.
    running: dict[int, str] = {}
    for id_, one in _drawn(ordered).items():
        own = one.beside.index("●")
        reads: set[str] = set()
        if any(sign in _ACROSS for sign in one.before):
            bound = [at for at, sign in enumerate(one.before) if sign in "├┤┼╯╰┴" and at in running]
            reads = {running[at] for at in bound}
        elif own in running and not one.before:
            reads = {running[own]}
        assert reads == set(ordered[id_])
        lines = {at: sign for at, sign in enumerate(one.beside) if sign == "│"}
        running = {at: running[at] for at in lines if at in running}
        running[own] = id_
