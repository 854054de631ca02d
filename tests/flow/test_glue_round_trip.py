"""There and back: models, YAML and Glue's JSON say the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.flow.random_graphs import node_of, random_nodes

from wavehouse.aws.validator import request_findings
from wavehouse.flow.flow_file import flow_text
from wavehouse.flow.glue.export import glue_nodes
from wavehouse.flow.glue.imported import as_flow_file
from wavehouse.flow.glue.job import create_job
from wavehouse.flow.glue.job_file import JobFile, read_job
from wavehouse.flow.glue.places import Places
from wavehouse.flow.graph import Graph, read_graph
from wavehouse.flow.nodes import KINDS, Node, S3CsvSource, S3GlueParquetTarget, Source
from wavehouse.flow.nodes.written import written
from wavehouse.project.yaml_file import parse_yaml

_PLACES = Places.of("music")
_SOURCE = S3CsvSource.model_validate({"Name": "a", "Paths": ["s3://b/"]})


def _graph(nodes: dict[str, Node]) -> Graph:
    tree = {id_: {type(node).__name__: written(node)} for id_, node in nodes.items()}
    return read_graph(JobFile(Path("f"), {"flow": "f", "nodes": tree}, ()))


def _from_glue(content: Any) -> Graph:
    return read_graph(read_job(Path("job.json"), json.dumps(content).encode(), _PLACES, "job"))


@pytest.mark.slow
@given(random_nodes())
@settings(max_examples=500)
def test_any_graph_goes_to_glue_and_back(nodes: dict[str, Node]) -> None:
    graph = _graph(nodes)
    assert graph.nodes == nodes
    exported = glue_nodes(graph, _PLACES).content
    job = create_job(graph, exported, _PLACES, "music")
    assert request_findings("glue", "CreateJob", job.content) == []

    again = _from_glue(exported)
    assert again.nodes == nodes
    assert list(again.nodes) == list(graph.nodes)
    assert glue_nodes(again, _PLACES).content == exported
    # As a request, and as get-job wraps it.
    assert _from_glue(job.content).nodes == _from_glue({"Job": job.content}).nodes == nodes

    # (It compares what it reads from its own text with what it was given, and fails where they differ.)
    assert as_flow_file("f", again, keep_ids=True).text == flow_text("f", again.nodes)


@pytest.mark.parametrize("kind", list(KINDS))
@given(data=st.data())
@settings(max_examples=30)
def test_any_node_is_one_that_glue_takes_and_comes_back(kind: str, data: st.DataObject) -> None:
    inputs = [] if issubclass(KINDS[kind], Source) else ["a", "b"] if kind in ("Join", "Union") else ["a"]
    node = data.draw(node_of(KINDS[kind], inputs))
    nodes: dict[str, Node] = dict.fromkeys(inputs, _SOURCE)
    nodes["n"] = node
    end = {"Name": "end", "Inputs": inputs[:1] or ["n"], "Path": "s3://b/"}
    nodes["end"] = S3GlueParquetTarget.model_validate(end)
    exported = glue_nodes(_graph(nodes), _PLACES).content
    assert _from_glue(exported).nodes == nodes


@pytest.mark.slow
@given(random_nodes())
@settings(max_examples=100)
def test_readable_ids_change_nothing_else(nodes: dict[str, Node]) -> None:
    graph = _from_glue(glue_nodes(_graph(nodes), _PLACES).content)
    again = read_graph(parse_yaml(Path("f.yaml"), as_flow_file("f", graph).text.encode()))
    assert len(again.nodes) == len(nodes)
    assert not [id_ for id_ in again.nodes if id_.startswith("node-")]
    ids = dict(zip(graph.nodes, again.nodes, strict=True))
    assert all(made == id_ for id_, made in ids.items() if not id_.startswith("node-"))
    for id_, node in graph.nodes.items():
        assert [ids[input_] for input_ in node.Inputs] == again.nodes[ids[id_]].Inputs
        assert again.nodes[ids[id_]].Name == node.Name
