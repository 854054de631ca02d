"""Every kind of broken graph ends in a complaint that names file and line, soon, and never in a traceback."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.flow.broken_graphs import GOOD, anything, broken, written

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.graph import Graph, read_graph
from wavehouse.flow.pictures.cards import cards
from wavehouse.flow.pictures.mermaid import mermaid
from wavehouse.project.yaml_file import read_yaml

_SHIPPED = (Path(__file__).parents[2] / "spotify" / "flows" / "tracks.yaml").read_text("utf-8")
# Seconds of work for one file, a hundred times what it takes.
_LONG = 10.0

Read = Callable[[str], Graph | str]


def _graph(path: Path) -> Graph | DefinitionError:
    try:
        return read_graph(read_yaml(path))
    except DefinitionError as error:
        return error


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Reads a flow's text; gives the graph, or the one paragraph that says what is wrong."""
    path = tmp_path_factory.mktemp("flow") / "flow.yaml"

    def read_text(text: str) -> Graph | str:
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        begun = time.process_time()
        found = _graph(path)
        assert time.process_time() - begun < _LONG
        if isinstance(found, DefinitionError):
            assert re.fullmatch(r"(:\d+)?", found.where.removeprefix(str(path)))
            assert len(found.what) < 6000
            return f"{found.where.removeprefix(str(path))}: {found.what}"
        # What is a graph can be looked at.
        mermaid(cards(found, {})).encode("utf-8")
        return found

    return read_text


def test_the_graph_to_break_is_whole(read: Read) -> None:
    assert isinstance(read(written(GOOD)), Graph)


@settings(max_examples=500)
@given(text=broken(GOOD))
def test_a_graph_with_exchanged_parts(read: Read, text: str) -> None:
    answer = read(text)
    if isinstance(answer, str) and "not valid YAML" not in answer:
        assert re.match(r":\d+: ", answer), answer


@settings(max_examples=500)
@given(text=anything())
@example(text="flow: a\nnodes: {a: {Join: {Name: a, Inputs: [.nan]}}}\n")
def test_a_tree_that_looks_like_a_flow(read: Read, text: str) -> None:
    read(text)


@settings(max_examples=60)
@given(
    cut=st.integers(0, len(_SHIPPED)),
    length=st.integers(0, 40),
    instead=st.sampled_from(
        ["", " ", "\n", "\t", ":", "- ", "{", "[", "'", "&a ", "*a", "!", "\x85", "\ufeff", "é"]
    ),
)
def test_the_shipped_flow_with_a_piece_exchanged(read: Read, cut: int, length: int, instead: str) -> None:
    read(_SHIPPED[:cut] + instead + _SHIPPED[cut + length :])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"songs": ', "true: ", ":8: not valid YAML: a key must be a text"),
        ('"songs": ', "20210101: ", ":8: not valid YAML: a key must be a text"),
        ('"songs": ', "[songs]: ", ":8: not valid YAML: a key must be a text"),
        ('"songs": ', "'': ", ":8: '': '' does not match ^[A-Za-z0-9_-]+$"),
        ('"songs": ', "'a b': ", ":8: 'a b': 'a b' does not match"),
        ('"flow": "plays"', '"flow": 5', ":1: 'flow': it must be a text, not 5"),
        ('"flow": "plays"', r'"flow": "a\nb"', ":1: 'flow': 'a b' does not match"),
        ('"JoinType": "left"', '"JoinType": .nan', "node 'both' (Join), JoinType: "),
        (
            '["plays", "named"]',
            "[1, 2]",
            ":26: node 'both' (Join), Inputs[0]: it must be a text, not 1",
        ),
    ],
)
def test_it_says_what_is_wrong(read: Read, old: str, new: str, said: str) -> None:
    text = written(GOOD)
    assert text.count(old) == 1
    answer = read(text.replace(old, new))
    assert isinstance(answer, str)
    assert said in answer
