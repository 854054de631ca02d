"""Editors judge a flow's file by a schema: it must take what the models take, and name what they refuse."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator
from tests.flow.broken_graphs import GOOD, broken

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.file_schema import file_schema
from wavehouse.flow.graph import read_graph
from wavehouse.flow.nodes import KINDS, REFUSED
from wavehouse.project.project import Project
from wavehouse.project.yaml_file import read_yaml

_SPOTIFY = Path(__file__).parents[2] / "spotify"
_FLOW = _SPOTIFY / "flows" / "tracks.yaml"
_SCHEMA = json.loads(file_schema())
_VALIDATOR = Draft7Validator(_SCHEMA)


def test_the_schema_beside_the_flow_is_that_of_the_models() -> None:
    published = (_SPOTIFY / "flows" / "flow.schema.json").read_text("utf-8")
    assert published == file_schema(), (
        "write it anew: wavehouse flow schema -o spotify/flows/flow.schema.json"
    )


def test_the_shipped_flow_names_its_schema_and_is_valid_by_it() -> None:
    first = _FLOW.read_text("utf-8").splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert named
    assert (_FLOW.parent / named[1]).is_file()
    assert [error.message for error in _VALIDATOR.iter_errors(read_yaml(_FLOW).data)] == []


def test_the_schema_is_one_and_says_what_things_are() -> None:
    Draft7Validator.check_schema(_SCHEMA)
    definitions = _SCHEMA["definitions"]
    assert KINDS.keys() <= definitions.keys()
    assert not REFUSED.keys() & definitions.keys()
    assert definitions["Join"]["description"].startswith("Two inputs by equal keys")
    assert definitions["Join"]["properties"]["JoinType"]["enum"][0] == "equijoin"
    for name, definition in definitions.items():
        assert definition["description"], name
        assert definition["additionalProperties"] is False, name


def test_the_schema_changes_no_table(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    project = Project(tmp_path)
    before = project.digest()
    (tmp_path / "flows" / "flow.schema.json").write_text("{}", "utf-8")
    assert project.digest() == before
    assert project.files("flows") == []


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda flow: flow.pop("flow"),
        lambda flow: flow.update(flow=""),
        lambda flow: flow.update(nodes=[]),
        lambda flow: flow.update(targets={}),
        lambda flow: flow["nodes"].update({"a b": flow["nodes"]["plays"]}),
        lambda flow: flow["nodes"].update(x={}),
        lambda flow: flow["nodes"]["plays"].update(flow["nodes"]["both"]),
        lambda flow: flow["nodes"].update(x={"Joyn": {}}),
        lambda flow: flow["nodes"].update(x={"Route": {"Name": "R", "Inputs": ["plays"]}}),
        lambda flow: flow["nodes"]["both"]["Join"].pop("JoinType"),
        lambda flow: flow["nodes"]["both"]["Join"].update(JoinType="inner"),
        lambda flow: flow["nodes"]["both"]["Join"].update(Inputs=["plays"]),
        lambda flow: flow["nodes"]["both"]["Join"].update(Inputs=["plays", 5]),
        lambda flow: flow["nodes"]["both"]["Join"].update(Input=["plays"]),
        lambda flow: flow["nodes"]["named"]["ApplyMapping"]["Mapping"][0].update(FromPath=["a", "b"]),
        lambda flow: flow["nodes"]["named"]["ApplyMapping"]["Mapping"][0].update(Typ="int"),
        lambda flow: flow["nodes"]["plays"]["S3CsvSource"].update(WithHeader=[]),
        lambda flow: flow["nodes"]["plays"]["S3CsvSource"].update(MaxBand=-1),
        lambda flow: flow["nodes"]["plays"]["S3CsvSource"].update(Name="two\nlines"),
    ],
)
def test_what_is_wrong_by_itself_is_wrong_by_the_schema(change: Change) -> None:
    flow = copy.deepcopy(GOOD)
    assert _VALIDATOR.is_valid(flow)
    change(flow)
    assert not _VALIDATOR.is_valid(flow)


@settings(max_examples=200)
@given(text=broken(GOOD))
def test_what_the_models_take_the_schema_takes(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "judged.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        file = read_yaml(path)
        read_graph(file)
    except DefinitionError:
        return
    if "!!" in text:
        return  # (JSON has no tags: a text may be written as one that says how it is spelled.)
    assert [error.message for error in _VALIDATOR.iter_errors(file.data)] == []
