"""Documents of Glue's that are wrong, or meant to do harm: each is refused with its place and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wavehouse.core.errors import DefinitionError
from wavehouse.flow.glue.job_file import read_job
from wavehouse.flow.glue.places import Places
from wavehouse.flow.graph import Graph, read_graph
from wavehouse.flow.nodes import S3CsvSource

_PLACES = Places("s3://music/staging", "s3://music")
_CSV = {"S3CsvSource": {"Name": "a", "Paths": ["s3://b/"], "Separator": "comma", "QuoteChar": "quote"}}
_OUT = {"S3GlueParquetTarget": {"Name": "o", "Inputs": ["a"], "Path": "s3://b/"}}
_GOOD = {"a": _CSV, "o": _OUT}


def _read(document: Any) -> Graph:
    text = document if isinstance(document, str) else json.dumps(document)
    return read_graph(read_job(Path("job.json"), text.encode(), _PLACES, "job"))


def _refused(document: Any) -> str:
    with pytest.raises(DefinitionError) as error:
        _read(document)
    return str(error.value)


def _with(node: Any, id_: str = "n") -> dict[str, Any]:
    return {"Job": {"Name": "j", "CodeGenConfigurationNodes": {**_GOOD, id_: node}}}


_AT = "$.Job.CodeGenConfigurationNodes"
_WRONG: dict[str, tuple[Any, str]] = {
    "no JSON": ("{'a': 1}", "job.json:1:2: not valid JSON"),
    "no object": ([], "no JSON object"),
    "no UTF-8 text": ('"\\ud800"', "half of a surrogate pair"),
    "a key twice": ('{"a": 1, "a": 2}', 'the key "a" stands twice'),
    "no number": ('{"a": NaN}', "NaN is no number"),
    "a number without end": ('{"a": 1' + "0" * 5000 + "}", "not valid JSON"),
    "too large": (json.dumps("x" * 1_100_000), "larger than 1,000,000 bytes"),
    "too deep": ("[" * 100_000, "nested more than 50 deep"),
    "control characters in a key": ({"\x1b[2J": _CSV}, "control characters"),
    "nothing": ({}, "there are no nodes here"),
    "a script's job": ({"Job": {"Name": "j", "Command": {}}}, "not a visual one. Import its script"),
    "too many nodes": ({f"n{at}": _CSV for at in range(1001)}, "the flow has 1,001 nodes, more than 1,000"),
    "no id": (_with(_CSV, "a b"), f'{_AT}["a b"]: a node\'s id has letters'),
    "no node": (_with([]), f"{_AT}.n: a node is an object with one key"),
    "two kinds": (_with(_CSV | _OUT), f"{_AT}.n: a node is an object with one key"),
    "a kind that is none": (_with({"S3CvsSource": {}}), f"{_AT}.n: there is no kind of nodes 'S3CvsSource'"),
    "no fields": (_with({"S3CsvSource": 3}), f"{_AT}.n: the fields of a S3CsvSource are an object"),
    "a field too many": (_with({"DropFields": {"Pathes": []}}), f"{_AT}.n.DropFields.Pathes: node 'n'"),
    "a field of another type": (
        _with({"DropFields": {"Name": "n", "Inputs": ["a"], "Paths": "x"}}),
        f"{_AT}.n.DropFields.Paths: node 'n' (DropFields), Paths: it must be a list, not 'x'",
    ),
    "a value that is none": (
        _with({"Union": {"Name": "n", "Inputs": ["a", "a"], "UnionType": "SOME"}}),
        f"{_AT}.n.Union.UnionType: node 'n' (Union), UnionType: it must be 'ALL' or 'DISTINCT', not 'SOME'",
    ),
    "an input that is not there": (
        _with({"DropFields": {"Name": "n", "Inputs": ["aa"], "Paths": [["x"]]}}),
        f"{_AT}.n: node 'n' reads 'aa', which is not a node of this flow. Did you mean 'a'?",
    ),
    "a circle": (
        _with({"DropFields": {"Name": "n", "Inputs": ["n"], "Paths": [["x"]]}}),
        "the nodes go round in a circle: n → n",
    ),
    "no target": ({"a": _CSV}, "the flow has no target"),
}


@pytest.mark.parametrize("what", list(_WRONG))
def test_what_is_wrong_is_told_with_its_place(what: str) -> None:
    document, said = _WRONG[what]
    told = _refused(document)
    assert said in told
    assert told.startswith("job.json")
    assert len(told) < 1500
    assert told.isprintable()


def test_kinds_that_do_not_run_here_are_refused_all_at_once() -> None:
    told = _refused({**_GOOD, "k": {"DirectKafkaSource": {}}, "c": {"CustomCode": {"Code": "import os"}}})
    assert told.startswith("2 nodes cannot be taken\n")
    assert "job.json: $.k: a DirectKafkaSource does not run here: it reads a stream" in told
    assert "job.json: $.c: a CustomCode does not run here: it runs a program" in told


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (_GOOD, "job"),
        ({"CodeGenConfigurationNodes": _GOOD}, "job"),
        ({"Name": "j", "CodeGenConfigurationNodes": _GOOD}, "j"),
        ({"Job": {"Name": "j", "CodeGenConfigurationNodes": _GOOD}}, "j"),
        ({"JobName": "j", "JobUpdate": {"CodeGenConfigurationNodes": _GOOD}}, "j"),
    ],
)
def test_every_form_of_a_job_is_read(document: Any, name: str) -> None:
    graph = _read(document)
    assert graph.name == name
    assert list(graph.nodes) == ["a", "o"]


def test_a_field_that_is_not_there_means_what_glue_means() -> None:
    source = _read(_GOOD).nodes["a"]
    assert isinstance(source, S3CsvSource)
    assert (source.WithHeader, source.Multiline) == (False, False)


@pytest.mark.parametrize(
    ("on_aws", "here"),
    [
        ("s3://music/staging/plays/", "${staging}/plays/"),
        ("s3://music/staging/plays", "${staging}/plays"),
        # A source reads all files of a contract, or files by themselves.
        ("s3://music/staging/plays/2024.csv", "s3://music/staging/plays/2024.csv"),
        ("s3://music/staging", "s3://music/staging"),
        ("s3://music/other/x/", "${warehouse}/other/x/"),
        ("s3://music2/x/", "s3://music2/x/"),
    ],
)
def test_paths_by_the_places(on_aws: str, here: str) -> None:
    assert _PLACES.in_flow({"Paths": [on_aws]}) == {"Paths": [here]}
    assert _PLACES.on_aws({"Paths": [here]}) == {"Paths": [on_aws]}


def test_columns_are_no_paths() -> None:
    assert _PLACES.in_flow({"Paths": [["s3://music/x"]]}) == {"Paths": [["s3://music/x"]]}
