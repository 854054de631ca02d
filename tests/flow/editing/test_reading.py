"""A graph that is being edited is read as far as it can be, and drawn whatever is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from tests.flow.random_inputs import Inputs, acyclic

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.editing.paths import after, before
from wavehouse.flow.editing.reading import drawable_inputs, read_up_to
from wavehouse.project.yaml_file import YamlFile, parse_yaml

_CSV = "{S3CsvSource: {Name: A, Paths: ['${staging}/a/']}}"


def _file(**nodes: str) -> YamlFile:
    body = "".join(f"  {id_}: {node}\n" for id_, node in nodes.items())
    return parse_yaml(Path("x.yaml"), f"flow: f\nnodes:\n{body}".encode())


def _drop(input_: str, paths: str = "[[x]]") -> str:
    return f"{{DropFields: {{Name: D, Inputs: [{input_}], Paths: {paths}}}}}"


def test_what_is_wrong_elsewhere_does_not_matter() -> None:
    file = _file(a=_CSV, b=_drop("a"), c=_drop("b", "[]"), d=_drop("c"))
    assert list(read_up_to(file, "b").before("b")) == ["a", "b"]
    for node in ("c", "d"):
        with pytest.raises(DefinitionError, match=r"node 'c' .*it needs 1 item or more"):
            read_up_to(file, node)
    with pytest.raises(DefinitionError, match="has no node 'e'"):
        read_up_to(file, "e")


def test_a_circle_is_drawn_without_what_closes_it() -> None:
    file = _file(a=_drop("c"), b=_drop("a"), c=_drop("b"), d=_drop("gone"))
    assert drawable_inputs(file.data) == {"a": ["c"], "b": ["a"], "c": [], "d": []}
    with pytest.raises(DefinitionError, match="go round in a circle"):
        read_up_to(file, "b")


@given(acyclic())
def test_a_sound_graph_is_drawn_as_it_is(inputs: Inputs) -> None:
    nodes = {id_: {"SparkSQL": {"Inputs": ids}} for id_, ids in inputs.items()}
    assert drawable_inputs({"nodes": nodes}) == {id_: list(dict.fromkeys(ids)) for id_, ids in inputs.items()}
    for id_ in inputs:
        assert all(id_ in after(inputs, [one]) for one in before(inputs, id_))
